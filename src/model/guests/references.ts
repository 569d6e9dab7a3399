import { parseDevicePath, volumeUuid } from '../device-mapper/device-path.ts';
import type { Reference } from './guest-entries.ts';
import { decodeGuestVolume, snapshotVolumeName } from './guest-volume.ts';
import { lvNamesOf } from './mentioned-names.ts';
import type { GuestConfig, Guests, Storage, StorageConfig, VolumeMention } from './pve.ts';

/**
 * Which configuration refers to which logical volume. Volumes are compared as (VG, LV): several storages may name one
 * VG, and a storage id leads to a VG only through its `vgname` (pve-storage src/PVE/Storage/LVMPlugin.pm path).
 */
export interface ReferenceIndex {
  /** References to this volume, those included that may mean a volume of this name in any VG. */
  readonly find: (vgName: string, lvName: string) => readonly Reference[];
  /** PVE sees a reference to this name, and nobody knows in which VG: its storage is not configured, or not whole. */
  readonly findUnplaced: (lvName: string) => readonly Reference[];
  /** References by UUID (`/dev/disk/by-id/dm-uuid-LVM-…`); takes a dm UUID, with or without `LVM-` and a layer. */
  readonly findUuid: (uuid: string) => readonly Reference[];
  /** References by number. Without the major, one that only gives numbers (`253:5`) is no more than "maybe". */
  readonly findMinor: (minor: number, major?: number) => readonly Reference[];
}

type Found = Map<string, Reference[]>;

interface Index {
  readonly volumes: Found;
  readonly anyVg: Found;
  readonly unplaced: Found;
  readonly uuids: Found;
  readonly minors: Found;
  readonly numbers: Found;
  readonly storages: ReadonlyMap<string, Storage>;
  readonly localNode: string;
}

/** Neither VG nor LV names hold a blank. */
const volumeKey = (vgName: string, lvName: string): string => `${vgName} ${lvName}`;

function add(found: Found, key: string, reference: Reference): void {
  const references = found.get(key);
  if (references) references.push(reference);
  else found.set(key, [reference]);
}

/** Where the volumes of a volume id are: in one VG, in whichever VG (with the reason), or not on LVM. */
type Place = { readonly vgName: string } | { readonly because: string } | null;

/**
 * PVE looks storage ids up with their case (pve-storage src/PVE/Storage.pm storage_config). A storage that it
 * does not know tells nothing of the VG: then the name may be meant in every VG.
 */
function placeOf(storeid: string, index: Index): Place {
  const storage = index.storages.get(storeid);
  if (!storage) return { because: `storage ${storeid} is not configured, or of a type that is not known` };
  if (storage.type === '') return { because: `storage ${storeid} is not complete in storage.cfg` };
  const vgName = storage.properties['vgname'];
  // Disabled, or for other nodes only: PVE would not activate it here, and it still names this VG.
  return vgName === undefined ? null : { vgName };
}

/** Storages that configurations take volumes of guests from, and of which storage.cfg tells no VG or other place. */
export function unknownStorages({ configs }: Guests, { storages }: StorageConfig): readonly string[] {
  const known = new Set(storages.filter(({ type }) => type !== '').map(({ storeid }) => storeid));
  const named = configs.flatMap(({ mentions }) =>
    mentions.flatMap(({ target, certainty }) =>
      certainty === 'certain' && target.kind === 'volid' && lvNamesOf(target.volname).some(isGuestVolume)
        ? [target.storeid]
        : [],
    ),
  );
  return [...new Set(named)].filter((storeid) => !known.has(storeid));
}

/** Why the silence of a configuration about a volume proves nothing; null where nothing says so. */
export const whyNotWhole = (config: GuestConfig | undefined): string | null =>
  config === undefined || config.incomplete === '' ? null : `${config.path} may not be whole: ${config.incomplete}`;

const isGuestVolume = (lvName: string): boolean => decodeGuestVolume(lvName) !== null;

/**
 * A snapshot of a guest has a snapshot volume for each of its disks (LvmThinPlugin.pm, LVMPlugin.pm volume_snapshot),
 * a container's backup snapshot `vzdump` too, which has its own section while it exists. RAM states and unused disks
 * have none.
 */
const withSnapshotVolumes = (mention: VolumeMention, lvNames: readonly string[]): readonly string[] =>
  mention.section !== 'snapshot' || /^(?:vmstate$|unused|hookscript$)/.test(mention.key)
    ? lvNames
    : lvNames.flatMap((lvName) => [lvName, snapshotVolumeName(lvName, mention.snapshot)]);

function addMention(index: Index, mention: VolumeMention, reference: Reference): void {
  const { target } = mention;
  if (target.kind === 'path') {
    addPath(index, target.path, mention, reference);
    return;
  }
  const place = placeOf(target.storeid, index);
  if (place === null) return;
  for (const lvName of withSnapshotVolumes(mention, lvNamesOf(target.volname))) {
    if ('vgName' in place) {
      add(index.volumes, volumeKey(place.vgName, lvName), reference);
      continue;
    }
    const unplaced: Reference = { ...reference, certainty: 'maybe', text: `${reference.text}; ${place.because}` };
    add(index.anyVg, lvName, unplaced);
    if (reference.certainty === 'certain') add(index.unplaced, lvName, unplaced);
  }
}

function addPath(index: Index, path: string, mention: VolumeMention, reference: Reference): void {
  const device = parseDevicePath(path);
  if (!device) return;
  if (device.kind === 'uuid') add(index.uuids, device.uuid, reference);
  if (device.kind === 'minor') add(index.minors, String(device.minor), reference);
  if (device.kind === 'number') add(index.numbers, `${device.major}:${device.minor}`, reference);
  if (device.kind !== 'volume') return;
  for (const lvName of withSnapshotVolumes(mention, device.lvNames)) {
    add(index.volumes, volumeKey(device.vgName, lvName), reference);
  }
}

function addGuest(index: Index, config: GuestConfig): void {
  const guest = { vmid: config.vmid, node: config.node, local: config.node === index.localNode };
  for (const mention of config.mentions) {
    const { key, target, certainty } = mention;
    const section = mention.section === 'snapshot' ? `snapshot ${mention.snapshot}` : mention.section;
    const text = target.kind === 'path' ? target.path : `${target.storeid}:${target.volname}`;
    addMention(index, mention, { ...guest, section, key, text, certainty });
  }
  for (const name of config.rawNames) {
    add(index.anyVg, name, { ...guest, section: 'anywhere', key: 'text', text: name, certainty: 'maybe' });
  }
}

/** dm's major is given out at boot, from 254 down (block/genhd.c register_blkdev). */
const LOWEST_DYNAMIC_MAJOR = 230;
const HIGHEST_DYNAMIC_MAJOR = 254;

function findByNumber(index: Index, minor: number, major: number | undefined): readonly Reference[] {
  const byName = index.minors.get(String(minor)) ?? [];
  if (major !== undefined) return [...byName, ...(index.numbers.get(`${major}:${minor}`) ?? [])];
  const references = [...byName];
  for (let guess = LOWEST_DYNAMIC_MAJOR; index.numbers.size > 0 && guess <= HIGHEST_DYNAMIC_MAJOR; guess += 1) {
    const numbered = index.numbers.get(`${guess}:${minor}`) ?? [];
    references.push(...numbered.map((reference) => ({ ...reference, certainty: 'maybe' as const })));
  }
  return references;
}

const NONE: readonly Reference[] = [];

function buildIndex(guests: Guests, storage: StorageConfig, localNode: string): ReferenceIndex {
  const index: Index = {
    ...{ volumes: new Map(), anyVg: new Map(), unplaced: new Map() },
    ...{ uuids: new Map(), minors: new Map(), numbers: new Map() },
    storages: new Map(storage.storages.map((candidate) => [candidate.storeid, candidate])),
    localNode,
  };
  for (const config of guests.configs) addGuest(index, config);
  return {
    find: (vgName, lvName) => {
      const exact = index.volumes.get(volumeKey(vgName, lvName)) ?? NONE;
      const anywhere = index.anyVg.get(lvName) ?? NONE;
      return anywhere.length === 0 ? exact : [...exact, ...anywhere];
    },
    findUnplaced: (lvName) => index.unplaced.get(lvName) ?? NONE,
    findUuid: (uuid) => index.uuids.get(volumeUuid(uuid)) ?? NONE,
    findMinor: (minor, major) => findByNumber(index, minor, major),
  };
}

interface Built {
  readonly storage: StorageConfig;
  readonly localNode: string;
  readonly index: ReferenceIndex;
}

const built = new WeakMap<Guests, Built>();

/** Builds the index, once for each set of configurations: several checks ask for it. */
export function indexReferences(guests: Guests, storage: StorageConfig, localNode: string): ReferenceIndex {
  const found = built.get(guests);
  if (found && found.storage === storage && found.localNode === localNode) return found.index;
  const index = buildIndex(guests, storage, localNode);
  built.set(guests, { storage, localNode, index });
  return index;
}
