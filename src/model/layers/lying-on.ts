import { append } from '../append.ts';
import { devNo } from '../device-mapper/device-mapper.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import type { Subject } from '../finding.ts';
import { decodeGuestVolume } from '../guests/guest-volume.ts';
import { oncePer } from '../once-per.ts';
import { knownOrNull } from '../reading.ts';
import { deviceId, type Layer, mountId, volumeId } from './layer.ts';
import type { LayerSources } from './layer-sources.ts';
import type { Layers } from './layers.ts';

/** A guest with a disk on something. */
export interface LyingGuest {
  readonly vmid: number;
  /** The node that has its configuration; null where no node has one, and only a volume bears its number. */
  readonly node: string | null;
  /** It would miss the disk: another line than `unused0` names it. */
  readonly isUsed: boolean;
}

/** What something that a check names is among the layers, and who lies on that. */
export interface LyingOn {
  /** Layers that a finding is about, by its subject and what that comes down to. */
  readonly placesOf: (subject: Subject, about?: string) => readonly string[];
  /** Who has a disk on one of them. */
  readonly guestsOn: (places: readonly string[]) => readonly LyingGuest[];
  /** Those of them who cannot do without: no map, mirror or array lies between that has another leg. */
  readonly guestsNeeding: (places: readonly string[]) => readonly LyingGuest[];
  /** The node runs from it: its root, /usr or /var, or its swap. */
  readonly isNodesOwn: (places: readonly string[]) => boolean;
  /** Volumes with the number of a guest that no configuration is of, the layer of each. */
  readonly leftBehind: (vmid: number) => readonly string[];
}

export const lyingOn = oncePer((layers: Layers): LyingOn => {
  const named = namesOf(layers);
  const roots = rootsOf(layers);
  const reached = reachedFrom(roots, (id) => layers.from([id]));
  const needed = reachedFrom(roots, (id) => withoutLegs(id, layers));
  const own = new Set(nodesOwn(layers).flatMap((id) => layers.from([id]).map((layer) => layer.id)));
  return {
    placesOf: (subject, about) => {
      const found = [
        ...subjectNames(subject).flatMap((name) => named.get(name) ?? []),
        ...ofKind(subject, layers, named),
        ...(about === undefined ? [] : (named.get(about) ?? [])),
      ];
      return [...new Set(found)];
    },
    guestsOn: (places) => guestsOf(places.flatMap((id) => reached.get(id) ?? [])),
    guestsNeeding: (places) => guestsOf(places.flatMap((id) => needed.get(id) ?? [])),
    isNodesOwn: (places) => places.some((id) => own.has(id)),
    leftBehind: (vmid) => roots.flatMap((root) => (root.node === null && root.vmid === vmid ? [root.id] : [])),
  };
});

/** Layers by all that they are called. */
function namesOf(layers: Layers): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, string[]>();
  for (const { id, names } of layers.from(layers.ids)) for (const name of names) append(named, name, id);
  for (const { id, text } of layers.guestDisks) append(named, text, id);
  return named;
}

/** By what a subject may be called among the layers: a snapshot stands for its volume, a second entry for the volume of its name. */
function subjectNames({ kind, id }: Subject): readonly string[] {
  if (kind === 'volume') return [id, id.replace(/@[^@]*$/, '')];
  if (kind !== 'device') return kind === 'thin-pool' || kind === 'disk' ? [id] : [];
  const split = splitDmName(id);
  // An iSCSI target with the portals that it is about.
  return [
    id,
    ...(split === null ? [] : [`${split.vgName}/${split.lvName}`]),
    ...(id.includes(' ') ? [id.split(' ')[0] ?? ''] : []),
  ];
}

function ofKind(
  { kind, id }: Subject,
  layers: Layers,
  named: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  switch (kind) {
    case 'device':
      return id === 'multipathd'
        ? layers.ids.filter((one) => layers.at(one).what === 'multipath map')
        : (named.get(id) ?? []);
    case 'volume-group': {
      const prefix = `${id.replace(/ \(.*\)$/, '')}/`;
      return [...named].flatMap(([name, ids]) => (name.startsWith(prefix) ? ids : []));
    }
    case 'mount':
      return mountsAt(id.replace(/ \(.*\)$/, ''), layers, named);
    case 'storage':
      return layers.guestDisks.flatMap(({ id: disk, target }) =>
        target.kind === 'volid' && target.storeid === id ? [disk] : [],
      );
    default:
      return [];
  }
}

/** Of the node; a missing one where something expects it. */
function mountsAt(
  target: string,
  { sources }: Layers,
  named: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const expected = knownOrNull(sources.readings.expectedMounts)?.mounts ?? [];
  return named.get(target) ?? (expected.some((one) => one.target === target) ? [mountId(target)] : []);
}

interface Root extends LyingGuest {
  readonly id: string;
}

/** Disks of guests, and volumes that bear the number of a guest that is gone. */
const rootsOf = (layers: Layers): readonly Root[] => [
  ...layers.guestDisks.map(({ id, vmid, node, key }) => ({ id, vmid, node, isUsed: !key.startsWith('unused') })),
  ...leftovers(layers.sources),
];

/** Where no configuration could be read, every volume may be one that a guest uses. */
function leftovers({ stack, lvs, byUuid, readings }: LayerSources): readonly Root[] {
  const configured = new Set(knownOrNull(readings.guests)?.configs.map(({ vmid }) => vmid) ?? []);
  const groups = knownOrNull(readings.groups);
  const isForeign = (vgUuid: string): boolean => (groups?.foreign(vgUuid) ?? null) !== null;
  const ofEntries = stack.entries.flatMap(({ device, vmid }): readonly Root[] => {
    const identity = identifyUuid(device.uuid);
    const isOthers = identity.kind === 'lvm' && isForeign(identity.vgUuid);
    return configured.has(vmid) || isOthers ? [] : [{ id: deviceId(devNo(device)), vmid, node: null, isUsed: true }];
  });
  const ofVolumes = [...lvs.values()].flatMap((lv): readonly Root[] => {
    const vmid = decodeGuestVolume(lv.lvName)?.vmid;
    const isActive = byUuid.has(`LVM-${lv.vgUuid}${lv.lvUuid}`);
    if (vmid === undefined || configured.has(vmid) || isActive || isForeign(lv.vgUuid)) return [];
    return [{ id: volumeId(lv.vgName, lv.lvName), vmid, node: null, isUsed: true }];
  });
  return [...ofEntries, ...ofVolumes];
}

function reachedFrom(
  roots: readonly Root[],
  below: (id: string) => readonly Layer[],
): ReadonlyMap<string, readonly Root[]> {
  const reached = new Map<string, Root[]>();
  for (const root of roots) for (const { id } of below(root.id)) append(reached, id, root);
  return reached;
}

/** A pool of ZFS says by its own state whether its data is there. */
const WITH_LEGS: ReadonlySet<string> = new Set([
  ...['multipath map', 'RAID volume', 'mirror volume', 'drbd', 'md', 'ZFS pool'],
]);
/** Levels of md that are lost with one member (md(4)). */
const NO_LEGS = /^(?:raid0|linear|faulty)$/;

/** A layer and what it cannot do without. */
function withoutLegs(start: string, { at, sources: { readings } }: Layers): readonly Layer[] {
  const arrays = knownOrNull(readings.mdArrays)?.arrays ?? [];
  const hasLegs = ({ what, name }: Layer): boolean =>
    WITH_LEGS.has(what) && !arrays.some((array) => array.name === name && NO_LEGS.test(array.level));
  const found = new Map<string, Layer>();
  const queue = [start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (found.has(id)) continue;
    const layer = at(id);
    found.set(id, layer);
    if (!hasLegs(layer)) queue.push(...layer.below);
  }
  return [...found.values()];
}

function guestsOf(roots: readonly Root[]): readonly LyingGuest[] {
  const byVmid = Map.groupBy(roots, ({ vmid }) => vmid);
  return [...byVmid.values()]
    .flatMap((own) => {
      const [first] = own;
      return first === undefined
        ? []
        : [{ vmid: first.vmid, node: first.node, isUsed: own.some(({ isUsed }) => isUsed) }];
    })
    .sort((a, b) => a.vmid - b.vmid);
}

const NODES_OWN: ReadonlySet<string> = new Set(['/', '/usr', '/var', '/var/lib', '/var/log']);

function nodesOwn({ sources: { readings } }: Layers): readonly string[] {
  const swaps = [...(knownOrNull(readings.usage)?.holders ?? [])].flatMap(([number, holders]) =>
    holders.some(({ kind }) => kind === 'swap') ? [deviceId(number)] : [],
  );
  return [
    ...(knownOrNull(readings.mounts)?.mounts ?? []).flatMap(({ target, covered }) =>
      NODES_OWN.has(target) && !covered ? [mountId(target)] : [],
    ),
    ...swaps,
  ];
}
