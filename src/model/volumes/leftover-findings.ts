import type { Found } from '../check.ts';
import { hidden, type LeftOut } from '../report/not-judged.ts';
import { size } from '../size.ts';
import type { JudgedVolume, Leftovers } from './leftovers.ts';

/** What the checks of leftovers say alike. */

/** Places that could not be looked at, each as a sentence; not those that are none of this node's. */
export const unreadPlaces = ({ places }: Leftovers): readonly string[] =>
  places.flatMap(({ kind, unread, notOurs }) => (unread === null || notOurs || kind === 'lvm' ? [] : [unread]));

/** Why a check could not judge: places that nobody saw, and volumes of which nobody knows whether something needs them. */
export const unjudgedVolumes = (leftovers: Leftovers, code: JudgedVolume['code']): readonly (string | LeftOut)[] => [
  ...unreadPlaces(leftovers),
  ...leftovers.volumes.flatMap((volume) => (volume.code === code ? openVolume(volume) : [])),
];

const openVolume = ({ volid, vmid, standing }: JudgedVolume): readonly LeftOut[] =>
  standing.is === 'busy' || standing.is === 'unclear'
    ? [
        hidden(`${volid}: ${standing.because}`, {
          kind: standing.is === 'busy' ? 'busy' : 'hidden',
          subject: { kind: 'volume', id: volid },
          vmids: [vmid],
        }),
      ]
    : [];

/** Bytes that it holds, as far as anybody can tell. */
export const bytesOf = ({ heldBytes, sizeBytes }: Pick<JudgedVolume, 'heldBytes' | 'sizeBytes'>): number | null =>
  heldBytes ?? sizeBytes;

/** `vm-100-disk-0.qcow2 (1.2 GiB)` */
export function shortName(volume: JudgedVolume): string {
  const bytes = bytesOf(volume);
  const name = volume.name.slice(volume.name.lastIndexOf('/') + 1);
  return bytes === null ? name : `${name} (${size(bytes)})`;
}

/**
 * What Proxmox VE does to a volume with the number of a guest that is there and does not name it (qemu-server PVE/QemuServer.pm rescan,
 * restore_file_archive, destroy_vm); a sentence to be put behind others.
 */
export const goesWith = (vmid: number, isShared: boolean): string =>
  ` It bears the number of guest ${vmid}, which is there: a restore of that guest, or a disk rescan, makes it an unused disk of it, which its next destroy ` +
  `deletes; destroying it with its unreferenced disks deletes it at once${isShared ? ', even if it is the disk of another cluster’s guest' : ''}.`;

/** No configuration that was read names it, and that is all that is known: it is no word on what may go. */
export const findOutFirst = (code: string): Found['remedy'] => ({
  text:
    'This is what was seen, not what may go: a link, another image, a mount or a program may need it, and somebody may keep it. ' +
    `\`pve-doctor explain ${code}\` shows what to find out first. pve-doctor never deletes a volume.`,
});
