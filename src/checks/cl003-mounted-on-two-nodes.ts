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
  type PairVerdict,
  type Sighting,
  sightings,
  sinceOf,
} from '../model/cluster/across-nodes.ts';
import type { FileSystemPrint } from '../model/cluster/node-record.ts';
import { sameDevice } from '../model/cluster/same-disk.ts';

/** Others are made for several nodes (ocfs2, gfs2), or write nothing that the next mount would trust. */
const OF_ONE_NODE: ReadonlySet<string> = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs']);

export const cl003 = defineCrossCheck({
  code: 'CL003',
  title: 'a local file system is mounted for writing on two nodes at once',
  parts: ['fileSystems', 'groups'],
  judge: ({ view }) => {
    const seen = sightings(view, 'fileSystems', (all) => all.filter(({ fsType }) => OF_ONE_NODE.has(fsType)));
    // Without a UUID a copy of a machine could not be told from the same file system; with one, only the device tells.
    const byUuid = Map.groupBy(
      seen.filter(({ item }) => item.fsUuid !== ''),
      ({ item }) => item.fsUuid,
    );
    return allOf([...byUuid.values()].map(judge));
  },
});

function judge(ofOne: readonly Sighting<FileSystemPrint>[]): CrossJudgement {
  const decide = (a: Sighting<FileSystemPrint>, b: Sighting<FileSystemPrint>): PairVerdict => {
    const [groupsOfA, groupsOfB] = [a.standing.record.fingerprint.groups, b.standing.record.fingerprint.groups];
    const same = sameDevice(a.item.device, groupsOfA, b.item.device, groupsOfB);
    const where = `a file system with UUID ${a.item.fsUuid} is mounted on ${named([a.node, b.node])}`;
    if (same === 'other') return 'no';
    if (same === 'unknown') return { open: `${where}: whether both mean one device could not be told` };
    return atOnce(a, b) ? 'yes' : { open: `${where}: ${NOT_AT_ONCE}` };
  };
  const { proven, open } = inPairs(ofOne, decide);
  const [first] = proven;
  return { findings: first === undefined ? [] : [findingFor(first.item, proven)], open };
}

function findingFor(
  { fsType, fsUuid, target }: FileSystemPrint,
  proven: readonly Sighting<FileSystemPrint>[],
): CrossFinding {
  const nodes = nodesOf(proven);
  return {
    severity: 'critical',
    subject: { kind: 'file-system', id: fsUuid },
    title: `${fsType} on ${target} (UUID ${fsUuid}) is mounted for writing on ${named(nodes)} at once`,
    headline: `is mounted for writing on ${named(nodes)} at once`,
    about: target,
    evidence: evidenceOf(
      proven,
      (one) => `${one.fsType} is mounted on ${one.target} from ${deviceWords(one)}, ${sinceOf(one)}`,
    ),
    impact: `${fsType} is made for one node. Each node keeps what it read in memory and writes over what the other one wrote, so directories and files are damaged. \`shared 1\` of a directory storage shares nothing: it only says that something else does.`,
    remedy: {
      text: 'Unmount it on all nodes but one, and take away what mounts it there (/etc/fstab, a mount unit, `nodes` of the storage). Then unmount the last one too and check it with fsck (xfs_repair, btrfs check) before it is used further.',
      commands: [['findmnt', '-o', 'TARGET,SOURCE,FSTYPE,UUID,OPTIONS', '-S', `UUID=${fsUuid}`]],
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
