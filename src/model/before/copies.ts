import { splitDmName } from '../device-mapper/dm-name.ts';
import { decodeGuestVolume, snapshotVolumeName } from '../guests/guest-volume.ts';
import type { Storage } from '../guests/pve.ts';
import { knownOrNull } from '../reading.ts';
import { size } from '../size.ts';
import { isDisk } from '../volumes/guest-disks.ts';
import { type Answer, type Stop, stop, type TouchedVolume, together } from './answer.ts';
import { canBeBase } from './features.ts';
import {
  activationOf,
  current,
  kindOf,
  lockStops,
  roomOn,
  runningStops,
  targetStops,
  workNotes,
} from './preconditions.ts';
import type { OwnVolume, Situation } from './situation.ts';

/** qemu-server src/PVE/API2/Qemu.pm clone_vm, pve-container src/PVE/API2/LXC.pm clone_vm. */
export function beforeClone(
  situation: Situation,
  { newid, full, storage }: { readonly newid: number | null; readonly full: boolean; readonly storage: string | null },
): Answer {
  const { config } = situation;
  const own = disksOf(situation);
  const isFull = full || !config.template;
  return together(
    { stops: [...lockStops(situation), ...(storage === null ? [] : targetStops(situation, storage))] },
    newid === null
      ? { notLooked: ['what stands under the new number: it was not given (--newid)'] }
      : { stops: newStops(situation, newid) },
    isFull ? spaceFor(situation, own, storage) : { stops: own.flatMap(linkedStops) },
    newid === null ? {} : { stops: ghostsOf(situation, newid) },
    activationOf(situation, own),
    { touched: own.map((volume) => touchedAs(volume, 'copied')) },
    workNotes(situation),
  );
}

function newStops({ configs }: Situation, newid: number): readonly Stop[] {
  const taken = configs.find(({ vmid }) => vmid === newid);
  if (taken === undefined) return [];
  const kind = taken.type === 'qemu' ? 'VM' : 'CT';
  return [
    stop(
      `${kind} ${newid} exists on node ${taken.node}`,
      `unable to create VM ${newid}: config file already exists`,
      'run',
    ),
  ];
}

const linkedStops = (volume: OwnVolume): readonly Stop[] =>
  canBeBase(volume) === false
    ? [
        stop(
          `${volume.lines[0]}, ${volume.volid}, can have no linked clone on storage ${volume.storeid} (${volume.storage?.type})`,
          `Linked clone feature is not supported for '${volume.volid}' (${volume.lines[0]})`,
          'run',
        ),
      ]
    : [];

/** Dead entries under the names that new volumes of this number get: Proxmox VE takes the first number that LVM does not show. */
function ghostsOf({ readings }: Situation, vmid: number): readonly Stop[] {
  const coverage = knownOrNull(readings.entryCoverage);
  return (knownOrNull(readings.deviceMapper)?.devices ?? []).flatMap((device) => {
    const name = splitDmName(device.name);
    const isOfNew = name?.layer === '' && decodeGuestVolume(name.lvName)?.vmid === vmid;
    return isOfNew && coverage?.stateOf(device)?.is === 'gone'
      ? [
          stop(
            `a dead entry of this node, ${device.name}, stands where a new volume of ${vmid} would be activated (DM013)`,
            `device-mapper: create ioctl on ${device.name} failed: Device or resource busy`,
            'run',
          ),
        ]
      : [];
  });
}

interface Move {
  readonly disk: string;
  readonly storage: string | null;
  readonly deletes: boolean;
  readonly diskFormat: string | null;
}

/** API2/Qemu.pm move_vm_disk and API2/LXC.pm move_volume, to another storage. */
export function beforeMoveDisk(situation: Situation, move: Move): Answer {
  const { disk: key, storage: storeid, deletes } = move;
  const volume = disk(situation, key);
  if (volume === null) return { ...together({ stops: lockStops(situation) }, { stops: [noDisk(key)] }) };
  return together(
    { stops: lockStops(situation) },
    storeid === null
      ? { notLooked: ['the storage that it goes to: it was not given (--storage)'] }
      : { stops: targetStops(situation, storeid) },
    { stops: sameStops(situation, volume, move) },
    snapshotsOf(situation, volume, deletes),
    kindOf(situation) === 'CT' ? runningStops(situation, 'it runs', 'cannot move volumes of a running container') : {},
    spaceFor(situation, [volume], storeid),
    activationOf(situation, [volume]),
    { touched: [touchedAs(volume, deletes ? 'removed' : 'copied')] },
    workNotes(situation),
  );
}

/** Only of a VM: a container’s volume may be copied to where it is. */
function sameStops(situation: Situation, { storeid, name }: OwnVolume, move: Move): readonly Stop[] {
  if (storeid !== move.storage || kindOf(situation) === 'CT') return [];
  if (move.diskFormat !== null && move.diskFormat !== formatOf(name)) return [];
  const because =
    move.diskFormat === null
      ? 'it is on that storage already: only with --format, to another format'
      : `it is on that storage already, as ${move.diskFormat}`;
  return [stop(because, "you can't move to the same storage with same format", 'run')];
}

/** pve-storage src/PVE/Storage/*Plugin.pm parse_volname: what has no other in its name is raw. */
const formatOf = (name: string): string => /\.(qcow2|vmdk)$/.exec(name)?.[1] ?? 'raw';

/** Snapshots stay with the old volume, which is refused only where it is to go. */
function snapshotsOf(situation: Situation, { volid, mentions }: OwnVolume, deletes: boolean): Partial<Answer> {
  if (!mentions.some(({ section }) => section === 'snapshot')) return {};
  const noun = kindOf(situation) === 'VM' ? 'disk' : 'volume';
  return deletes
    ? {
        stops: [
          stop(
            `snapshots name ${volid}: only without --delete`,
            `you can't move a ${noun} with snapshots and delete the source`,
          ),
        ],
      }
    : { notes: [`snapshots name ${volid}: they do not move, and with --delete Proxmox VE refuses`] };
}

/** API2/Qemu.pm resize_vm; pve-storage src/PVE/Storage/LVMPlugin.pm volume_resize. */
export function beforeResize(situation: Situation, key: string, addedBytes: number | null): Answer {
  const volume = disk(situation, key);
  if (volume === null) return together({ stops: [...lockStops(situation), noDisk(key)] });
  const { storage } = volume;
  const room = storage?.type === 'lvm' ? roomOn(situation, storage) : null;
  const isShort = room?.bytes != null && addedBytes !== null && addedBytes > room.bytes;
  return together(
    { stops: lockStops(situation) },
    addedBytes === null
      ? { notLooked: ['whether there is room: how much is to be added was not given (--add)'] }
      : addedBytes <= 0
        ? { stops: [stop('a disk cannot be made smaller', 'shrinking disks is not supported')] }
        : {},
    isShort
      ? {
          stops: [
            stop(
              `VG ${storage?.properties['vgname']} has ${size(room.bytes ?? 0)} free`,
              'Insufficient free space: … extents needed, but only … available',
              'run',
            ),
          ],
        }
      : {},
    room !== null && room.bytes === null ? { notLooked: [`whether there is room: ${room.why}`] } : {},
    activationOf(situation, [volume]),
    { touched: [touchedAs(volume, 'changed')] },
    workNotes(situation),
  );
}

/** API2/Qemu.pm template; pve-container src/PVE/API2/LXC.pm template. */
export function beforeTemplate(situation: Situation): Answer {
  const { config } = situation;
  const kind = kindOf(situation);
  const own = disksOf(situation);
  const thick = own.filter((volume) => canBeBase(volume) === false);
  return together(
    { stops: lockStops(situation) },
    config.template ? { stops: [stop('it is a template', "you can't convert a template to a template")] } : {},
    config.snapshots.length === 0
      ? {}
      : { stops: [stop('it has snapshots', `unable to create template, because ${kind} contains snapshots`)] },
    runningStops(
      situation,
      'it runs',
      `you can't convert a ${kind} to template if ${kind === 'VM' ? 'VM' : 'the CT'} is running`,
    ),
    { stops: own.flatMap((volume) => leftSnapshotStops(situation, volume)) },
    {
      notes: thick.map(
        ({ volid, lines }) =>
          `${lines[0]}, ${volid}, stays as it is, without an error: its storage makes no base images, so a clone copies it whole`,
      ),
    },
    activationOf(situation, own),
    { touched: own.filter((volume) => !thick.includes(volume)).map((volume) => touchedAs(volume, 'renamed')) },
    workNotes(situation),
  );
}

/** LvmThinPlugin.pm create_base; `template: 1` is written before. */
function leftSnapshotStops(
  { readings, config }: Situation,
  { storage, name, lines, volid }: OwnVolume,
): readonly Stop[] {
  const own = new Set(config.snapshots.map((snapshot) => snapshotVolumeName(name, snapshot)));
  const left = (knownOrNull(readings.lvm)?.lvs ?? []).find(
    ({ vgName, lvName }) =>
      storage?.type === 'lvmthin' &&
      vgName === storage.properties['vgname'] &&
      lvName.startsWith(`snap_${name}_`) &&
      !own.has(lvName),
  );
  return left === undefined
    ? []
    : [
        stop(
          `${lines[0]}, ${volid}, has a snapshot ${left.lvName} that no configuration knows; template: 1 is written all the same`,
          `unable to create base volume - found snaphost '${left.lvName}'`,
          'run',
        ),
      ];
}

const disksOf = (situation: Situation): readonly OwnVolume[] =>
  current(situation).filter(({ mentions }) =>
    mentions.some(({ section, key }) => section === 'current' && isDisk(key)),
  );

const disk = ({ volumes }: Situation, key: string): OwnVolume | null =>
  volumes.find(({ mentions }) => mentions.some((one) => one.section === 'current' && one.key === key)) ?? null;

const noDisk = (key: string): Stop => stop(`it has no disk ${key}`, `disk '${key}' does not exist`);

const touchedAs = (
  { volid, lines, seen, sizeBytes, identity, others }: OwnVolume,
  fate: TouchedVolume['fate'],
): TouchedVolume => ({
  ...{ volid, lines, seen, sizeBytes, identity, others, fate },
});

/** Room for whole copies of disks, where their storage gives it out at once (thick LVM) or is nearly full. */
function spaceFor(situation: Situation, own: readonly OwnVolume[], storeid: string | null): Partial<Answer> {
  const needed = new Map<Storage, number>();
  for (const { storage: source, sizeBytes } of own) {
    const storage = storeid === null ? source : situation.storages.find((one) => one.storeid === storeid);
    if (storage !== undefined) needed.set(storage, (needed.get(storage) ?? 0) + (sizeBytes ?? 0));
  }
  const parts = [...needed].map(([storage, bytes]): Partial<Answer> => {
    const { bytes: free, why } = roomOn(situation, storage);
    if (free === null) return { notLooked: [`whether storage ${storage.storeid} has room: ${why}`] };
    if (free >= bytes) return {};
    const what = `storage ${storage.storeid} has ${size(free)} free, and the disks have ${size(bytes)}`;
    return storage.type === 'lvm'
      ? { stops: [stop(what, 'insufficient free space (… extents): … required', 'run')] }
      : { notes: [`${what}: it may fill up while it is copied`] };
  });
  return together(...parts);
}
