import { snapshotVolumeName } from '../guests/guest-volume.ts';
import type { GuestConfig, Storage, VolumeMention } from '../guests/pve.ts';
import type { Lvm } from '../lvm/lvm.ts';
import { isMadeAnew } from '../needs/unsettled.ts';
import type { NamedLv } from './named-lvs.ts';
import type { NamedVolume } from './named-volumes.ts';
import { fileKind } from './volume-names.ts';

/** A disk that a line of a guest of this node names, as far as a way out of a killed task depends on it. */
export interface GuestDisk {
  readonly key: string;
  /** The section that names it; empty for the current and the pending one. */
  readonly snapshot: string;
  readonly volid: string;
  /** `unseen`: its storage was not read, or not whole. */
  readonly seen: 'there' | 'missing' | 'unseen';
  /** Its snapshots are files or volumes of their own (`snapshot-as-volume-chain`): PVE renames the disk to make one. */
  readonly isChain: boolean;
  /** Names of its snapshots; null where it has none of its own, or nobody knows them. */
  readonly snapshots: readonly string[] | null;
  /** Of a disk that is missing: what stands on its storage under the name of one of its snapshots, and may be it. */
  readonly keptAs: readonly string[];
}

/** By the configuration, of guests of this node. */
export type GuestDisks = ReadonlyMap<GuestConfig, readonly GuestDisk[]>;

/** What a snapshot of a guest takes a snapshot of; not its RAM, not unused disks. */
export const isDisk = (key: string): boolean =>
  /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|mp)\d+|rootfs)$/.test(key);

/** Of a guest's volumes only these: PVE makes a cloud-init drive anew, and ISO images are no volumes of the guest. */
const isOfGuest = (volname: string): boolean => !/^(?:iso|import|snippets)\//.test(volname) && !isMadeAnew(volname);

export interface DiskSources {
  readonly storages: readonly Storage[];
  readonly lvm: Lvm | null;
  readonly namedVolumes: readonly NamedVolume[];
  readonly namedLvs: readonly NamedLv[];
}

/** Each disk and each saved memory of a snapshot that certain lines of these configurations name by a volume id. */
export function guestDisks(configs: readonly GuestConfig[], sources: DiskSources): GuestDisks {
  const inPlaces = new Map(sources.namedVolumes.map((one) => [one.mention, one]));
  const inGroups = new Map(sources.namedLvs.map((one) => [one.mention, one]));
  const storages = new Map(sources.storages.map((one) => [one.storeid, one]));
  const diskOf = (mention: VolumeMention): readonly GuestDisk[] => {
    const { key, section, snapshot, target, certainty } = mention;
    const isNamed = isDisk(key) || (key === 'vmstate' && section === 'snapshot');
    if (!isNamed || certainty !== 'certain' || target.kind !== 'volid' || !isOfGuest(target.volname)) return [];
    const storage = storages.get(target.storeid);
    const placed = inPlaces.get(mention);
    const grouped = inGroups.get(mention);
    const seen = placed ? inPlace(placed, storage) : grouped ? inGroup(grouped, storage, sources.lvm) : UNSEEN;
    return [{ key, snapshot, volid: `${target.storeid}:${target.volname}`, ...seen }];
  };
  return new Map(configs.map((config) => [config, config.mentions.flatMap(diskOf)]));
}

type Seen = Pick<GuestDisk, 'seen' | 'isChain' | 'snapshots' | 'keptAs'>;

const UNSEEN: Seen = { seen: 'unseen', isChain: false, snapshots: null, keptAs: [] };

function inPlace(named: NamedVolume, storage: Storage | undefined): Seen {
  const { name, volume, place } = named;
  const file = name.slice(name.lastIndexOf('/') + 1);
  const folder = name.slice(0, name.length - file.length);
  const beside = place.contents.state === 'known' ? place.contents.value.volumes : [];
  const keptAs =
    volume === null && folder !== ''
      ? beside.flatMap(({ name: other }) =>
          other.startsWith(`${folder}snap-`) && other.endsWith(`-${file}`) ? [other] : [],
        )
      : [];
  const hasFiles = volume?.snapshots.some((snapshot) => snapshot.file !== null) === true;
  const isMarked = name.endsWith('.qcow2') && isOn(storage?.properties['snapshot-as-volume-chain']);
  return {
    seen: volume === null ? 'missing' : 'there',
    isChain: place.kind === 'directory' && (isMarked || hasFiles || keptAs.length > 0),
    snapshots: snapshotsOf(named),
    keptAs,
  };
}

const isOn = (value: string | undefined): boolean => /^(?:1|on|yes|true)$/i.test(value ?? '');

/** Where a snapshot is part of its volume, or a file beside it. A raw image has none, so a section that names one proves nothing. */
export function snapshotsOf({ place, name, volume }: NamedVolume): readonly string[] | null {
  if (volume === null || volume.unread !== null) return null;
  const isImage = name.endsWith('.qcow2') && fileKind(name.replace(/^.*\//, '')) !== 'base';
  return place.kind !== 'directory' || isImage ? volume.snapshots.map((snapshot) => snapshot.name) : null;
}

function inGroup(
  { lvName, vgName, isThere, snapshots, config }: NamedLv,
  storage: Storage | undefined,
  lvm: Lvm | null,
): Seen {
  const names = new Set((lvm?.lvs ?? []).flatMap((lv) => (lv.vgName === vgName ? [lv.lvName] : [])));
  return {
    seen: isThere ? 'there' : 'missing',
    isChain: storage?.type === 'lvm' && lvName.endsWith('.qcow2'),
    snapshots,
    keptAs: isThere
      ? []
      : config.snapshots.map((snapshot) => snapshotVolumeName(lvName, snapshot)).filter((name) => names.has(name)),
  };
}

/**
 * Why nobody can say from here how to end what a killed task has left, a clause that ends a sentence; null where every disk was seen whole, and no
 * task renames disks. While one is missing, any command of PVE that goes on may leave its data without a name.
 */
export function whyNoWayOut(config: GuestConfig, disks: readonly GuestDisk[] | undefined): string | null {
  if (disks === undefined || config.incomplete !== '') return 'which disks the guest has could not be read whole.';
  const own = disks.filter(({ key }) => isDisk(key));
  const missing = own.find(({ seen, keptAs }) => seen === 'missing' && keptAs.length > 0) ?? own.find(isMissing);
  if (missing !== undefined) {
    const kept = missing.keptAs.join(' or ');
    return kept === ''
      ? `${missing.key} is ${missing.volid}, which is not there: find it first, under whatever name.`
      : `${missing.key} is ${missing.volid}, which is not there, and ${kept} may hold all its data: the task renames or removes a disk before it makes it anew.`;
  }
  const unseen = own.find(({ seen }) => seen === 'unseen');
  if (unseen !== undefined) return `whether ${unseen.key}, ${unseen.volid}, is there could not be seen.`;
  const chain = own.find(({ isChain }) => isChain);
  return chain === undefined
    ? null
    : `${chain.key}, ${chain.volid}, keeps its snapshots as a chain of volumes, and how far the task came in it cannot be seen from here.`;
}

const isMissing = ({ seen }: GuestDisk): boolean => seen === 'missing';
