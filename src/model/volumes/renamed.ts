import { size } from '../size.ts';
import type { JudgedVolume } from './leftovers.ts';

/** A volume that a configuration names and that is not there. */
export interface MissingVolume {
  readonly vmid: number;
  /** As its place has it. */
  readonly name: string;
  /** `size=` of its line; null where it has none. */
  readonly sizeBytes: number | null;
}

/** An unnamed volume that has all that is known of a missing one but its name. */
export interface Fit {
  readonly volume: JudgedVolume;
  /** Why it may be it, as the rest of a sentence. */
  readonly because: string;
}

/**
 * What a task that was killed may have made of it (`unsettled.ts` says which tasks rename first): the name of a base image, that of a snapshot in
 * a chain of volumes, or the number of another guest. The last one alone has to have its size.
 */
export const fitsOf = (missing: MissingVolume, unnamed: readonly JudgedVolume[]): readonly Fit[] =>
  unnamed.flatMap((volume) => {
    const because = fitting(missing, volume);
    return because === null ? [] : [{ volume, because }];
  });

function fitting(missing: MissingVolume, volume: JudgedVolume): string | null {
  const [wanted, is] = [lastPart(missing.name), lastPart(volume.name)];
  if (formatOf(wanted) !== formatOf(is)) return null;
  if (is === wanted.replace(/^vm-/, 'base-').replace(/^subvol-/, 'basevol-')) return 'a template gives it this name';
  if (isSnapshotOf(is, wanted)) return 'a snapshot of a chain of volumes gives it this name';
  if (volume.kind !== 'disk' || volume.vmid === missing.vmid || !hasSize(missing, volume)) return null;
  return `it has its size, ${size(volume.sizeBytes ?? 0)}, and a move to guest ${volume.vmid} gives it such a name`;
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const formatOf = (name: string): string => /\.(qcow2|vmdk|raw|subvol)$/.exec(name)?.[1] ?? '';

/** `snap-s1-vm-102-disk-0.qcow2` of a file, `snap_vm-102-disk-0_s1.qcow2` of an LV (pve-storage Storage/Plugin.pm, LVMPlugin.pm get_snap_name). */
const isSnapshotOf = (is: string, wanted: string): boolean =>
  (is.startsWith('snap-') && is.endsWith(`-${wanted}`)) ||
  (wanted.endsWith('.qcow2') && is.startsWith(`snap_${wanted.slice(0, -'.qcow2'.length)}_`));

/** LVM rounds up to whole extents, 4 MiB where nobody asked for others, and larger ones in large VGs. */
const LARGEST_EXTENT = 128 * 1024 * 1024;

const hasSize = ({ sizeBytes }: MissingVolume, volume: JudgedVolume): boolean =>
  sizeBytes !== null &&
  volume.sizeBytes !== null &&
  (volume.place.kind === 'lvm'
    ? volume.sizeBytes >= sizeBytes && volume.sizeBytes < sizeBytes + LARGEST_EXTENT
    : volume.sizeBytes === sizeBytes);
