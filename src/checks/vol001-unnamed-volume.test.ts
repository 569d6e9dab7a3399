import { describe, expect, it } from 'vitest';
import { given, guest, mention } from '../../test/checks/examples.ts';
import { nodeWith, placeOf, stored } from '../../test/checks/volume-examples.ts';
import { unreadable } from '../model/reading.ts';
import { vol001 as check } from './vol001-unnamed-volume.ts';

const vol001 = given(check);
const LEFT = placeOf('directory', [stored('104/vm-104-disk-0.raw')]);

describe('VOL001', () => {
  it('says what a guest that is gone left, with the bytes that it holds', () => {
    const [finding, ...others] = vol001.examine(nodeWith([LEFT]), {});
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      ...{ code: 'VOL001', harm: 'housekeeping', subject: { kind: 'volume', id: 'disks:104/vm-104-disk-0.raw' } },
      ...{ vmid: 104, bytes: 4 * 1024 * 1024, certainty: 'certain', repairAction: null },
      headline: 'left a volume that no configuration names, vm-104-disk-0.raw (4 MiB)',
    });
    expect(finding?.remedy.commands).toEqual([]);
  });

  it('claims less of a shared storage', () => {
    const [finding] = vol001.examine(nodeWith([{ ...LEFT, shared: true }]), {});
    expect(finding?.title).toBe('disks:104/vm-104-disk-0.raw is there, and no guest of this cluster names it');
    expect(finding?.certainty).toBe('maybe');
    expect(finding?.remedy.text).toContain('another cluster');
  });

  it('is silent about what is named, busy, or a copy of a guest of another node', () => {
    const named = guest(104, { mentions: [mention('scsi0', 'disks', '104/vm-104-disk-0.raw')] });
    expect(vol001.examine(nodeWith([LEFT], named), {})).toEqual([]);
    expect(vol001.examine(nodeWith([LEFT], guest(104, { lock: 'create' })), {})).toEqual([]);
    expect(vol001.examine(nodeWith([LEFT], guest(104, { node: 'pve2' })), {})).toEqual([]);
  });

  it('is unknown where a place could not be seen, or a volume cannot be placed', () => {
    const contents = unreadable({ kind: 'timed-out', source: 'storage disks', detail: 'no answer' });
    expect(vol001.unjudged(nodeWith([{ ...LEFT, contents }]))).toEqual(['storage disks: no answer']);
    const node = nodeWith([LEFT], guest(7, { rawNames: ['vm-104-disk-0'] }));
    expect(vol001.unjudged(node)).toEqual([expect.stringContaining('disks:104/vm-104-disk-0.raw: guest 7')]);
    expect(vol001.examine(node, {})).toEqual([]);
  });
});
