import type { NodeView } from '../cluster/cluster-view.ts';
import type { NodeRecord } from '../cluster/node-record.ts';
import { lvDmUuid } from '../lvm/lvm.ts';
import { DRIVE_KEY } from '../needs/disk-keys.ts';
import { knownOrNull, whyNot } from '../reading.ts';
import { type Answer, type Stop, stop, type TouchedVolume, together } from './answer.ts';
import { activationOf, current, guestOf, kindOf, lockStops, storageStops, workNotes } from './preconditions.ts';
import { lineOf, type OwnVolume, type Situation } from './situation.ts';

/**
 * qemu-server src/PVE/QemuMigrate.pm scan_local_volumes, pve-container src/PVE/LXC/Migrate.pm phase1: shared volumes stay and are
 * activated there, the others are copied. What the other node has it told in its record.
 */
export function beforeMigrate(situation: Situation, to: string, nodeNames: readonly string[]): Answer {
  if (to === situation.node) return together({ stops: [stop(`node ${to} is this one`, 'target is local node.')] });
  if (!nodeNames.includes(to))
    return together({ stops: [stop(`the cluster has no node ${to}`, `no such cluster node '${to}'`)] });
  const { volumes } = situation;
  const local = volumes.filter(({ storage }) => storage?.shared === false);
  return together(
    { stops: [...lockStops(situation), ...typeStops(situation)] },
    { stops: volumes.flatMap(({ storeid, storage }) => storageStops(storeid, storage, to)) },
    { stops: [...local.flatMap((volume) => localStops(situation, volume)), ...lineStops(situation)] },
    local.length === 0
      ? {}
      : {
          notLooked: [
            `which volumes stand on ${storeidsOf(local)} of node ${to}: its record does not tell, and a name that is taken there stops it`,
          ],
        },
    ofTarget(situation, to),
    activationOf(situation, current(situation)),
    { touched: volumes.map((volume) => touched(volume, local.includes(volume))), notes: activeNotes(situation) },
    workNotes(situation),
  );
}

const storeidsOf = (volumes: readonly OwnVolume[]): string =>
  `storage ${[...new Set(volumes.map(({ storeid }) => storeid))].join(', ')}`;

const touched = ({ volid, lines, seen, sizeBytes, identity, others }: OwnVolume, isLocal: boolean): TouchedVolume => ({
  ...{ volid, lines, seen, sizeBytes, identity, others, fate: isLocal ? 'copied' : 'changed' },
});

function typeStops(situation: Situation): readonly Stop[] {
  if (situation.running !== true || kindOf(situation) === 'VM') return [];
  return [stop('it runs: only with --restart', "can't migrate running container without --online or --restart")];
}

function localStops(situation: Situation, volume: OwnVolume): readonly Stop[] {
  const { volid, lines, mentions, owner, storage, name } = volume;
  const vmid = situation.config.vmid;
  const failed = (because: string, why: string) => [
    stop(`${lines[0]}, ${volid}, ${because}`, `can't migrate local disk '${volid}': ${why}`),
  ];
  if (owner !== vmid) return failed(`carries the number ${owner}`, `owned by other VM (owner = VM ${owner})`);
  const isSnapshotted = mentions.some(({ section }) => section === 'snapshot');
  const keepsSnapshots = storage?.type === 'zfspool' || (storage?.type !== 'lvm' && name.endsWith('.qcow2'));
  if (isSnapshotted && !keepsSnapshots)
    return failed('has snapshots that cannot be sent', 'non-migratable snapshot exists');
  if (situation.running === true && isSnapshotted)
    return failed(
      'has snapshots, and the guest runs',
      'online storage migration not possible if non-replicated snapshot exists',
    );
  return [];
}

/** Drives that are no volumes of the guest. */
const lineStops = ({ config, storages }: Situation): readonly Stop[] =>
  config.mentions.flatMap((mention) => {
    const { target, section, key, certainty } = mention;
    if (section !== 'current' || certainty !== 'certain' || !DRIVE_KEY.test(key)) return [];
    if (target.kind === 'path')
      return [
        stop(
          `${lineOf(mention)} is ${target.path}, a file or device of this node`,
          `can't migrate local disk '${target.path}': local file/device`,
        ),
      ];
    const storage = storages.find(({ storeid }) => storeid === target.storeid);
    const volid = `${target.storeid}:${target.volname}`;
    return storage?.shared === false && target.volname.startsWith('iso/')
      ? [
          stop(
            `${lineOf(mention)} is ${volid}, an image on this node`,
            `can't migrate local disk '${volid}': local cdrom image`,
          ),
        ]
      : [];
  });

/** What the other node says of itself. */
function ofTarget(situation: Situation, to: string): Partial<Answer> {
  const { clusterView } = situation.readings;
  const node = knownOrNull(clusterView)?.nodes.find(({ name }) => name === to);
  if (node === undefined)
    return {
      notLooked: [`what node ${to} sees${whyNoWord(clusterView.state === 'known' ? null : whyNot(clusterView))}`],
    };
  if (node.standing.state === 'not-judged')
    return unheard(node, node.standing.because, node.standing.reason === 'offline');
  const { record } = node.standing;
  return together(
    { stops: situation.volumes.flatMap((volume) => usableStops(volume, record, to)) },
    { stops: situation.volumes.flatMap((volume) => ghostStops(volume, record, to)) },
    {
      notLooked: record.fingerprint.groups === null ? [`which entries node ${to} has: its record does not tell`] : [],
      notes: problemNotes(situation, record, to),
    },
  );
}

const whyNoWord = (why: string | null): string => (why === null ? ': it has told nothing' : `: ${why}`);

const unheard = ({ name }: NodeView, because: string, isOff: boolean): Partial<Answer> =>
  isOff
    ? { stops: [stop(`node ${name} is off: ${because}`, "Can't connect to destination address using public key")] }
    : { notLooked: [`what node ${name} sees: ${because}`] };

const usableStops = ({ storeid }: OwnVolume, { fingerprint }: NodeRecord, to: string): readonly Stop[] => {
  const told = fingerprint.storages?.find((one) => one.storeid === storeid);
  return told?.usable === false
    ? [
        stop(
          `storage ${storeid} cannot be used on node ${to}: ${told.because}`,
          `storage '${storeid}' is not available on node '${to}'`,
        ),
      ]
    : [];
};

/** An entry there of the same VG and name, and of another volume. */
const ghostStops = ({ lv, lines, volid }: OwnVolume, { fingerprint }: NodeRecord, to: string): readonly Stop[] => {
  const group = lv === null ? undefined : fingerprint.groups?.find(({ vgUuid }) => vgUuid === lv.vgUuid);
  const dead = group?.volumes?.find(({ lvName, lvUuid }) => lvName === lv?.lvName && lvUuid !== lv.lvUuid);
  return dead === undefined
    ? []
    : [
        stop(
          `node ${to} has a dead entry where ${lines[0]}, ${volid}, would be activated: an offline migration ends well, and the start there fails`,
          'device-mapper: create ioctl on … failed: Device or resource busy',
          'run',
        ),
      ];
};

/** Problems that the other node tells of this guest. */
const problemNotes = ({ config }: Situation, { verdict }: NodeRecord, to: string): readonly string[] =>
  (verdict?.problems ?? [])
    .filter(({ vmids }) => vmids.includes(config.vmid))
    .map(({ who, what, codes }) => `node ${to} says: ${who} ${what} (${codes.join(', ')})`);

/** An offline migration of a guest that was never started since leaves its volumes active here. */
function activeNotes(situation: Situation): readonly string[] {
  const { volumes, running, readings } = situation;
  const devices = knownOrNull(readings.deviceMapper)?.devices ?? [];
  if (running !== false) return [];
  return volumes.flatMap(({ lv, storage }) => {
    const device = lv === null ? undefined : devices.find(({ uuid }) => uuid === lvDmUuid(lv));
    return device === undefined || storage?.type !== 'lvm'
      ? []
      : [
          `${device.name} is active though ${guestOf(situation)} is stopped: the migration may leave it active here, and it is a dead entry once the disk is removed there`,
        ];
  });
}
