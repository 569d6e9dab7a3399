import { listed } from '../model/evidence.ts';
import type { Above, AboveGuest } from '../model/layers/above.ts';
import { type LayerTone, worstTone } from '../model/layers/layer.ts';
import type { ShownLayer, StackReport } from '../model/layers/stack-report.ts';
import { size } from '../model/size.ts';
import { counted, instant } from './counted.ts';

/** What the text and the picture of a stack both say. */

export const kindAndSize = ({ what, bytes }: ShownLayer): string => (bytes === null ? what : `${what}, ${size(bytes)}`);

export function headOf({ word, asked, roots, layers, node, takenAt, source }: StackReport): {
  readonly title: string;
  readonly where: string;
} {
  const guest = asked === 'guest' ? ` of guest ${word}` : ` ${word}`;
  const what = asked === 'guest' ? counted(roots.length, 'disk') + guest : `The way of${guest}`;
  const from = source === 'live' ? '' : `, recorded in ${source}`;
  return {
    title: what,
    where: `node ${node === '' ? 'not known' : node}, ${instant(takenAt)}${from}, ${counted(layers.length, 'layer')}`,
  };
}

/** Of all that is drawn; where something could not be seen nothing is called healthy. */
export const wholeTone = ({ layers, notSeen }: StackReport): LayerTone =>
  worstTone([
    ...layers.map(({ tone }) => tone),
    ...(notSeen.length > 0 || layers.some(({ unseen }) => unseen.length > 0) ? ['unknown' as const] : []),
  ]);

const MOST = 12;

const withStorages = (name: string, storages: readonly string[]): string =>
  storages.length === 0 ? name : `${name} (storage ${listed(storages, 4)})`;

const guestWords = ({ vmid, name, disks }: AboveGuest): string =>
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
    ['guests', listed(guests.map(guestWords), MOST, '; ')],
    ['bytes', volumeBytes === 0 ? '' : `${size(volumeBytes)} of guests’ volumes`],
  ];
  return lines.filter(([, text]) => text !== '');
}

export const NOTHING_ABOVE = 'Nothing that could be seen lies on it.';
