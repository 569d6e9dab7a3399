import {
  type AcrossNodes,
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
import { onItsWay } from '../model/cluster/migrations.ts';
import type { GroupPrint, HolderKind, VolumePrint } from '../model/cluster/node-record.ts';
import { sameGroup, sameGroupOf } from '../model/cluster/same-disk.ts';
import { groupSightings } from '../model/cluster/shared-groups.ts';
import { reads } from '../model/command/command.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import type { Guests } from '../model/guests/pve.ts';

/** A migration, a backup or a look of LVM itself is over by then. */
const LOOKS = 3;

interface OpenVolume extends VolumePrint {
  readonly vgName: string;
  readonly vgUuid: string;
}

type Seen = Sighting<OpenVolume>;

export const cl007 = defineCrossCheck({
  code: 'CL007',
  title: 'a volume is open on two nodes at once',
  harms: { corruption: '' },
  parts: ['groups', 'activity'],
  judge: (facts) => {
    const seen: readonly Seen[] = sightings(facts.view, 'groups', (groups) => groups.flatMap(openOnes));
    const byUuid = Map.groupBy(seen, ({ item }) => item.vgUuid + item.lvUuid);
    return allOf([...[...byUuid.values()].map((ofOne) => judge(ofOne, facts)), untold(groupSightings(facts))]);
  },
});

/** A node that left the volumes of a VG out of its record may have any of them open, where another node has that VG too. */
function untold(groups: readonly Sighting<GroupPrint>[]): CrossJudgement {
  const open = groups
    .filter(
      ({ node, item }) =>
        item.volumes === null &&
        groups.some(
          (other) =>
            other.node !== node && other.item.vgUuid === item.vgUuid && sameGroup(other.item, item) !== 'other',
        ),
    )
    .map(({ node, item }) => `${node} did not tell which volumes of VG ${item.vgName} are open`);
  return { findings: [], open: openQuestions(open) };
}

/**
 * What is mounted is CL003's where it matters: a cluster file system is open on every node. An iSCSI target gives out a volume on
 * several nodes on purpose, and what lies on the volume decides about stacked devices. A process that has it open is neither:
 * whoever has root in a container may write any name into its mount table.
 */
const openOnes = ({ vgName, vgUuid, volumes }: GroupPrint): readonly OpenVolume[] =>
  (volumes ?? [])
    .filter(({ openCount, heldBy }) => openCount > 0 && (heldBy.includes('process') || !heldBy.some(isJudgedElsewhere)))
    .map((volume) => ({ ...volume, vgName, vgUuid }));

const isJudgedElsewhere = (kind: HolderKind): boolean => kind === 'mount' || kind === 'target';

const groupsOf = ({ standing }: Seen): readonly GroupPrint[] | null => standing.record.fingerprint.groups;

function judge(ofOne: readonly Seen[], { guests }: AcrossNodes): CrossJudgement {
  const lvName = ofOne[0]?.item.lvName ?? '';
  const owner = decodeGuestVolume(lvName)?.vmid ?? null;
  let shared: boolean | null = null;
  const isShared = (): boolean => {
    shared ??= owner !== null && guests !== null && hasOtherUser(lvName, owner, guests);
    return shared;
  };
  const decide = (a: Seen, b: Seen): PairVerdict => {
    const where = `volume ${pathOf(a.item)} is open on ${named([a.node, b.node])}`;
    const same = sameGroupOf(a.item.vgUuid, groupsOf(a), groupsOf(b));
    if (same === 'other') return 'no';
    if (same === 'unknown') return { open: `${where}: whether both mean one disk could not be told` };
    // Guests that share a disk on purpose, as the nodes of a cluster of their own do.
    if (isShared()) return 'no';
    const moving = onItsWay(owner, a, b, guests);
    if (moving !== 'no') return { ...moving, open: `${where}: ${moving.open}` };
    if (Math.min(a.item.looks, b.item.looks) < LOOKS) return { open: `${where}: not yet in ${LOOKS} looks` };
    return atOnce(a, b) ? 'yes' : { open: `${where}: ${NOT_AT_ONCE}` };
  };
  const { proven, open } = inPairs(ofOne, decide);
  const [first] = proven;
  return { findings: first === undefined ? [] : [findingFor(first.item, proven)], open };
}

const hasOtherUser = (lvName: string, owner: number, { configs }: Guests): boolean =>
  configs.some(
    ({ vmid, mentions, rawNames }) =>
      vmid !== owner &&
      (rawNames.includes(lvName) ||
        mentions.some(({ target }) =>
          target.kind === 'volid' ? target.volname === lvName : target.path.includes(lvName),
        )),
  );

const pathOf = ({ vgName, lvName }: OpenVolume): string => `${vgName}/${lvName}`;

function findingFor(volume: OpenVolume, proven: readonly Seen[]): CrossFinding {
  const nodes = nodesOf(proven);
  return {
    harm: 'corruption',
    subject: { kind: 'volume', id: pathOf(volume) },
    title: `Volume ${pathOf(volume)} is open on ${named(nodes)} at once, and no migration is under way`,
    headline: `has ${volume.lvName} open on ${named(nodes)} at once, and no migration is under way`,
    evidence: evidenceOf(
      proven,
      (one) =>
        `${pathOf(one)} is open ${sinceOf(one)}${one.heldBy.length === 0 ? '' : `, held by ${one.heldBy.join(', ')}`}`,
    ),
    impact:
      'If both write, the data in it is damaged. It is a strong sign and no proof: what only reads, such as a copy or a backup by hand, has it open too.',
    remedy: {
      text: 'Find out on each of these nodes what has it open. Stop the one that should not be there before it writes; if the guest runs on both nodes, on the node where its configuration is not.',
      commands: [
        reads('pve-doctor', 'cluster', '--fresh'),
        reads('fuser', '-v', `/dev/${volume.vgName}/${volume.lvName}`),
      ],
    },
    vmid: decodeGuestVolume(volume.lvName)?.vmid ?? null,
    nodes,
  };
}
