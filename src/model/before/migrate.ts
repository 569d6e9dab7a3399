import type { DiskName } from '../guests/disk-names.ts';
import { lvDmUuid } from '../lvm/lvm.ts';
import { DRIVE_KEY } from '../needs/disk-keys.ts';
import { isMadeAnew } from '../needs/unsettled.ts';
import { knownOrNull, whyNot } from '../reading.ts';
import { type Answer, type Stop, stop, type TouchedVolume, together } from './answer.ts';
import { ofTarget } from './migrate-target.ts';
import { activationOf, guestOf, kindOf, lockStops, storageStops, workNotes } from './preconditions.ts';
import { cloneOf, lineOf, type OwnVolume, type Situation } from './situation.ts';

/**
 * qemu-server src/PVE/QemuMigrate.pm prepare and scan_local_volumes, pve-container src/PVE/LXC/Migrate.pm phase1. Volumes of shared storages
 * stay where they are, and only a running VM has them activated on the other node; the others are activated here and copied. What the other
 * node has it told in its record.
 */
export function beforeMigrate(situation: Situation, to: string, nodeNames: readonly string[]): Answer {
  if (to === situation.node) return together({ stops: [stop(`node ${to} is this one`, 'target is local node.')] });
  if (!nodeNames.includes(to))
    return together({ stops: [stop(`the cluster has no node ${to}`, `no such cluster node '${to}'`)] });
  const volumes = situation.volumes.filter(({ lines }) => !lines.every((line) => /^fleecing/.test(line)));
  const local = volumes.filter(({ storage }) => storage?.shared === false);
  return together(
    { stops: [...lockStops(situation), ...typeStops(situation)] },
    situation.running === null ? { notLooked: [`whether it runs: ${whyNot(situation.readings.running)}`] } : {},
    { stops: volumes.flatMap((volume) => targetStops(situation, volume, to)) },
    { stops: [...local.flatMap((volume) => localStops(situation, volume)), ...lineStops(situation)] },
    { stops: aliasStops(situation, local) },
    localAccess(situation, local),
    missingShared(situation, volumes, local),
    ofTarget(situation, to, { volumes, local }),
    { touched: volumes.map((volume) => touched(volume, local.includes(volume))), notes: activeNotes(situation) },
    workNotes(situation),
  );
}

const touched = ({ volid, lines, seen, sizeBytes, identity, others }: OwnVolume, isLocal: boolean): TouchedVolume => ({
  // It is copied, and then removed here.
  ...{ volid, lines, seen, sizeBytes, identity, others, fate: isLocal ? 'moved' : 'changed' },
});

function typeStops(situation: Situation): readonly Stop[] {
  if (situation.running !== true || kindOf(situation) === 'VM') return [];
  return [stop('it runs: only with --restart', "can't migrate running container without --online or --restart")];
}

/** QemuMigrate.pm target_storage_check_available: also of what stays on a shared storage, and of unused disks. */
function targetStops(situation: Situation, { volid, storeid, storage, name }: OwnVolume, to: string): readonly Stop[] {
  const isVm = kindOf(situation) === 'VM';
  const content = storage?.properties['content']?.split(',') ?? null;
  const wanted = isVm ? 'images' : 'rootdir';
  const isMissing = content !== null && !content.includes(wanted) && !isMadeAnew(name);
  const text = isVm
    ? `${volid}: content type 'images' is not available on storage '${storeid}'`
    : `content type 'rootdir' is not available on storage '${storeid}'`;
  return [
    ...storageStops(storeid, storage, to),
    ...(isMissing
      ? [
          stop(
            `storage ${storeid} is not for disks of ${isVm ? 'VMs' : 'containers'}: content ${content.join(', ')}`,
            text,
          ),
        ]
      : []),
  ];
}

const CAN_SEND = /^(?:dir|btrfs|zfspool|lvmthin|lvm)$/;

function localStops(situation: Situation, volume: OwnVolume): readonly Stop[] {
  const { volid, lines, owner, storage, name } = volume;
  const { vmid } = situation.config;
  const isVm = kindOf(situation) === 'VM';
  const noun = isVm ? 'disk' : 'volume';
  const failed = (because: string, why: string): readonly Stop[] => [
    stop(`${lines[0]}, ${volid}, ${because}`, `can't migrate local ${noun} '${volid}': ${why}`),
  ];
  if (isMadeAnew(name)) return [];
  if (owner !== vmid)
    return failed(
      `carries the number ${owner}`,
      isVm ? `owned by other VM (owner = VM ${owner})` : `owned by other guest (owner = ${owner})`,
    );
  const snapshotted = snapshotStops(situation, volume, failed);
  if (snapshotted.length > 0) return snapshotted;
  if (storage !== undefined && !CAN_SEND.test(storage.type))
    return isVm
      ? [
          stop(
            `storage ${storage.storeid} (${storage.type}) cannot send ${volid}`,
            `can't migrate '${volid}' - storage type '${storage.type}' not supported`,
          ),
        ]
      : failed(`is on a storage that cannot send it (${storage.type})`, `storage type '${storage.type}' not supported`);
  const base = baseOf(volid);
  if (base !== null)
    return isVm
      ? [
          stop(
            `${lines[0]}, ${volid}, is a linked clone of ${base}, which stays here`,
            `can't migrate '${volid}' as it's a clone of '${base}'`,
          ),
        ]
      : failed(`is a linked clone of ${base}, which stays here`, `clone of '${base}'`);
  const clone = cloneOf(situation, volume);
  return clone === null ? [] : failed(`is read by its linked clone, guest ${clone}`, 'referenced by linked clone(s)');
}

function snapshotStops(
  { running, config }: Situation,
  { mentions, storage, name }: OwnVolume,
  failed: (because: string, why: string) => readonly Stop[],
): readonly Stop[] {
  if (!mentions.some(({ section, key }) => section === 'snapshot' && key !== 'vmstate')) return [];
  if (running === true && config.type === 'qemu')
    return failed(
      'has snapshots, and the guest runs',
      'online storage migration not possible if non-replicated snapshot exists',
    );
  const isChain = /^(?:1|on|yes|true)$/i.test(storage?.properties['snapshot-as-volume-chain'] ?? '');
  const keeps =
    storage?.type === 'zfspool' ||
    (storage?.type === 'btrfs' && !name.endsWith('.qcow2')) ||
    (name.endsWith('.qcow2') && !isChain);
  return keeps ? [] : failed('has snapshots that cannot be sent', 'non-migratable snapshot exists');
}

/** The base in a volume id: `base-100-disk-0/vm-101-disk-0`, `100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2`. */
const baseOf = (volid: string): string | null => /(?:^|[:/])((?:base|basevol)-\d+-[^/]+)\/./.exec(volid)?.[1] ?? null;

/** Two volume ids of one file or volume, through two storages. */
function aliasStops({ config, readings }: Situation, local: readonly OwnVolume[]): readonly Stop[] {
  const names = knownOrNull(readings.diskNames) ?? new Map<string, readonly DiskName[]>();
  const volids = new Set(local.map(({ volid }) => volid));
  return [...names.values()].flatMap((list) => {
    const own = [
      ...new Set(list.filter((one) => one.config === config && volids.has(one.text)).map(({ text }) => text)),
    ];
    return own.length < 2
      ? []
      : [stop(`${own.join(' and ')} are one volume`, `detected not supported aliased volumes: '`)];
  });
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

/** What is copied is activated here first. A container's migration passes over what is not there. */
function localAccess(situation: Situation, local: readonly OwnVolume[]): Partial<Answer> {
  const isVm = kindOf(situation) === 'VM';
  const asked = isVm ? local : local.filter(({ seen }) => seen !== 'missing');
  const passed = local.filter((volume) => !asked.includes(volume));
  return together(activationOf(situation, asked), {
    notes: passed.map(
      ({ volid, lines }) => `${lines[0]} is ${volid}, which is not there: the migration passes over it`,
    ),
  });
}

/** Nobody looks for these before the guest is started on the other node; a running VM has them open already. */
function missingShared(
  situation: Situation,
  volumes: readonly OwnVolume[],
  local: readonly OwnVolume[],
): Partial<Answer> {
  if (situation.running === true) return {};
  const missing = volumes.filter(
    (volume) => !local.includes(volume) && volume.seen === 'missing' && !isMadeAnew(volume.name),
  );
  return {
    notes: missing.map(
      ({ volid, lines }) =>
        `${lines[0]} is ${volid}, which is not there: the migration ends well, and ${guestOf(situation)} cannot start there`,
    ),
  };
}

/** An offline migration of a guest that was never started since leaves its volumes active here. */
function activeNotes(situation: Situation): readonly string[] {
  const { volumes, running, readings } = situation;
  const devices = knownOrNull(readings.deviceMapper)?.devices ?? [];
  if (running !== false) return [];
  return volumes.flatMap(({ lv, storage }) => {
    const device = lv === null ? undefined : devices.find(({ uuid }) => uuid === lvDmUuid(lv));
    return device === undefined || storage?.type !== 'lvm' || !storage.shared
      ? []
      : [
          `${device.name} is active though ${guestOf(situation)} is stopped: the migration may leave it active here, and it is a dead entry once the disk is removed there`,
        ];
  });
}
