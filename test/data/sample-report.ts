import type { CheckCode, ReportedFinding } from '../../src/model/finding.ts';
import type { CheckResult, Report, ReportedEntry, ReportedGuest } from '../../src/model/report/report.ts';
import { problemsOf } from '../../src/problems/problems.ts';
import { looks, removes } from './commands.ts';
import { withList } from './not-judged.ts';
import { hostileHistory, oneResolved } from './sample-history.ts';
import { healthyMount, hostileMount, staleMount, thinPool } from './sample-mounts.ts';

const check = (code: CheckCode, title: string, findings = 0): CheckResult => ({
  code,
  title,
  outcome: findings > 0 ? 'found' : 'clean',
  findings,
  because: '',
});

const TITLES = {
  DM001: 'duplicate by name',
  DM010: 'orphan: no guest with this VMID on any node',
  DM012: 'orphan: the guest is here, the volume is in no configuration',
  LV001: "inactive volume with a guest's name that nothing refers to",
} as const;

const guest = (vmid: number, name: string, status: ReportedGuest['status']): ReportedGuest => ({
  vmid,
  name,
  type: 'qemu',
  status,
  template: false,
  lock: '',
  duplicates: 0,
  orphans: 0,
  otherFindings: 0,
});

const problemsIn = (findings: readonly ReportedFinding[], name = 'production-database'): Report['problems'] =>
  problemsOf({
    findings,
    mounts: [],
    guests: [{ vmid: 169, name, type: 'qemu', node: 'pve1', state: 'running' }],
    unjudged: [],
  });

const uuid = (of: string): string => `LVM-${'c'.repeat(32)}${of.padEnd(32, '0')}`;

/** A volume of a guest that runs here, as it should be. */
const validEntry: ReportedEntry = {
  name: 'pve-vm--169--disk--0',
  uuid: uuid('a'),
  major: 252,
  minor: 5,
  vgName: 'pve',
  lvName: 'vm-169-disk-0',
  vmid: 169,
  volumeKind: 'disk',
  class: 'valid',
  reasons: ['guest 169 on this node refers to it: scsi0 in the current configuration'],
  references: [
    {
      vmid: 169,
      node: 'pve1',
      section: 'current',
      key: 'scsi0',
      text: 'local-lvm:vm-169-disk-0',
      certainty: 'certain',
      local: true,
    },
  ],
  inUse: 'yes',
  openCount: 1,
  holders: [{ kind: 'process', pid: 4711, command: 'kvm', user: 'root', vmid: 169 }],
  idle: false,
  findings: [],
};

export const healthyReport: Report = {
  schemaVersion: 1,
  toolVersion: '0.1.0',
  takenAt: '2026-11-20T02:00:12.345Z',
  durationMs: 840,
  source: 'live',
  node: 'pve1',
  host: {
    hostName: 'pve1',
    pveVersion: '8.4.1',
    kernelRelease: '6.8.12-4-pve',
    model: 'PowerEdge R640',
    cpuModel: 'Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz',
    cpuCount: 32,
    loadAverages: [1.5, 1.25, 0.98],
    memoryTotalBytes: 137_438_953_472,
    memoryAvailableBytes: 68_719_476_736,
    rootTotalBytes: 100_861_726_720,
    rootAvailableBytes: 80_530_636_800,
    uptimeSeconds: 1_036_800,
  },
  status: 'healthy',
  exitCode: 0,
  grade: 'A+',
  score: 100,
  gradeBecause: '',
  ungradable: '',
  summary: {
    totalEntries: 1,
    valid: 1,
    duplicates: 0,
    orphans: 0,
    busy: 0,
    notJudged: 0,
    inUse: 1,
    idle: 0,
    totalIssues: 0,
    critical: 0,
    warnings: 0,
    notices: 0,
    guests: 2,
    runningGuests: 1,
  },
  checks: [check('DM001', TITLES.DM001), check('DM010', TITLES.DM010)],
  notJudged: [],
  problems: [],
  findings: [],
  entries: [validEntry],
  guests: [guest(100, 'bastion', 'stopped'), guest(169, 'production-database', 'running')],
  leftovers: [],
  nextVmids: [
    { vmid: 101, leftovers: [] },
    { vmid: 102, leftovers: [] },
  ],
  thinPools: [thinPool],
  mountLimits: { warningPercent: 85, criticalPercent: 95 },
  mounts: [healthyMount],
  notSeen: [],
  sections: [
    { name: 'deviceMapper', state: 'known', durationMs: 41, because: '' },
    { name: 'lvm', state: 'known', durationMs: 520, because: '' },
  ],
  history: null,
};

export const duplicate: ReportedFinding = {
  code: 'DM001',
  severity: 'critical',
  subject: { kind: 'device', id: 'pve-vm--169--disk--0-dup' },
  title: 'pve-vm--169--disk--0-dup is a second entry of pve/vm-169-disk-0',
  headline: 'has a second entry for its disk vm-169-disk-0: writes through both corrupt it',
  bytes: null,
  evidence: [
    { fact: 'pve-vm--169--disk--0-dup has no UUID, so LVM did not make it', source: 'dmsetup info -c' },
    {
      fact: 'both map 8:3 from sector 2048, 8388608 sectors, and neither is stacked on the other',
      source: 'dmsetup table',
    },
    {
      fact: 'pve-vm--169--disk--0 (252:5) is kept: it is in use and has the UUID of the volume',
      source: 'lvm fullreport',
    },
  ],
  impact: 'What is written through one entry is not seen through the other, so a file system on it can be damaged.',
  remedy: {
    text: 'Stop guest 169, then remove the extra entry; the volume itself stays.',
    commands: [looks('qm', 'shutdown', '169'), removes('dmsetup', 'remove', '--retry', 'pve-vm--169--disk--0-dup')],
  },
  repairAction: 'remove-device',
  certainty: 'certain',
  ...{ vmid: 169, guests: [169], guestsKnown: true },
  repair: { offered: false, because: 'pve-vm--169--disk--0-dup is in use: open count 1' },
};

export const orphan = (vmid: number): ReportedFinding => ({
  code: 'DM010',
  severity: 'warning',
  subject: { kind: 'device', id: `pve-vm--${vmid}--disk--0` },
  title: `pve-vm--${vmid}--disk--0 is left from VMID ${vmid}, which no node has`,
  headline: `left vm-${vmid}-disk-0 active on this node`,
  bytes: null,
  evidence: [
    { fact: `no configuration for ${vmid} on pve1, pve2 or pve3`, source: '/etc/pve/nodes' },
    { fact: 'open count 0, no holders, not mounted', source: '/sys/block/dm-7/holders' },
  ],
  impact: 'PVE hands out freed VMIDs again; the next guest with this one fails with "Device or resource busy".',
  remedy: {
    text: 'Deactivate the volume on this node. Nothing is deleted.',
    commands: [removes('lvchange', '-aln', `pve/vm-${vmid}-disk-0`)],
  },
  repairAction: 'deactivate-volume',
  certainty: 'certain',
  ...{ vmid, guests: [vmid], guestsKnown: true },
  repair: { offered: true, action: 'deactivate-volume' },
});

const notice: ReportedFinding = {
  code: 'LV001',
  severity: 'notice',
  subject: { kind: 'volume', id: 'pve/vm-119-disk-1' },
  title: 'pve/vm-119-disk-1 is inactive and no configuration refers to it',
  headline: 'has an unused volume, vm-119-disk-1 (4 GiB)',
  bytes: 4_294_967_296,
  evidence: [{ fact: '4 GiB, not active on this node', source: 'lvm fullreport' }],
  impact: 'It takes room in VG pve.',
  remedy: { text: 'Prove that nothing needs it, then free it with PVE: see `pve-doctor explain LV001`.', commands: [] },
  repairAction: null,
  certainty: 'maybe',
  ...{ vmid: 119, guests: [119], guestsKnown: true },
  repair: { offered: false, because: 'pve-doctor never deletes a volume' },
};

const duplicateEntry: ReportedEntry = {
  ...validEntry,
  name: 'pve-vm--169--disk--0-dup',
  uuid: '',
  minor: 9,
  class: 'duplicate',
  reasons: ['pve-vm--169--disk--0 decodes to the same volume and is kept'],
  holders: [
    { kind: 'process', pid: 5001, command: 'qemu-nbd', user: 'root', vmid: null },
    { kind: 'mount', target: '/mnt/rescue', pid: 1 },
    { kind: 'swap', path: '/dev/dm-9' },
    { kind: 'device', kernelName: 'dm-10', name: 'pve-vm--169--disk--0p1' },
    { kind: 'loop', kernelName: 'loop0' },
    { kind: 'target', path: '/sys/kernel/config/target/core/iblock_0/disk' },
  ],
  findings: ['DM001'],
};

const orphanEntry: ReportedEntry = {
  ...validEntry,
  name: 'pve-vm--119--disk--0',
  uuid: uuid('b'),
  minor: 7,
  lvName: 'vm-119-disk-0',
  vmid: 119,
  class: 'orphan',
  reasons: ['no node has a guest 119'],
  references: [],
  inUse: 'unknown',
  openCount: 0,
  holders: [],
  idle: null,
  findings: ['DM010'],
};

/** One finding of each severity, leftovers, holders of every kind, and something that could not be seen. */
export const troubledReport: Report = withList({
  ...healthyReport,
  status: 'critical',
  exitCode: 2,
  grade: 'F',
  score: 75,
  summary: {
    ...healthyReport.summary,
    totalEntries: 3,
    duplicates: 1,
    orphans: 1,
    inUse: 2,
    idle: null,
    totalIssues: 3,
    critical: 1,
    warnings: 1,
    notices: 1,
  },
  checks: [
    check('DM001', TITLES.DM001, 1),
    check('DM010', TITLES.DM010, 1),
    check('DM012', TITLES.DM012),
    check('LV001', TITLES.LV001, 1),
    {
      code: 'DM020',
      title: 'stale table',
      outcome: 'unknown',
      findings: 0,
      because: 'lvm fullreport: timed out after 10 s',
    },
    {
      code: 'LV010',
      title: 'thin pool nearly full',
      outcome: 'not-applicable',
      findings: 0,
      because: 'no thin pool on this node',
    },
  ],
  problems: problemsIn([duplicate, orphan(119), notice]),
  findings: [duplicate, orphan(119), notice],
  entries: [validEntry, duplicateEntry, orphanEntry],
  guests: [
    guest(100, 'bastion', 'stopped'),
    { ...guest(169, 'production-database', 'running'), duplicates: 1, otherFindings: 1 },
    { ...guest(170, 'web-template', 'stopped'), template: true, lock: 'backup', orphans: 2 },
    guest(171, 'backup', 'running'),
  ],
  leftovers: [
    {
      vmid: 119,
      entries: ['pve-vm--119--disk--0'],
      volumes: ['pve/vm-119-disk-0', 'pve/vm-119-disk-1'],
      bytes: 68_719_476_736,
    },
  ],
  nextVmids: [
    { vmid: 101, leftovers: [] },
    { vmid: 119, leftovers: ['pve-vm--119--disk--0 (DM010): creating a disk fails with "Device or resource busy"'] },
  ],
  mounts: [healthyMount, staleMount],
  notSeen: ['lvm fullreport: timed out after 10 s', 'open files of 2 processes that ended while they were read'],
  sections: [
    { name: 'deviceMapper', state: 'known', durationMs: 41, because: '' },
    { name: 'lvm', state: 'unreadable', durationMs: 10_004, because: 'lvm fullreport: timed out after 10 s' },
    { name: 'thinPools', state: 'absent', durationMs: 12, because: 'no thin pool on this node' },
  ],
  durationMs: 10_310,
  history: oneResolved,
});

/** Guests could not be read: nothing about them is judged, and there is no grade. */
export const unknownReport: Report = withList({
  ...healthyReport,
  status: 'unknown',
  exitCode: 3,
  grade: '?',
  score: null,
  gradeBecause: '/etc/pve is not mounted',
  ungradable: '/etc/pve is not mounted',
  summary: { ...healthyReport.summary, valid: 0, notJudged: 1, idle: null, guests: null, runningGuests: null },
  checks: (['DM010', 'DM012'] as const).map((code) => ({
    ...check(code, TITLES[code]),
    ...{ outcome: 'unknown', because: '/etc/pve is not mounted' },
  })),
  entries: [{ ...validEntry, class: 'unknown', references: [], reasons: [], idle: null }],
  guests: [],
  nextVmids: [],
  mounts: [],
  notSeen: ['guests: /etc/pve is not mounted'],
});

/** A machine that has nothing to check, and said nothing about itself. */
export const emptyReport: Report = {
  ...healthyReport,
  source: 'captures/empty.json',
  host: null,
  summary: { ...healthyReport.summary, totalEntries: 0, valid: 0, inUse: 0, guests: null, runningGuests: null },
  checks: [],
  entries: [],
  guests: [],
  nextVmids: [],
  mounts: [],
  sections: [],
};

/** Names that try to act on a terminal, to pass for a line of the report, or to break out of a command. */
export const HOSTILE = '\x1b[2J\x9b1m\r\n✓ HEALTHY\u2028\u202e\ud800\'"`$(reboot)\u0000';

const hostileFinding: ReportedFinding = {
  ...duplicate,
  subject: { kind: 'device', id: HOSTILE },
  title: `${HOSTILE} is a second entry`,
  headline: HOSTILE,
  evidence: [{ fact: HOSTILE, source: HOSTILE }],
  impact: HOSTILE,
  remedy: { text: HOSTILE, commands: [removes('dmsetup', 'remove', HOSTILE)] },
  repair: { offered: false, because: HOSTILE },
};

export const hostileReport: Report = withList({
  ...troubledReport,
  node: HOSTILE,
  source: HOSTILE,
  findings: [hostileFinding],
  problems: problemsIn([hostileFinding], HOSTILE).map((problem) => ({ ...problem, who: HOSTILE })),
  entries: [
    {
      ...duplicateEntry,
      name: HOSTILE,
      holders: [
        { kind: 'process', pid: 1, command: HOSTILE, user: HOSTILE, vmid: null },
        { kind: 'mount', target: HOSTILE, pid: 1 },
      ],
    },
  ],
  guests: [{ ...guest(100, HOSTILE, 'running'), lock: HOSTILE, orphans: 1 }],
  leftovers: [{ vmid: 119, entries: [HOSTILE], volumes: [HOSTILE], bytes: 1 }],
  thinPools: [{ ...thinPool, name: HOSTILE }],
  nextVmids: [{ vmid: 119, leftovers: [HOSTILE] }],
  mounts: [hostileMount(HOSTILE)],
  notSeen: [HOSTILE],
  sections: [{ name: HOSTILE, state: 'unreadable', durationMs: 1, because: HOSTILE }],
  checks: [{ code: 'DM020', title: HOSTILE, outcome: 'unknown', findings: 0, because: HOSTILE }],
  history: hostileHistory(HOSTILE),
});
