import { append } from '../append.ts';
import {
  type DevicePath,
  isDevicePath,
  isOtherDevice,
  normalPath,
  parseDevicePath,
  volumeUuid,
} from '../device-mapper/device-path.ts';
import type { Reference } from '../guests/guest-entries.ts';
import { drbdResource, snapshotVolumeName } from '../guests/guest-volume.ts';
import type { GuestConfig, Guests, Storage, StorageConfig, VolumeMention } from '../guests/pve.ts';
import type { Volumes } from '../volumes/volumes.ts';
import { DRIVE_KEY, isGuestVolume, isVolumeOf, lvNamesOf } from './disk-keys.ts';
import { type StoredIndex, type StoredReferences, storedReferences } from './stored-references.ts';

/**
 * Which configuration refers to which volume, in one pass over all lines. Logical volumes are compared as (VG, LV): several storages may name one
 * VG, and a storage id leads to a VG only through its `vgname` (pve-storage src/PVE/Storage/LVMPlugin.pm path).
 */
export interface ReferenceIndex {
  /** References to this volume, those included that may mean a volume of this name in any VG. */
  readonly find: (vgName: string, lvName: string) => readonly Reference[];
  /**
   * References of which nobody knows what they mean here, and which may mean this volume: those of the guest that its name
   * states, and those to its name, or to the name that it derives from. The storage is not configured or not Proxmox VE's own,
   * or the path leads nowhere on this node.
   */
  readonly findUnplaced: (vmid: number, lvName: string) => readonly Reference[];
  /** References by UUID (`/dev/disk/by-id/dm-uuid-LVM-…`); takes a dm UUID, with or without `LVM-` and a layer. */
  readonly findUuid: (uuid: string) => readonly Reference[];
  /** References by a path that holds exactly this name of an entry. */
  readonly findName: (name: string) => readonly Reference[];
  /** Why some configuration of this node may have referred to any volume; null where all are whole. */
  readonly incompleteHere: string | null;
  /** References by number. Without the major, one that only gives numbers (`253:5`) is no more than "maybe". */
  readonly findMinor: (minor: number, major?: number) => readonly Reference[];
  /** The same of volumes of directories, ZFS and RBD. */
  readonly stored: StoredReferences;
}

type Found = Map<string, Reference[]>;

interface Index {
  /** Drives by a path outside /dev of which nobody could see where it leads. */
  readonly anywhere: Reference[];
  readonly volumes: Found;
  readonly anyVg: Found;
  readonly unplaced: Found;
  readonly unplacedOf: Map<number, Reference[]>;
  readonly uuids: Found;
  readonly minors: Found;
  readonly numbers: Found;
  readonly paths: Found;
  /** The words of all paths, split where no name of LVM goes on. */
  readonly words: Found;
  readonly storages: ReadonlyMap<string, Storage>;
  /** VGs that storage.cfg names: what is below /dev/VG is theirs. */
  readonly vgNames: ReadonlySet<string>;
  readonly localNode: string;
  readonly stored: StoredIndex;
}

/** dm's major is given out at boot, from 254 down (block/genhd.c register_blkdev). */
const LOWEST_DYNAMIC_MAJOR = 230;
const HIGHEST_DYNAMIC_MAJOR = 254;

/** Neither VG nor LV names hold a blank. */
const volumeKey = (vgName: string, lvName: string): string => `${vgName} ${lvName}`;

/** Where the volumes of a volume id are: in one VG, in whichever VG (with the reason), or not on LVM. */
type Place = { readonly vgName: string } | { readonly because: string } | null;

/**
 * PVE looks storage ids up with their case (pve-storage src/PVE/Storage.pm storage_config). A storage that it
 * does not know tells nothing of the VG: then the name may be meant in every VG.
 */
function placeOf(storeid: string, index: Index): Place {
  const storage = index.storages.get(storeid);
  if (!storage) return { because: `storage ${storeid} is not configured, or of a type that is not known` };
  if (storage.type === 'drbd')
    return { because: `storage ${storeid} keeps its volumes where only DRBD’s own tools know` };
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

/** Storage ids by the VG that their `vgname` names; a storage id says nothing about its VG otherwise. */
export function storagesByVg(storage: StorageConfig): ReadonlyMap<string, readonly string[]> {
  const byVg = new Map<string, string[]>();
  for (const { storeid, properties } of storage.storages) {
    const vgName = properties['vgname'];
    if (vgName !== undefined) append(byVg, vgName, storeid);
  }
  return byVg;
}

/** Why the silence of a configuration about a volume proves nothing; null where nothing says so. */
export const whyNotWhole = (config: GuestConfig | undefined): string | null =>
  config === undefined || config.incomplete === '' ? null : `${config.path} may not be whole: ${config.incomplete}`;

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
    addPath(index, target, mention, reference);
    return;
  }
  // A LUN of an iSCSI storage, by what its name leads to.
  if (target.resolved) addDevice(index, parseDevicePath(target.resolved), mention, reference);
  const place = placeOf(target.storeid, index);
  if (place === null) return;
  const lvNames = withSnapshotVolumes(mention, lvNamesOf(target.volname));
  if ('vgName' in place) {
    for (const lvName of lvNames) append(index.volumes, volumeKey(place.vgName, lvName), reference);
    return;
  }
  const unplaced = unplacedReference(reference, place.because);
  const isCertain = reference.certainty === 'certain';
  for (const lvName of lvNames) {
    append(index.anyVg, lvName, unplaced);
    if (isCertain) append(index.unplaced, lvName, unplaced);
  }
  if (isCertain && isVolumeOf(target.volname, mention.key)) append(index.unplacedOf, reference.vmid, unplaced);
}

const unplacedReference = (reference: Reference, because: string): Reference => ({
  ...reference,
  certainty: 'maybe',
  text: `${reference.text}; ${because}`,
});

type PathTarget = Extract<VolumeMention['target'], { kind: 'path' }>;

function addPath(index: Index, target: PathTarget, mention: VolumeMention, reference: Reference): void {
  append(index.paths, target.path, reference);
  for (const word of new Set(target.path.split(NO_WORD))) append(index.words, word, reference);
  addDevice(index, parseDevicePath(target.path), mention, reference);
  if (target.resolved) addDevice(index, parseDevicePath(target.resolved), mention, reference);
  const because = whyUnplaced(target, reference, index);
  if (because === null || reference.certainty !== 'certain') return;
  const unplaced = unplacedReference(reference, because);
  append(index.unplacedOf, reference.vmid, unplaced);
  // A link outside /dev may lead to a volume of any number.
  if (!isDevicePath(target.path) && DRIVE_KEY.test(mention.key) && !target.path.endsWith('.iso'))
    index.anywhere.push(unplaced);
}

function addDevice(index: Index, device: DevicePath | null, mention: VolumeMention, reference: Reference): void {
  if (!device) return;
  if (device.kind === 'uuid') append(index.uuids, device.uuid, reference);
  // A number of another node is no number of this one.
  if (device.kind === 'minor' && reference.local) append(index.minors, String(device.minor), reference);
  if (device.kind === 'number' && reference.local) append(index.numbers, `${device.major}:${device.minor}`, reference);
  if (device.kind !== 'volume') return;
  for (const lvName of withSnapshotVolumes(mention, device.lvNames)) {
    append(index.volumes, volumeKey(device.vgName, lvName), reference);
  }
}

/** Why nobody knows which device a path means; null where it is known, or where it is no logical volume. */
function whyUnplaced({ path, resolved }: PathTarget, { local, node }: Reference, index: Index): string | null {
  if (typeof resolved === 'string' || isOtherDevice(path)) return null;
  if (!isDevicePath(path)) return resolved === null ? 'whether this path leads to a volume could not be seen' : null;
  const device = parseDevicePath(path);
  if (device?.kind === 'uuid') return null;
  if (device?.kind === 'volume' && (isMapperPath(path) || index.vgNames.has(device.vgName))) return null;
  if (device?.kind === 'number' && (local || device.major < LOWEST_DYNAMIC_MAJOR)) return null;
  if (device?.kind === 'minor' && local) return null;
  // A disk by its serial number or its place. On this node it would be there.
  if (!local && /^\/dev\/disk\/by-(?:path|id)\//.test(path)) return null;
  return local ? 'this path leads nowhere on this node' : `only node ${node} can tell where this path leads`;
}

const isMapperPath = (path: string): boolean => /^\/dev\/(?:mapper\/|disk\/by-id\/dm-)/.test(normalPath(path));

function addGuest(index: Index, config: GuestConfig): void {
  const guest = { vmid: config.vmid, node: config.node, local: config.node === index.localNode };
  for (const mention of config.mentions) {
    const { key, target, certainty } = mention;
    const section = mention.section === 'snapshot' ? `snapshot ${mention.snapshot}` : mention.section;
    const text = target.kind === 'path' ? target.path : `${target.storeid}:${target.volname}`;
    const reference: Reference = { ...guest, section, key, text, certainty };
    addMention(index, mention, reference);
    index.stored.add(mention, reference);
  }
  for (const name of config.rawNames) {
    const reference: Reference = { ...guest, section: 'anywhere', key: 'text', text: name, certainty: 'maybe' };
    append(index.anyVg, name, reference);
    index.stored.addName(name, reference);
  }
}

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

/** What stands between the words of a path. */
const NO_WORD = /[^\w.+-]+/;

function findByName({ paths, words }: Index, name: string): readonly Reference[] {
  if (!NO_WORD.test(name)) return words.get(name) ?? NONE;
  return [...paths].flatMap(([path, references]) => (holdsName(path, name) ? references : []));
}

function holdsName(path: string, name: string): boolean {
  for (let at = path.indexOf(name); at >= 0; at = path.indexOf(name, at + 1)) {
    const isBounded = !/[\w.+-]/.test(path.charAt(at - 1)) && !/[\w.+-]/.test(path.charAt(at + name.length));
    if (isBounded) return true;
  }
  return false;
}

const NONE: readonly Reference[] = [];

/** A line of an image of this node: it reads through this device. */
export interface ImageLine {
  readonly vmid: number;
  readonly name: string;
  readonly path: string;
}

/** Whether that image is needed, nobody says here, so it may mean what it names. */
function addImage(index: Index, { vmid, name, path }: ImageLine): void {
  const reference: Reference = {
    ...{ vmid, node: index.localNode, local: true, section: 'image', key: name, text: path, certainty: 'maybe' },
  };
  const target = { kind: 'path', path } as const;
  addMention(index, { key: name, section: 'current', snapshot: '', target, certainty: 'maybe' }, reference);
}

export function indexReferences(
  guests: Guests,
  storage: StorageConfig,
  localNode: string,
  volumes: Volumes | null = null,
  images: readonly ImageLine[] = [],
): ReferenceIndex {
  const index: Index = {
    anywhere: [],
    volumes: new Map(),
    anyVg: new Map(),
    unplaced: new Map(),
    unplacedOf: new Map(),
    uuids: new Map(),
    minors: new Map(),
    numbers: new Map(),
    paths: new Map(),
    words: new Map(),
    storages: new Map(storage.storages.map((candidate) => [candidate.storeid, candidate])),
    vgNames: new Set([
      ...storage.storages.flatMap(({ properties }) => properties['vgname'] ?? []),
      ...storage.mentionedVgs,
    ]),
    localNode,
    stored: storedReferences(volumes, storage),
  };
  for (const config of guests.configs) addGuest(index, config);
  for (const image of images) addImage(index, image);
  return {
    find: (vgName, lvName) => {
      const exact = index.volumes.get(volumeKey(vgName, lvName)) ?? NONE;
      const anywhere = index.anyVg.get(lvName) ?? NONE;
      return anywhere.length === 0 ? exact : [...exact, ...anywhere];
    },
    findUnplaced: (vmid, lvName) => [
      ...(index.unplacedOf.get(vmid) ?? NONE),
      ...index.anywhere.filter((reference) => reference.vmid !== vmid),
      ...[lvName, drbdResource(lvName) ?? ''].flatMap((name) => index.unplaced.get(name) ?? NONE),
    ],
    findUuid: (uuid) => index.uuids.get(volumeUuid(uuid)) ?? NONE,
    findMinor: (minor, major) => findByNumber(index, minor, major),
    findName: (name) => findByName(index, name),
    stored: index.stored,
    incompleteHere:
      guests.configs
        .filter(({ node }) => node === localNode)
        .map(whyNotWhole)
        .find((why) => why !== null) ?? null,
  };
}

export function describeReference(reference: Reference): string {
  const verb = reference.certainty === 'certain' ? 'refers to it' : 'may refer to it';
  const section = reference.section === 'current' ? '' : ` [${reference.section}]`;
  return `guest ${reference.vmid} on node ${reference.node} ${verb}: ${reference.key}${section} (${reference.text})`;
}

/** The LV names that a volume id or a path says, wherever its storage is. */
export function mentionedNames(target: VolumeMention['target']): readonly string[] {
  if (target.kind === 'volid') return lvNamesOf(target.volname);
  const device = parseDevicePath(target.path);
  return device?.kind === 'volume' ? device.lvNames : [];
}
