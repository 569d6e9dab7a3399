import { storagePath } from '../mounts/storage-mounts.ts';
import { carriedBy } from '../paths/carried.ts';
import { knownOrNull } from '../reading.ts';
import type { GuestDisk } from './guest-disks.ts';
import { deviceNumbersOf, type Layer } from './layer.ts';
import type { Layers } from './layers.ts';

/** What lies on something: what is lost with it, or hangs with it. */
export interface Above {
  /** Volume groups with volumes on it, and the storages that take volumes from them. */
  readonly groups: readonly { readonly vgName: string; readonly storages: readonly string[] }[];
  /** File systems on it, and the storages whose directory lies there. */
  readonly mounts: readonly { readonly target: string; readonly storages: readonly string[] }[];
  readonly guests: readonly AboveGuest[];
  /** Of active volumes of guests on it; files are not counted. */
  readonly volumeBytes: number;
}

export interface AboveGuest {
  readonly vmid: number;
  /** Empty where no configuration has it. */
  readonly name: string;
  /** As the configuration names them; empty where it does not. */
  readonly disks: readonly string[];
}

export function aboveOf(roots: readonly string[], layers: Layers): Above {
  const { stack, blocks, readings } = layers.sources;
  const reaches = reaching(new Set(roots), layers);
  const carried = carriedBy(deviceNumbersOf(roots.map(layers.at)), { stack, blockDevices: blocks }, readings);
  const storages = knownOrNull(readings.storage)?.storages ?? [];
  const targets = layers.ids
    .filter((id) => id.startsWith('mount:') && (reaches(id) || roots.includes(id)))
    .map((id) => id.slice('mount:'.length));
  return {
    groups: carried.vgNames.map((vgName) => ({
      vgName,
      storages: storages.filter(({ properties }) => properties['vgname'] === vgName).map(({ storeid }) => storeid),
    })),
    mounts: [...new Set(targets)].sort().map((target) => ({
      target,
      storages: storages.filter((storage) => storagePath(storage) === target).map(({ storeid }) => storeid),
    })),
    guests: guestsOf(
      layers.guestDisks.filter(({ id }) => !roots.includes(id) && reaches(id)),
      [...carried.vmids, ...carried.entryVmids],
    ),
    volumeBytes: carried.bytes,
  };
}

/** Those that configurations name, and those of which only an entry is there. */
function guestsOf(disks: readonly GuestDisk[], vmids: readonly number[]): readonly AboveGuest[] {
  const byVmid = Map.groupBy(disks, ({ vmid }) => vmid);
  return [...new Set([...byVmid.keys(), ...vmids])]
    .sort((a, b) => a - b)
    .map((vmid) => {
      const own = byVmid.get(vmid) ?? [];
      return { vmid, name: own[0]?.guestName ?? '', disks: own.map(({ text }) => text) };
    });
}

/** Whether the way down from a layer comes by one of these; each layer is asked once. */
function reaching(goals: ReadonlySet<string>, { at }: Layers): (id: string) => boolean {
  const known = new Map<string, boolean>();
  const reaches = (id: string): boolean => {
    const before = known.get(id);
    if (before !== undefined) return before;
    // A table that leads back to itself ends here.
    known.set(id, false);
    const layer: Layer = at(id);
    const found = layer.below.some((lower) => goals.has(lower) || reaches(lower));
    known.set(id, found);
    return found;
  };
  return reaches;
}
