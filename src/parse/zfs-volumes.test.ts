import { expect, it } from 'vitest';
import type { ZfsDataset } from './zfs-list.ts';
import { zfsContents } from './zfs-volumes.ts';

const dataset = (name: string, type: ZfsDataset['type']): ZfsDataset => ({
  ...{ name, type, usedBytes: 1, volsizeBytes: null, refquotaBytes: null, origin: null, creation: 1 },
  partlyReceived: false,
});

it('snapshots of zfs_autobackup, whatever it is called, are none of Proxmox VE’s', () => {
  const names = ['offsite-20261101020000', 'before-20', 'before'];
  const found = zfsContents(
    [
      ...names.map((name) => dataset(`tank/vm-100-disk-0@${name}`, 'snapshot')),
      ...[dataset('tank/vm-100-disk-0', 'volume'), dataset('tank', 'filesystem')],
    ],
    'tank',
  );
  expect(found?.volumes[0]?.snapshots.map(({ name, ours }) => `${name} ${ours}`)).toEqual([
    'offsite-20261101020000 false',
    'before-20 true',
    'before true',
  ]);
});
