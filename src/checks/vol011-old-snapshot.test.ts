import { describe, expect, it } from 'vitest';
import { given, guest, mention } from '../../test/checks/examples.ts';
import { NOON, nodeWith, placeOf, snapshot, stored } from '../../test/checks/volume-examples.ts';
import { vol011 as check } from './vol011-old-snapshot.ts';

const vol011 = given(check);
const DAY = 86_400;
const now = Date.parse(NOON) / 1000;
const NAME = 'vm-100-disk-0';
const place = placeOf('zfs', [stored(NAME, { snapshots: [snapshot('old')] })]);
const owner = (times: readonly (readonly [string, number])[], over = {}) =>
  guest(100, {
    snapshots: times.map(([name]) => name),
    snapshotTimes: new Map(times.map(([name, days]) => [name, now - days * DAY])),
    mentions: times.map(([name]) => ({ ...mention('scsi0', 'tank', NAME), section: 'snapshot', snapshot: name })),
    ...over,
  });

describe('VOL011', () => {
  it('says how long they stand and what they hold, once for each guest', () => {
    const found = vol011.examine(
      nodeWith(
        [place],
        owner([
          ['old', 365],
          ['older', 800],
          ['new', 364],
        ]),
      ),
      {},
    );
    expect(found).toMatchObject([
      {
        ...{ harm: 'housekeeping', subject: { kind: 'vmid', id: '100' }, bytes: 1024 * 1024 },
        headline: 'keeps 2 snapshots for more than a year (1 MiB)',
      },
    ]);
    expect(found[0]?.evidence.map(({ fact }) => fact)).toEqual([
      'older stands for 800 days',
      'old stands for 365 days and holds 1048576 bytes of its own',
    ]);
  });

  it('is silent about younger ones, those without a time, and guests of other nodes', () => {
    expect(vol011.examine(nodeWith([place], owner([['old', 364]])), {})).toEqual([]);
    expect(vol011.examine(nodeWith([place], guest(100, { snapshots: ['old'] })), {})).toEqual([]);
    expect(vol011.examine(nodeWith([place], owner([['old', 900]], { node: 'pve2' })), {})).toEqual([]);
  });
});
