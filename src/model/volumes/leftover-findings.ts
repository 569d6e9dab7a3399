import type { Found } from '../check.ts';
import { size } from '../size.ts';
import type { JudgedVolume, Leftovers } from './leftovers.ts';

/** What the checks of leftovers say alike. */

/** Places that could not be looked at, each as a sentence; not those that are none of this node's. */
export const unreadPlaces = ({ places }: Leftovers): readonly string[] =>
  places.flatMap(({ kind, unread, notOurs }) => (unread === null || notOurs || kind === 'lvm' ? [] : [unread]));

/** Why a check could not judge: places that nobody saw, and volumes of which nobody knows whether something needs them. */
export const unjudgedVolumes = (leftovers: Leftovers, code: JudgedVolume['code']): readonly string[] => [
  ...unreadPlaces(leftovers),
  ...leftovers.volumes.flatMap((volume) =>
    volume.code === code && volume.standing.is === 'unclear' ? [`${volume.volid}: ${volume.standing.because}`] : [],
  ),
];

/** Bytes that it holds, as far as anybody can tell. */
export const bytesOf = ({ heldBytes, sizeBytes }: Pick<JudgedVolume, 'heldBytes' | 'sizeBytes'>): number | null =>
  heldBytes ?? sizeBytes;

/** `vm-100-disk-0.qcow2 (1.2 GiB)` */
export function shortName(volume: JudgedVolume): string {
  const bytes = bytesOf(volume);
  const name = volume.name.slice(volume.name.lastIndexOf('/') + 1);
  return bytes === null ? name : `${name} (${size(bytes)})`;
}

/** No configuration that was read names it, and that is all that is known: it is no word on what may go. */
export const findOutFirst = (code: string): Found['remedy'] => ({
  text:
    'This is what was seen, not what may go: a link, another image, a mount or a program may need it, and somebody may keep it. ' +
    `\`pve-doctor explain ${code}\` shows what to find out first. pve-doctor never deletes a volume.`,
});
