import { describe, expect, it } from 'vitest';
import { given, guest, mention } from '../../test/checks/examples.ts';
import { nodeWith, placeOf, snapshot, stored } from '../../test/checks/volume-examples.ts';
import { vol002 as check } from './vol002-unknown-snapshot.ts';

const vol002 = given(check);
const place = (...names: readonly string[]) =>
  placeOf('zfs', [stored('vm-100-disk-0', { snapshots: names.map((name) => snapshot(name)) })]);
const owner = (over = {}) =>
  guest(100, { mentions: [mention('scsi0', 'tank', 'vm-100-disk-0')], snapshots: ['before'], ...over });

describe('VOL002', () => {
  it('names the snapshot, its volume and what it holds', () => {
    const found = vol002.examine(nodeWith([place('before', 'ghost')], owner()), {});
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      ...{ harm: 'housekeeping', subject: { kind: 'volume', id: 'tank:vm-100-disk-0@ghost' }, bytes: 1024 * 1024 },
      ...{ headline: 'has a snapshot that Proxmox VE does not know, ghost (1 MiB)', about: 'tank:vm-100-disk-0' },
    });
    expect(found[0]?.remedy.commands).toEqual([]);
  });

  it('is silent about snapshots of the configuration, and while something works on the guest', () => {
    expect(vol002.examine(nodeWith([place('before')], owner()), {})).toEqual([]);
    expect(vol002.examine(nodeWith([place('ghost')], owner({ lock: 'snapshot-delete' })), {})).toEqual([]);
  });

  it('is unknown where the configuration may not be whole', () => {
    const node = nodeWith([place('ghost')], owner({ incomplete: 'lost bytes' }));
    expect(vol002.examine(node, {})).toEqual([]);
    expect(vol002.unjudged(node)).toEqual([expect.stringContaining('snapshot ghost of tank:vm-100-disk-0')]);
  });
});
