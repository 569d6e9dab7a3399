import type { Facts } from '../check.ts';
import { activeElsewhere } from '../cluster/active-elsewhere.ts';
import type { SectionReadings } from '../derived.ts';
import type { DmDevice } from '../device-mapper/device-mapper.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { hyphenated } from '../device-mapper/dm-uuid.ts';
import type { DiskName } from '../guests/disk-names.ts';
import { decodeGuestVolume, ownerOf } from '../guests/guest-volume.ts';
import type { GuestConfig, Storage, VolumeMention } from '../guests/pve.ts';
import type { LogicalVolume } from '../lvm/lvm.ts';
import { namesOf } from '../needs/stored-references.ts';
import { knownOrNull, whyNot } from '../reading.ts';
import type { StoredVolume, VolumePlace } from '../volumes/volumes.ts';
import type { TouchedVolume } from './answer.ts';

/** All that is known of one guest of this node before something is done to it. */
export interface Situation {
  readonly readings: SectionReadings;
  readonly config: GuestConfig;
  readonly node: string;
  /** null: it could not be read whether it runs. */
  readonly running: boolean | null;
  readonly storages: readonly Storage[];
  readonly configs: readonly GuestConfig[];
  /** Volumes that its lines name, each once. */
  readonly volumes: readonly OwnVolume[];
}

/** A volume that lines of the guest name by a volume id. */
export interface OwnVolume extends Omit<TouchedVolume, 'fate'> {
  readonly mentions: readonly VolumeMention[];
  readonly storeid: string;
  readonly storage: Storage | undefined;
  /** The last name in the volume id, as its storage has it. */
  readonly name: string;
  /** The number that Proxmox VE reads from it; null where there is none, so that it is nobody's. */
  readonly owner: number | null;
  /** Names of its snapshots; null where that is not known. */
  readonly snapshots: readonly string[] | null;
  readonly lv: LogicalVolume | null;
}

type GuestFacts = Facts<'guests' | 'storage' | 'cluster'>;

export function situationOf(config: GuestConfig, facts: GuestFacts, readings: SectionReadings): Situation {
  const { guests, storage, cluster } = facts;
  const running = knownOrNull(readings.running);
  return {
    ...{ readings, config, node: cluster.nodeName, storages: storage.storages, configs: guests.configs },
    running: running === null ? null : running.guests.some(({ vmid }) => vmid === config.vmid),
    volumes: ownVolumes(config, storage.storages, readings),
  };
}

/** Drives, mount points, unused disks, saved memory: what Proxmox VE takes for volumes of the guest (QemuConfig.pm foreach_volume_full). */
const VOLUME_KEY = /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp)\d+|vmstate|rootfs|fleecing-images)$/;

/** ISO images and the like are nobody's. */
const IS_FILE = /^(?:iso|vztmpl|snippets|backup|import)\//;

export const lineOf = ({ section, snapshot, key }: VolumeMention): string =>
  section === 'current' ? key : section === 'snapshot' ? `snapshot ${snapshot}: ${key}` : `${section}: ${key}`;

function ownVolumes(
  config: GuestConfig,
  storages: readonly Storage[],
  readings: SectionReadings,
): readonly OwnVolume[] {
  const byVolid = new Map<string, VolumeMention[]>();
  for (const mention of config.mentions) {
    const { key, target, certainty } = mention;
    if (certainty !== 'certain' || target.kind !== 'volid' || !VOLUME_KEY.test(key) || IS_FILE.test(target.volname))
      continue;
    const volid = `${target.storeid}:${target.volname}`;
    byVolid.set(volid, [...(byVolid.get(volid) ?? []), mention]);
  }
  const look = looker(readings);
  return [...byVolid].map(([volid, mentions]) => {
    const storeid = volid.slice(0, volid.indexOf(':'));
    const volname = volid.slice(storeid.length + 1);
    const name = lastName(volname);
    return {
      ...{ volid, mentions, storeid, name, lines: mentions.map(lineOf) },
      storage: storages.find((one) => one.storeid === storeid),
      owner: ownerOf(volname),
      ...look(storeid, volname),
      others: othersOf(config, mentions, readings),
    };
  });
}

const lastName = (volname: string): string => volname.slice(volname.lastIndexOf('/') + 1);

type Looked = Pick<OwnVolume, 'seen' | 'sizeBytes' | 'identity' | 'snapshots' | 'lv'>;

const UNSEEN: Looked = { seen: 'unseen', sizeBytes: null, identity: '', snapshots: null, lv: null };

function looker(readings: SectionReadings): (storeid: string, volname: string) => Looked {
  const named = knownOrNull(readings.namedVolumes) ?? [];
  const lvs = knownOrNull(readings.namedLvs)?.named ?? [];
  const lvm = knownOrNull(readings.lvm);
  return (storeid, volname) => {
    const volid = `${storeid}:${volname}`;
    const placed = named.find((one) => one.volid === volid);
    if (placed !== undefined) return lookedAt(placed.volume);
    const grouped = lvs.find((one) => one.volid === volid);
    if (grouped === undefined) return UNSEEN;
    const lv = lvm?.lvs.find(({ vgName, lvName }) => vgName === grouped.vgName && lvName === grouped.lvName) ?? null;
    const { isThere, snapshots } = grouped;
    return { ...ofLv(lv), seen: isThere ? 'there' : 'missing', snapshots };
  };
}

const lookedAt = (volume: StoredVolume | null): Looked =>
  volume === null
    ? { ...UNSEEN, seen: 'missing' }
    : {
        seen: 'there',
        sizeBytes: volume.sizeBytes,
        identity: identityOf(volume),
        snapshots: volume.unread === null ? volume.snapshots.map(({ name }) => name) : null,
        lv: null,
      };

const identityOf = ({ identity, rbd }: StoredVolume): string =>
  rbd !== undefined ? `image ${rbd.imageId}` : identity === undefined ? '' : `file ${identity}`;

const ofLv = (lv: LogicalVolume | null): Looked => ({
  ...UNSEEN,
  sizeBytes: lv?.sizeBytes ?? null,
  identity: lv === null ? '' : `LV UUID ${hyphenated(lv.lvUuid)}`,
  lv,
});

/** Lines of other guests that name the same place. */
function othersOf(
  config: GuestConfig,
  mentions: readonly VolumeMention[],
  { diskNames }: SectionReadings,
): readonly string[] {
  const wanted = new Set(mentions);
  const places = [...(knownOrNull(diskNames) ?? new Map<string, readonly DiskName[]>()).values()];
  const names = places.find((list) => list.some((one) => wanted.has(one.mention))) ?? [];
  return otherLines(names, config.vmid);
}

export const otherLines = (names: readonly DiskName[], vmid: number): readonly string[] =>
  names.flatMap(({ config, mention, text }) =>
    config.vmid === vmid ? [] : [`guest ${config.vmid} on node ${config.node} names it: ${lineOf(mention)} (${text})`],
  );

/** A volume that carries the guest's number and that no line of it names. */
export interface Carried extends Omit<TouchedVolume, 'fate' | 'lines'> {
  readonly shared: boolean;
}

/** On every storage that this node may use: what `--destroy-unreferenced-disks` and a rescan take (Storage.pm vdisk_list). */
export function carriedBy({ config, readings, storages, volumes, node }: Situation): readonly Carried[] {
  const named = knownOrNull(readings.diskNames) ?? new Map<string, readonly DiskName[]>();
  const own = new Set(volumes.map(({ volid }) => volid));
  const isHere = ({ disabled, nodes }: Storage): boolean => !disabled && (nodes === null || nodes.includes(node));
  const placed = (knownOrNull(readings.volumes)?.places ?? []).flatMap((place): readonly Carried[] =>
    place.contents.state !== 'known'
      ? []
      : place.contents.value.volumes
          .filter(
            ({ name, vmid }) =>
              vmid === config.vmid && !place.storeids.some((storeid) => isOwn(own, storeid, place, name)),
          )
          .map((volume) => ({
            volid: `${place.storeids[0]}:${volume.name}`,
            ...lookedAt(volume),
            shared: place.shared,
            others: otherLines(named.get(`${place.kind} ${place.id}/${volume.name}`) ?? [], config.vmid),
          })),
  );
  const groups = storages.filter((one) => isHere(one) && /^(?:lvm|lvmthin)$/.test(one.type));
  const lvs = (knownOrNull(readings.lvm)?.lvs ?? []).flatMap((lv): readonly Carried[] => {
    const storage = groups.find(
      ({ properties }) =>
        properties['vgname'] === lv.vgName &&
        (properties['thinpool'] === undefined || properties['thinpool'] === lv.poolLv),
    );
    const volume = decodeGuestVolume(lv.lvName);
    if (storage === undefined || volume?.vmid !== config.vmid || lv.role.includes('private')) return [];
    if (/^(?:snapshot|being-deleted)$/.test(volume.kind)) return [];
    if (
      groups.some(({ storeid, properties }) => properties['vgname'] === lv.vgName && own.has(`${storeid}:${lv.lvName}`))
    )
      return [];
    if (volumes.some((one) => one.lv === lv)) return [];
    const { active, open } = activeElsewhere(lv, readings.acrossNodes);
    const use = active.length === 0 ? [] : [`it is ${open.length > 0 ? 'open' : 'active'} on ${active.join(', ')}`];
    return [
      {
        volid: `${storage.storeid}:${lv.lvName}`,
        ...ofLv(lv),
        seen: 'there',
        shared: storage.shared,
        others: [...otherLines(named.get(`vg ${lv.vgName}/${lv.lvName}`) ?? [], config.vmid), ...use],
      },
    ];
  });
  return [...placed, ...lvs];
}

const isOwn = (own: ReadonlySet<string>, storeid: string, place: VolumePlace, name: string): boolean =>
  [...own].some(
    (volid) => volid.startsWith(`${storeid}:`) && namesOf(place.kind, volid.slice(storeid.length + 1)).at(-1) === name,
  );

/** Storages of guests' volumes that could not be looked at, each as a sentence. */
export function unreadStorages(
  { readings, storages, node }: Situation,
  only: ReadonlySet<string> | null = null,
): readonly string[] {
  const isWanted = (storeids: readonly string[]): boolean => only === null || storeids.some((one) => only.has(one));
  const whole = whyNot(readings.volumes);
  const places = knownOrNull(readings.volumes)?.places ?? [];
  const unread = places.flatMap(({ storeids, contents }) =>
    contents.state === 'unreadable' && isWanted(storeids)
      ? [`what is on storage ${storeids.join(', ')}: ${whyNot(contents)}`]
      : [],
  );
  const groups = storages.filter(
    ({ type, disabled, nodes, storeid }) =>
      /^(?:lvm|lvmthin)$/.test(type) && !disabled && (nodes === null || nodes.includes(node)) && isWanted([storeid]),
  );
  const lvm = knownOrNull(readings.lvm);
  const unseen = groups.flatMap(({ storeid, properties }) => {
    if (lvm === null) return [`what is on storage ${storeid}: ${whyNot(readings.lvm)}`];
    return lvm.vgs.some(({ vgName }) => vgName === properties['vgname'])
      ? []
      : [`what is on storage ${storeid}: LVM shows no VG ${properties['vgname']} on this node`];
  });
  return [...(whole === null ? [] : [`what is on storages other than LVM: ${whole}`]), ...unread, ...unseen];
}

/** A dead entry of this kernel that stands where the volume would be activated. */
export function ghostOf({ readings }: Situation, vgName: string, lvName: string): DmDevice | null {
  const coverage = knownOrNull(readings.entryCoverage);
  const devices = knownOrNull(readings.deviceMapper)?.devices ?? [];
  return (
    devices.find((device) => {
      const name = splitDmName(device.name);
      return (
        name?.vgName === vgName &&
        name.lvName === lvName &&
        name.layer === '' &&
        coverage?.stateOf(device)?.is === 'gone'
      );
    }) ?? null
  );
}

/** A guest that reads through this base, as a linked clone of it does; null: none. */
export function cloneOf({ config, configs }: Situation, { storeid, name }: OwnVolume): number | null {
  if (!/^(?:base|basevol)-/.test(name)) return null;
  const clone = configs.find(
    (other) =>
      other.vmid !== config.vmid &&
      other.mentions.some(
        ({ target, certainty }) =>
          certainty === 'certain' &&
          target.kind === 'volid' &&
          target.storeid === storeid &&
          target.volname.split('/').slice(0, -1).includes(name),
      ),
  );
  return clone?.vmid ?? null;
}
