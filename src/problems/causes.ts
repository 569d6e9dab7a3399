import { splitDmName } from '../model/device-mapper/dm-name.ts';
import type { CheckCode, FindingFacts } from '../model/finding.ts';
import type { MountRow } from '../model/mounts/judged-mounts.ts';
import { serverOf } from '../model/mounts/remote-filesystems.ts';
import type { ProblemKind } from '../model/report/problem.ts';

/** Everything but what a shell, a TOML key in quotes and a URL path take as it stands. */
const ODD = /[^A-Za-z0-9._/@:+-]/gu;

const percent = (char: string): string =>
  [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** `volume:san/vm-102-disk-0`. Different causes never share one; what stands after the first colon may hold more of them. */
export const problemId = ({ kind, name }: Cause): string => `${kind}:${name.replaceAll(ODD, percent)}`;

/** What a finding comes from: findings of one report with equal causes are one problem. */
export interface Cause {
  readonly kind: ProblemKind;
  /** One object of its kind on this node, the same in every run. */
  readonly name: string;
}

/** What the rules know of the report beside the finding. */
export interface CauseFacts {
  /** The row of a mount by the id of its subject. */
  readonly row: (subjectId: string) => MountRow | null;
  /** Servers that are what is wrong: one does not answer, or more than one of its shares fails. */
  readonly badServers: ReadonlySet<string>;
  /** Where the node itself has a share mounted; null where it has not. */
  readonly targetOf: (source: string) => string | null;
  /** The first volume problem of a VMID; null where there is none. */
  readonly volumeOf: (vmid: number) => Cause | null;
}

type Rule = (finding: FindingFacts, facts: CauseFacts) => Cause;

const SUBJECT_KINDS: Readonly<Record<FindingFacts['subject']['kind'], ProblemKind>> = {
  device: 'device',
  volume: 'volume',
  'volume-group': 'group',
  'thin-pool': 'pool',
  vmid: 'vmid',
  node: 'sight',
  command: 'sight',
  mount: 'mount',
  storage: 'cluster',
  disk: 'cluster',
  'file-system': 'cluster',
};

/** Its subject is what it comes from; there is one node, whatever it is called. */
const bySubject: Rule = ({ subject }) => ({
  kind: SUBJECT_KINDS[subject.kind],
  name: subject.kind === 'node' ? 'cluster' : subject.id,
});

/** Every entry of a volume, and the volume itself, is one matter; a copy made by hand has its name in front. */
const byVolume: Rule = (finding, facts) => {
  const { subject } = finding;
  if (subject.kind === 'volume') return { kind: 'volume', name: subject.id };
  const name = finding.vmid === null ? null : splitDmName(subject.id);
  return name === null ? bySubject(finding, facts) : { kind: 'volume', name: `${name.vgName}/${name.lvName}` };
};

/** Two entries over the same sectors are about one volume, whichever of them is to go now. */
const byOverlap: Rule = (finding, facts) =>
  finding.about === undefined ? byVolume(finding, facts) : { kind: 'volume', name: finding.about };

/** A lost disk is known by the VG that it takes with it: its number is another one when it is back. */
const byLostDevice: Rule = (finding, facts) =>
  finding.about === undefined ? byVolume(finding, facts) : { kind: 'device', name: `disks/${finding.about}` };

/** A VMID is in the way of nothing once its volumes are dealt with. */
const byVmid: Rule = (finding, facts) =>
  (finding.vmid === null ? null : facts.volumeOf(finding.vmid)) ?? bySubject(finding, facts);

/** A matter of the guest that has nothing to do with its others. */
const byMatter =
  (of: string): Rule =>
  ({ subject }) => ({ kind: 'vmid', name: `${subject.id}/${of}` });

/** Everything behind a server that is down is one matter, in containers too; else everything of one share. */
const byServer: Rule = (finding, facts) => {
  const row = facts.row(finding.subject.id);
  if (row === null) return bySubject(finding, facts);
  const server = hostOf(row);
  if (server !== null && facts.badServers.has(server)) return { kind: 'server', name: server };
  return { kind: 'mount', name: facts.targetOf(row.source) ?? finding.subject.id };
};

/** Of a VG too, and no matter of which disks it is on. */
const byAutoactivation: Rule = ({ subject }) => ({ kind: 'group', name: `${subject.id}/autoactivation` });

/** Of a VG that LVM cannot see for it, or of the LUN. */
const byGroupAbove: Rule = (finding, facts) =>
  finding.about === undefined ? bySubject(finding, facts) : { kind: 'group', name: finding.about };

/** A path that is lost, and the session that it came through, are the matter of the map; a disk without one is lost with its VG. */
const byMapAbove: Rule = (finding, facts) =>
  finding.about === undefined ? bySubject(finding, facts) : { kind: 'device', name: finding.about };

/** Of a VG too, and no matter of which disks it is on. */
const bySize: Rule = ({ subject, about }) => ({ kind: 'group', name: `${about ?? subject.id}/size` });

/** What several nodes show together; `of` tells several matters of one subject apart. */
const across =
  (of: string): Rule =>
  ({ subject }) => ({ kind: 'cluster', name: `${of}/${subject.id}` });

/** Its volumes are open twice because it runs twice. */
const byGuestAcross: Rule = (finding, facts) =>
  finding.vmid === null ? across('volume')(finding, facts) : { kind: 'cluster', name: `guest/${finding.vmid}` };

/** One configuration, whatever VGs those nodes share. */
const bySettings: Rule = () => ({ kind: 'cluster', name: 'lvm-settings' });

/** The rules of checks whose subject is not what a finding comes from. */
const RULES: Readonly<Record<CheckCode, Rule>> = {
  DM001: byVolume,
  DM002: byOverlap,
  DM010: byVolume,
  DM011: byVolume,
  DM012: byVolume,
  DM013: byVolume,
  DM020: byVolume,
  DM031: byLostDevice,
  DM032: byVolume,
  DM040: byVolume,
  DM050: byAutoactivation,
  LV001: byVolume,
  LV011: byVolume,
  LV012: byVolume,
  LV013: bySize,
  LV018: byLostDevice,
  PATH003: byGroupAbove,
  PATH005: byMapAbove,
  PATH010: byMapAbove,
  PATH006: byMapAbove,
  ID001: byVmid,
  VOL013: byVmid,
  VOL017: byMatter('template'),
  VOL019: byMatter('ha'),
  MNT001: byServer,
  MNT003: byServer,
  MNT004: byServer,
  MNT006: byServer,
  CT001: byServer,
  CT003: byServer,
  CT004: byServer,
  CL001: byGuestAcross,
  CL002: across('pool'),
  CL003: across('file-system'),
  CL004: across('unlocked'),
  CL005: across('different'),
  CL006: across('stale'),
  CL007: byGuestAcross,
  CL008: across('locks'),
  CL009: across('unusable'),
  CL010: across('disk'),
  CL011: across('mount'),
  CL012: across('clock'),
  CL013: bySettings,
  CL014: across('silent'),
};

export const causeOf = (finding: FindingFacts, facts: CauseFacts): Cause =>
  (RULES[finding.code] ?? bySubject)(finding, facts);

/** The host that a mount's file system lives on; null where the mount does not say. */
export const hostOf = ({ fstype, source, options }: MountRow): string | null =>
  serverOf(fstype, source, options.split(','))?.host ?? null;
