import { splitDmName } from './dm-name.ts';
import type { Reference } from './guest-entries.ts';
import { decodeGuestVolume, snapshotVolumeName } from './guest-volume.ts';
import type { GuestConfig, Guests, Storage, StorageConfig, VolumeMention } from './pve.ts';

/** Which configuration refers to which volume, of all guests of all nodes. Volumes are (VG, LV), never storage ids. */
export interface ReferenceIndex {
  readonly find: (vgName: string, lvName: string) => readonly Reference[];
  /** By dm UUID, for paths like /dev/disk/by-id/dm-uuid-LVM-…. */
  readonly findUuid: (uuid: string) => readonly Reference[];
  /** By minor number, for paths like /dev/dm-3, which mean whatever has that number today. */
  readonly findMinor: (minor: number) => readonly Reference[];
}

/** What a mention names. `lvInAnyVg`: a storage that nothing can be said of, so the name counts in every VG. */
type Meaning =
  | { readonly kind: 'volume'; readonly vgName: string; readonly lvName: string }
  | { readonly kind: 'lvInAnyVg'; readonly lvName: string }
  | { readonly kind: 'uuid'; readonly uuid: string }
  | { readonly kind: 'minor'; readonly minor: number };

const known = new WeakMap<
  Guests,
  { readonly storage: StorageConfig; readonly node: string; readonly index: ReferenceIndex }
>();

/** Builds the index, once for each set of configurations: several checks ask it. */
export function indexReferences(guests: Guests, storage: StorageConfig, localNode: string): ReferenceIndex {
  const found = known.get(guests);
  if (found && found.storage === storage && found.node === localNode) return found.index;
  const index = build(guests, storage, localNode);
  known.set(guests, { storage, node: localNode, index });
  return index;
}

function build(guests: Guests, storage: StorageConfig, localNode: string): ReferenceIndex {
  const storages = new Map(storage.storages.map((entry) => [entry.storeid, entry]));
  const byKey = new Map<string, Reference[]>();
  const add = (meaning: Meaning, reference: Reference) => {
    const key = keyOf(meaning);
    const list = byKey.get(key);
    if (list) list.push(reference);
    else byKey.set(key, [reference]);
  };
  for (const config of guests.configs) addConfig(config, storages, localNode, add);
  const at = (meaning: Meaning): readonly Reference[] => byKey.get(keyOf(meaning)) ?? [];
  return {
    find: (vgName, lvName) => [...at({ kind: 'volume', vgName, lvName }), ...at({ kind: 'lvInAnyVg', lvName })],
    findUuid: (uuid) => at({ kind: 'uuid', uuid }),
    findMinor: (minor) => at({ kind: 'minor', minor }),
  };
}

function keyOf(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'volume':
      return `volume ${meaning.vgName}/${meaning.lvName}`;
    case 'lvInAnyVg':
      return `any ${meaning.lvName}`;
    case 'uuid':
      return `uuid ${meaning.uuid}`;
    case 'minor':
      return `minor ${meaning.minor}`;
  }
}

function addConfig(
  config: GuestConfig,
  storages: ReadonlyMap<string, Storage>,
  localNode: string,
  add: (meaning: Meaning, reference: Reference) => void,
): void {
  const from = { vmid: config.vmid, node: config.node, local: config.node === localNode };
  const accounted = new Set<string>();
  for (const mention of config.mentions) {
    const { key, certainty } = mention;
    const reference = { ...from, section: sectionOf(mention), key, text: textOf(mention) };
    for (const meaning of meaningsOf(mention, storages)) {
      add(meaning, { ...reference, certainty: meaning.kind === 'lvInAnyVg' ? 'maybe' : certainty });
    }
    for (const name of namesIn(mention)) accounted.add(name);
  }
  for (const lvName of config.rawNames) {
    if (accounted.has(lvName)) continue;
    const reference = { ...from, section: 'text', key: config.path, text: lvName, certainty: 'maybe' } as const;
    add({ kind: 'lvInAnyVg', lvName }, reference);
  }
}

const sectionOf = ({ section, snapshot }: VolumeMention): string =>
  section === 'snapshot' ? `snapshot ${snapshot}` : section;

const textOf = ({ target }: VolumeMention): string =>
  target.kind === 'volid' ? `${target.storeid}:${target.volname}` : target.path;

function namesIn({ target }: VolumeMention): readonly string[] {
  return (target.kind === 'volid' ? target.volname : target.path).split(/[/:]/);
}

/**
 * A snapshot section that names a volume refers to that volume and to its snapshot volume: LvmThinPlugin and LVMPlugin
 * write no reference of their own for `snap_…` (pve-storage volume_snapshot).
 */
function meaningsOf(mention: VolumeMention, storages: ReadonlyMap<string, Storage>): readonly Meaning[] {
  const { target } = mention;
  const meanings = target.kind === 'volid' ? volumeMeanings(target, storages) : pathMeanings(target.path);
  if (mention.section !== 'snapshot') return meanings;
  return meanings.flatMap((meaning) =>
    'lvName' in meaning
      ? [meaning, { ...meaning, lvName: snapshotVolumeName(meaning.lvName, mention.snapshot) }]
      : [meaning],
  );
}

/** Types of pve-storage whose volumes are no logical volumes. Any other type, a third-party one too, might be. */
const WITHOUT_LVM = new Set([
  'dir',
  'nfs',
  'cifs',
  'cephfs',
  'btrfs',
  'glusterfs',
  'zfspool',
  'zfs',
  'rbd',
  'iscsi',
  'iscsidirect',
  'esxi',
  'pbs',
]);

/** A linked clone names its base too: `base-900-disk-0/vm-101-disk-0`. */
function volumeMeanings(
  { storeid, volname }: { readonly storeid: string; readonly volname: string },
  storages: ReadonlyMap<string, Storage>,
): readonly Meaning[] {
  const storage = storages.get(storeid);
  if (storage !== undefined && WITHOUT_LVM.has(storage.type)) return [];
  const vgName = storage && /^lvm(?:thin)?$/.test(storage.type) ? storage.properties['vgname'] : undefined;
  return volname
    .split('/')
    .map(
      (lvName): Meaning => (vgName === undefined ? { kind: 'lvInAnyVg', lvName } : { kind: 'volume', vgName, lvName }),
    );
}

const BY_NAME = /^\/dev\/(?:mapper\/|disk\/by-id\/dm-name-)(.+)$/;
const BY_UUID = /^\/dev\/disk\/by-id\/dm-uuid-(?:part\d+-)?(LVM-[^/]+)$/;
const BY_MINOR = /^\/dev\/dm-(\d+)$/;
const BY_VOLUME = /^\/dev\/([^/]+)\/([^/]+)$/;

function pathMeanings(path: string): readonly Meaning[] {
  const uuid = BY_UUID.exec(path)?.[1];
  if (uuid !== undefined) return [{ kind: 'uuid', uuid }];
  const minor = BY_MINOR.exec(path)?.[1];
  if (minor !== undefined) return [{ kind: 'minor', minor: Number(minor) }];
  const mapped = BY_NAME.exec(path)?.[1];
  const name = mapped === undefined ? null : splitDmName(unmangle(mapped));
  if (name) return [{ kind: 'volume', vgName: name.vgName, lvName: name.lvName }];
  const volume = BY_VOLUME.exec(path);
  if (volume) return [{ kind: 'volume', vgName: volume[1] ?? '', lvName: volume[2] ?? '' }];
  return path
    .split('/')
    .flatMap((lvName): Meaning[] => (decodeGuestVolume(lvName) ? [{ kind: 'lvInAnyVg', lvName }] : []));
}

/** Characters that device-mapper does not allow in a node's name stand as \xNN (lvm2 libdm-common.c). */
const unmangle = (name: string): string =>
  name.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
