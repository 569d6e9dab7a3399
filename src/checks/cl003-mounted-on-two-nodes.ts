import {
  allOf,
  atOnce,
  type CrossFinding,
  type CrossJudgement,
  defineCrossCheck,
  evidenceOf,
  inPairs,
  NOT_AT_ONCE,
  named,
  nodesOf,
  openQuestions,
  type PairVerdict,
  type Sighting,
  sightings,
  sinceOf,
} from '../model/cluster/across-nodes.ts';
import type { FileSystemPrint } from '../model/cluster/node-record.ts';
import { sameDevice } from '../model/cluster/same-disk.ts';
import { reads } from '../model/command/command.ts';

/** Others are made for several nodes (ocfs2, gfs2), or write nothing that the next mount would trust. */
const OF_ONE_NODE: ReadonlySet<string> = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs']);

export const cl003 = defineCrossCheck({
  code: 'CL003',
  title: 'a local file system is mounted for writing on two nodes at once',
  harms: { corruption: '' },
  parts: ['fileSystems', 'groups'],
  judge: ({ view }) => {
    const seen = sightings(view, 'fileSystems', (all) => all.filter(({ fsType }) => OF_ONE_NODE.has(fsType)));
    const uuids = new Map(
      seen.filter(({ item }) => item.fsUuid !== '').map(({ item }) => [deviceKey(item), item.fsUuid]),
    );
    // udev's link of a UUID leads to one of the disks that have it, so what is mounted beside a visible copy may have none here.
    const nameOf = (item: FileSystemPrint): string => {
      const key = deviceKey(item);
      return item.fsUuid || (key === '' ? '' : (uuids.get(key) ?? key));
    };
    const byName = Map.groupBy(seen, ({ item }) => nameOf(item));
    return allOf([...byName].map(([name, ofOne]) => (name === '' ? untold(ofOne) : judge(name, ofOne))));
  },
});

/** What a device is called by whoever has it; only `sameDevice` decides whether two mean one. */
function deviceKey({ device }: FileSystemPrint): string {
  if (device.kind === 'unknown') return '';
  if (device.kind === 'volume') return device.lvUuid;
  const { wwid, serial } = device.disk;
  return `${wwid || serial}${device.partition === 0 ? '' : `-part${device.partition}`}`;
}

const untold = (seen: readonly Sighting<FileSystemPrint>[]): CrossJudgement => ({
  findings: [],
  open: openQuestions(
    seen.map(
      ({ node, item }) => `what is mounted on ${item.target} of ${node} has no UUID and no device that is known`,
    ),
  ),
});

function judge(name: string, ofOne: readonly Sighting<FileSystemPrint>[]): CrossJudgement {
  const decide = (a: Sighting<FileSystemPrint>, b: Sighting<FileSystemPrint>): PairVerdict => {
    const [groupsOfA, groupsOfB] = [a.standing.record.fingerprint.groups, b.standing.record.fingerprint.groups];
    const same = sameDevice(a.item.device, groupsOfA, b.item.device, groupsOfB);
    const where = `a file system with ${nameWords(name, ofOne)} is mounted on ${named([a.node, b.node])}`;
    if (same === 'other') return 'no';
    if (same === 'unknown') return { open: `${where}: whether both mean one device could not be told` };
    return atOnce(a, b) ? 'yes' : { open: `${where}: ${NOT_AT_ONCE}` };
  };
  const { proven, open } = inPairs(ofOne, decide);
  const [first] = proven;
  return { findings: first === undefined ? [] : [findingFor(name, first.item, proven)], open };
}

const hasUuid = (ofOne: readonly Sighting<FileSystemPrint>[]): boolean => ofOne.some(({ item }) => item.fsUuid !== '');

const nameWords = (name: string, ofOne: readonly Sighting<FileSystemPrint>[]): string =>
  hasUuid(ofOne) ? `UUID ${name}` : `no UUID that is known, on ${name}`;

function findingFor(
  name: string,
  { fsType, target }: FileSystemPrint,
  proven: readonly Sighting<FileSystemPrint>[],
): CrossFinding {
  const nodes = nodesOf(proven);
  const by = hasUuid(proven) ? ['-S', `UUID=${name}`] : [target];
  return {
    harm: 'corruption',
    subject: { kind: 'file-system', id: name },
    title: `${fsType} on ${target} (${nameWords(name, proven)}) is mounted for writing on ${named(nodes)} at once`,
    headline: `is mounted for writing on ${named(nodes)} at once`,
    about: target,
    evidence: evidenceOf(
      proven,
      (one) => `${one.fsType} is mounted on ${one.target} from ${deviceWords(one)}, ${sinceOf(one)}`,
    ),
    impact: `${fsType} is made for one node. Each node keeps what it read in memory and writes over what the other one wrote, so directories and files are damaged. \`shared 1\` of a directory storage shares nothing: it only says that something else does.`,
    remedy: {
      text: 'Unmount it on all nodes but one, and take away what mounts it there (/etc/fstab, a mount unit, `nodes` of the storage). Then unmount the last one too and check it with fsck (xfs_repair, btrfs check) before it is used further.',
      commands: [reads('findmnt', '-o', 'TARGET,SOURCE,FSTYPE,UUID,OPTIONS', ...by)],
    },
    nodes,
  };
}

function deviceWords({ device }: FileSystemPrint): string {
  if (device.kind === 'volume') return `the LV with UUID ${device.lvUuid} of VG ${device.vgUuid}`;
  if (device.kind === 'unknown') return 'a device that could not be told';
  const { disk, partition } = device;
  return `${partition === 0 ? '' : `partition ${partition} of `}disk ${disk.wwid || disk.serial}`;
}
