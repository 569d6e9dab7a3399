import { describe, expect, it } from 'vitest';
import { given, guest } from '../../test/checks/examples.ts';
import { nodeWith, placeOf, stored } from '../../test/checks/volume-examples.ts';
import { unreadable } from '../model/reading.ts';
import { vol018 as check } from './vol018-image-that-is-none.ts';

const vol018 = given(check);
const VMDK = stored('100/vm-100-disk-0.vmdk', { unlike: true, sizeBytes: 512 });
const on = (...volumes: Parameters<typeof placeOf>[1]) => nodeWith([placeOf('directory', volumes)], guest(100));

describe('VOL018', () => {
  it('says which file it is, and what fails with it', () => {
    const [finding, ...more] = vol018.examine(on(VMDK, stored('100/vm-100-disk-1.qcow2')), {});
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      ...{ harm: 'operation', vmid: 100, subject: { kind: 'volume', id: 'disks:100/vm-100-disk-0.vmdk' } },
      remedy: {
        commands: [{ kind: 'reads', argv: ['qemu-img', 'info', '-U', '/mnt/disks/images/100/vm-100-disk-0.vmdk'] }],
      },
    });
    expect(finding?.impact).toContain('invalid VMDK image descriptor');
  });

  it('is silent about a vmdk that is one, and about a qcow2 that is none, of which Proxmox VE only warns', () => {
    const whole = stored('100/vm-100-disk-0.vmdk');
    expect(vol018.examine(on(whole, stored('100/vm-100-disk-0.qcow2', { unlike: true })), {})).toEqual([]);
  });

  it('does not judge the file of a guest that something works on, nor a directory that was not read', () => {
    const busy = nodeWith([placeOf('directory', [VMDK])], guest(100, { lock: 'create' }));
    expect(vol018.examine(busy, {})).toEqual([]);
    expect(vol018.unjudged(busy)).toHaveLength(1);
    const contents = unreadable({ kind: 'timed-out', source: 'storage disks', detail: 'no answer within 15 s' });
    expect(vol018.unjudged(nodeWith([placeOf('directory', [], { contents })]))).toHaveLength(1);
  });
});
