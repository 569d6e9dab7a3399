import { describe, expect, it } from 'vitest';
import { given, guest, lvmReport, mention, storage, storages, volume, wanted } from '../../test/checks/examples.ts';
import { nodeWith, placeOf, stored } from '../../test/checks/volume-examples.ts';
import type { Sections } from '../model/snapshot.ts';
import { vol010 as check } from './vol010-unused-disk.ts';

const vol010 = given(check);
const NAMES = ['namedVolumes', 'lvm', 'diskNames'] as const;
const examine = (node: Partial<Sections>, more: Partial<Sections> = node) => vol010.examine(node, wanted(NAMES, more));

describe('VOL010', () => {
  const unused = guest(100, { mentions: [mention('unused0', 'disks', '100/vm-100-disk-1.raw')] });
  const node = nodeWith([placeOf('directory', [stored('100/vm-100-disk-1.raw')])], unused);

  it('says how much a detached disk holds', () => {
    expect(examine(node)).toMatchObject([
      {
        ...{ harm: 'housekeeping', subject: { kind: 'volume', id: 'disks:100/vm-100-disk-1.raw' }, vmid: 100 },
        ...{ bytes: 4 * 1024 * 1024, headline: 'keeps a disk that it does not use, unused0 (4 MiB)' },
      },
    ]);
  });

  it('finds the same disk where its size could not be read', () => {
    expect(examine(node, {})).toMatchObject([{ bytes: null, subject: { id: 'disks:100/vm-100-disk-1.raw' } }]);
  });

  it('takes the size of a logical volume from LVM', () => {
    const onLvm = guest(100, { mentions: [mention('unused0', 'fast', 'vm-100-disk-1')] });
    const lvm = { ...nodeWith([], onLvm), storage: storages(storage('fast', 'vg')) };
    const report = lvmReport([volume('vg', 'vm-100-disk-1')]);
    expect(examine(lvm, { lvm: report })).toMatchObject([{ bytes: 4 * 1024 * 1024 }]);
  });

  it('recommends removing it only where nobody else can see it or names it', () => {
    const remedy = (...args: Parameters<typeof nodeWith>) => examine(nodeWith(...args))[0]?.remedy.text;
    const place = placeOf('directory', [stored('100/vm-100-disk-1.raw')]);
    expect(remedy([place], unused)).toContain('hardware view');
    expect(remedy([{ ...place, shared: true }], unused)).toMatch(/another cluster.*keep the line/s);
    expect(examine(node, {})[0]?.remedy.text).not.toContain('hardware view');
    const user = guest(101, { mentions: [mention('scsi0', 'disks', '100/vm-100-disk-1.raw')] });
    expect(remedy([place], unused, user)).toMatch(/^Do not remove it.*guest 101 names it too/);
  });

  it('is silent about drives, snapshots, comments and guests of other nodes', () => {
    const drive = guest(100, { mentions: [mention('scsi0', 'disks', '100/vm-100-disk-1.raw')] });
    expect(examine(nodeWith([], drive))).toEqual([]);
    const comment = { ...mention('unused0', 'disks', '100/a.raw'), certainty: 'maybe' as const };
    expect(examine(nodeWith([], guest(100, { mentions: [comment] })))).toEqual([]);
    expect(examine(nodeWith([], { ...unused, node: 'pve2' }))).toEqual([]);
  });
});
