import { listed } from '../model/evidence.ts';
import type { Above, AboveGuest } from '../model/layers/above.ts';
import type { ShownLayer, StackReport } from '../model/layers/stack-report.ts';
import { size } from '../model/size.ts';
import { counted, instant } from './counted.ts';
import { guestWithState } from './guest-words.ts';

/** What the text and the picture of a stack both say. */

export const kindAndSize = ({ what, bytes }: ShownLayer): string => (bytes === null ? what : `${what}, ${size(bytes)}`);

/** Of a guest that is gone, what bears its number. */
const DISKS: Readonly<Record<string, string>> = { deleted: 'volume' };

export function headOf({ word, asked, guest, roots, layers, node, takenAt, source }: StackReport): {
  readonly title: string;
  readonly where: string;
} {
  const of = guest === null ? `guest ${word}` : guestWithState(guest);
  const what =
    asked === 'guest'
      ? `${of}: ${counted(roots.length, DISKS[guest?.state ?? 'unknown'] ?? 'disk')}`
      : `The way of ${word}`;
  const from = source === 'live' ? '' : `, recorded in ${source}`;
  return {
    title: what,
    where: `node ${node === '' ? 'not known' : node}, ${instant(takenAt)}${from}, ${counted(layers.length, 'layer')}`,
  };
}

const MOST = 12;

const withStorages = (name: string, storages: readonly string[]): string =>
  storages.length === 0 ? name : `${name} (storage ${listed(storages, 4)})`;

const aboveWords = ({ vmid, name, disks }: AboveGuest): string =>
  `${vmid}${name === '' ? '' : ` (${name})`}${disks.length === 0 ? ', by an entry that no configuration names' : `: ${listed(disks, 4)}`}`;

/** Lines about what lies above, each with its label. */
export function aboveLines({ groups, mounts, guests, volumeBytes }: Above): readonly (readonly [string, string])[] {
  const lines: (readonly [string, string])[] = [
    [
      'VGs',
      listed(
        groups.map(({ vgName, storages }) => withStorages(vgName, storages)),
        MOST,
      ),
    ],
    [
      'mounts',
      listed(
        mounts.map(({ target, storages }) => withStorages(target, storages)),
        MOST,
      ),
    ],
    ['guests', listed(guests.map(aboveWords), MOST, '; ')],
    ['bytes', volumeBytes === 0 ? '' : `${size(volumeBytes)} of guests’ volumes`],
  ];
  return lines.filter(([, text]) => text !== '');
}

export const NOTHING_ABOVE = 'Nothing that could be seen lies on it.';
