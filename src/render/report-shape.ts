import type { Report } from '../model/report/report.ts';

type KeyOf<T> = T extends unknown ? keyof T : never;
type PropertyOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;

/** The keys of a value, all the way down, in the order in which they are written; `null` is a plain value. */
type Shape<T> = [Exclude<T, null>] extends [readonly (infer E)[]]
  ? readonly [Shape<E>]
  : [Exclude<T, null>] extends [object]
    ? { readonly [K in KeyOf<Exclude<T, null>>]: Shape<PropertyOf<Exclude<T, null>, K>> }
    : null;

/** A shape whose kind is known only while walking it. */
export type AnyShape = null | readonly [AnyShape] | { readonly [key: string]: AnyShape };

const EVIDENCE = { fact: null, source: null };

/** Every kind of holder in one: each value has the keys of its kind. */
const HOLDER = {
  kind: null,
  kernelName: null,
  name: null,
  path: null,
  target: null,
  pid: null,
  command: null,
  user: null,
  vmid: null,
};

const REFERENCE = {
  vmid: null,
  node: null,
  section: null,
  key: null,
  text: null,
  certainty: null,
  local: null,
};

const HOST = {
  hostName: null,
  pveVersion: null,
  kernelRelease: null,
  model: null,
  cpuModel: null,
  cpuCount: null,
  loadAverages: [null],
  memoryTotalBytes: null,
  memoryAvailableBytes: null,
  rootTotalBytes: null,
  rootAvailableBytes: null,
  uptimeSeconds: null,
} as const;

const SUMMARY = {
  totalEntries: null,
  valid: null,
  duplicates: null,
  orphans: null,
  busy: null,
  notJudged: null,
  inUse: null,
  idle: null,
  totalIssues: null,
  critical: null,
  warnings: null,
  notices: null,
  guests: null,
  runningGuests: null,
};

const FINDING = {
  code: null,
  severity: null,
  subject: { kind: null, id: null },
  title: null,
  evidence: [EVIDENCE],
  impact: null,
  remedy: { text: null, commands: [[null]] },
  repairAction: null,
  certainty: null,
  vmid: null,
  repair: { offered: null, action: null, because: null },
} as const;

const ENTRY = {
  name: null,
  uuid: null,
  major: null,
  minor: null,
  vgName: null,
  lvName: null,
  vmid: null,
  volumeKind: null,
  class: null,
  reasons: [null],
  references: [REFERENCE],
  inUse: null,
  openCount: null,
  holders: [HOLDER],
  idle: null,
  findings: [null],
} as const;

const GUEST = {
  vmid: null,
  name: null,
  type: null,
  status: null,
  template: null,
  lock: null,
  duplicates: null,
  orphans: null,
  otherFindings: null,
};

const MOUNT = {
  source: null,
  target: null,
  fstype: null,
  options: null,
  readonly: null,
  reachable: null,
  error: null,
  errorClass: null,
  serverAnswers: null,
  status: null,
  totalBytes: null,
  usedBytes: null,
  availableBytes: null,
  usedPercent: null,
  usedInodesPercent: null,
  proxmoxManaged: null,
  storeid: null,
  remote: null,
  vmid: null,
  name: null,
  initPid: null,
} as const;

const PAST_RUN = {
  id: null,
  takenAt: null,
  status: null,
  exitCode: null,
  grade: null,
  score: null,
  critical: null,
  warnings: null,
  notices: null,
};

const PAST_FINDING = {
  key: null,
  code: null,
  severity: null,
  subject: { kind: null, id: null },
  title: null,
  vmid: null,
  since: null,
  lastSeen: null,
};

const HISTORY = {
  previous: PAST_RUN,
  findings: [{ key: null, since: null, isNew: null }],
  resolved: [PAST_FINDING],
  notJudged: [PAST_FINDING],
  trend: [PAST_RUN],
  problem: null,
} as const;

/** The report as written to JSON. A field added to the model does not compile until it stands here. */
export const REPORT_SHAPE = {
  schemaVersion: null,
  toolVersion: null,
  takenAt: null,
  durationMs: null,
  source: null,
  node: null,
  host: HOST,
  status: null,
  exitCode: null,
  grade: null,
  score: null,
  gradeBecause: null,
  summary: SUMMARY,
  checks: [{ code: null, title: null, outcome: null, findings: null, because: null }],
  findings: [FINDING],
  entries: [ENTRY],
  guests: [GUEST],
  leftovers: [{ vmid: null, entries: [null], volumes: [null] }],
  nextVmids: [{ vmid: null, leftovers: [null] }],
  mounts: [MOUNT],
  notSeen: [null],
  sections: [{ name: null, state: null, durationMs: null, because: null }],
  history: HISTORY,
} as const satisfies Shape<Report>;
