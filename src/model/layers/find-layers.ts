import { nearestNames } from '../nearest-name.ts';
import { lvNamesOf } from '../needs/disk-keys.ts';
import { knownOrNull } from '../reading.ts';
import type { Layers } from './layers.ts';
import { volumeKey } from './volume-layer.ts';

export type Asked = 'guest' | 'volume' | 'device';

/** Where the drawing begins; or nothing of that name, and what may have been meant. */
export type FoundLayers =
  | { readonly asked: Asked; readonly roots: readonly string[] }
  | { readonly nearest: readonly string[] };

const MOST_NEAREST = 3;

/** A VMID, a volume as configurations or LVM write it, or a device by any of its names. */
export function findLayers(word: string, layers: Layers): FoundLayers {
  if (/^\d+$/.test(word)) return ofGuest(Number(word), layers);
  const disks = layers.guestDisks.filter(({ text, target }) => target.kind === 'volid' && text === word);
  if (disks.length > 0) return { asked: 'volume', roots: disks.map(({ id }) => id) };
  const volume = ofStorage(word, layers);
  if (volume !== null) return { asked: 'volume', roots: [volume] };
  const named = layers.ids.filter((id) => layers.at(id).names.includes(word));
  const found =
    named.length > 0 ? named : layers.ids.filter((id) => layers.at(id).names.some((name) => name.endsWith(`/${word}`)));
  // An active volume stands for what LVM says of it.
  const devices = found.filter((id) => !id.startsWith('lv:'));
  if (found.length > 0) return { asked: 'device', roots: devices.length > 0 ? devices : found };
  const names = layers.ids.flatMap((id) => layers.at(id).names);
  return { nearest: nearestNames(word, [...layers.guestDisks.map(({ text }) => text), ...names], MOST_NEAREST) };
}

function ofGuest(vmid: number, { guestDisks, sources }: Layers): FoundLayers {
  const configs = knownOrNull(sources.readings.guests)?.configs ?? [];
  if (configs.some((config) => config.vmid === vmid))
    return { asked: 'guest', roots: guestDisks.filter((disk) => disk.vmid === vmid).map(({ id }) => id) };
  return {
    nearest: nearestNames(
      String(vmid),
      configs.map((config) => String(config.vmid)),
      MOST_NEAREST,
    ),
  };
}

/** A volume id of a storage on LVM that no configuration names. */
function ofStorage(word: string, { sources, ids }: Layers): string | null {
  const at = word.indexOf(':');
  const storages = knownOrNull(sources.readings.storage)?.storages ?? [];
  const vgName = storages.find(({ storeid }) => storeid === word.slice(0, at))?.properties['vgname'];
  if (at < 0 || vgName === undefined) return null;
  const id = volumeKey(vgName, lvNamesOf(word.slice(at + 1)).at(-1) ?? '', sources);
  return ids.includes(id) ? id : null;
}
