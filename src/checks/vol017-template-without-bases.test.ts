import { describe, expect, it } from 'vitest';
import {
  cluster,
  given,
  guest,
  guests,
  mention,
  quiet,
  running,
  storage,
  storages,
} from '../../test/checks/examples.ts';
import type { GuestConfig, VolumeMention } from '../model/guests/pve.ts';
import { vol017 as check } from './vol017-template-without-bases.ts';

const vol017 = given(check);
const thin = storage('thin', 'pve', { type: 'lvmthin', properties: { vgname: 'pve', thinpool: 'data' } });
const storageOf = storages(thin, storage('fast', 'fast'), storage('disks', '', { type: 'dir' }));
const template = (one: VolumeMention, over: Partial<GuestConfig> = {}) =>
  guest(103, { template: true, mentions: [one], ...over });
const facts = (config: GuestConfig) => ({
  ...{ cluster, guests: guests(config), storage: storageOf, running: running(), activity: quiet },
});
const examine = (config: GuestConfig) => vol017.examine(facts(config), {});

describe('VOL017', () => {
  it('names the disks that stayed ordinary ones, and the way that was tried', () => {
    const [finding, ...more] = examine(template(mention('scsi0', 'thin', 'vm-103-disk-0')));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ harm: 'operation', vmid: 103, subject: { kind: 'vmid', id: '103' } });
    expect(finding?.headline).toContain('scsi0');
    expect(finding?.evidence.map(({ fact }) => fact)).toEqual([
      'template: 1',
      'scsi0 (thin:vm-103-disk-0) has the name of an ordinary disk',
    ]);
  });

  it.each<[string, VolumeMention]>([
    ['a file', mention('scsi0', 'disks', '103/vm-103-disk-0.qcow2')],
    ['a linked clone that was made a template', mention('scsi0', 'thin', 'base-100-disk-0/vm-103-disk-0')],
    ['the root of a container', mention('rootfs', 'disks', '103/subvol-103-disk-0.subvol')],
  ])('counts %s', (_, one) => expect(examine(template(one))).toHaveLength(1));

  it.each<[string, GuestConfig]>([
    ['its disk is a base image', template(mention('scsi0', 'thin', 'base-103-disk-0'))],
    ['its storage makes no base images', template(mention('scsi0', 'fast', 'vm-103-disk-0'))],
    ['it is a cloud-init drive', template(mention('ide2', 'thin', 'vm-103-cloudinit'))],
    ['it is unused', template(mention('unused0', 'thin', 'vm-103-disk-0'))],
    ['its storage is not known', template(mention('scsi0', 'gone', 'vm-103-disk-0'))],
    ['it is of another node', template(mention('scsi0', 'thin', 'vm-103-disk-0'), { node: 'pve2' })],
    ['it is no template', template(mention('scsi0', 'thin', 'vm-103-disk-0'), { template: false })],
  ])('is silent where %s', (_, config) => expect(examine(config)).toEqual([]));

  it('does not judge one that something works on', () => {
    const busy = template(mention('scsi0', 'thin', 'vm-103-disk-0'), { lock: 'disk' });
    expect(examine(busy)).toEqual([]);
    expect(vol017.unjudged(facts(busy))).toHaveLength(1);
  });
});
