import { describe, expect, it } from 'vitest';
import { given } from '../../test/checks/examples.ts';
import {
  answered,
  container,
  containers,
  host,
  nfs,
  nfsLine,
  probes,
  TIMEOUT,
  table,
} from '../../test/checks/mount-examples.ts';
import type { MountProbe, SeenMount } from '../model/mounts/mounts.ts';
import { ct005 as check } from './mnt005-ct005-full-mount.ts';

const ct005 = given(check);

const facts = (inside: readonly SeenMount[], answers: Record<string, MountProbe>, node = table()) => ({
  ...{ containers: containers(container(101, inside)), mountProbes: probes(inside, answers), mounts: host(node) },
});

const volume = table('70 20 253:5 / /data rw - ext4 /dev/dm-5 rw');

describe('CT005', () => {
  it('reports a volume of the container that is nearly full', () => {
    expect(ct005.examine(facts(volume, { '/data': answered(96) }), {})).toMatchObject([
      {
        harm: 'data',
        subject: { id: '101:/data' },
        vmid: 101,
        title: '/data in CT 101 (ct101): 96.0 % of its space is used',
      },
    ]);
  });

  it('leaves out the root, what is bound from it, and what is no disk', () => {
    const pseudo = table(
      '70 20 8:1 /x /etc/x rw - ext4 /dev/sda1 rw',
      '71 20 0:30 / /run rw - tmpfs tmpfs rw',
      '72 20 0:31 / /proc/x rw - fuse.lxcfs lxcfs rw',
    );
    expect(
      ct005.examine(
        facts(pseudo, { '/': answered(99), '/etc/x': answered(99), '/run': answered(99), '/proc/x': answered(99) }),
        {},
      ),
    ).toEqual([]);
  });

  it('leaves to MNT005 a share that the node has mounted', () => {
    const share = table(nfsLine('/data'));
    expect(ct005.examine(facts(share, { '/data': answered(99) }, nfs('/mnt/pve/nas')), {})).toEqual([]);
    expect(ct005.examine(facts(share, { '/data': answered(99) }), {})).toHaveLength(1);
  });

  it('is silent below the limit and where there was no answer; a container nobody could look into is unknown', () => {
    expect(ct005.examine(facts(volume, { '/data': answered(84) }), {})).toEqual([]);
    expect(ct005.examine(facts(volume, { '/data': TIMEOUT }), {})).toEqual([]);
    const readonly = table('70 20 253:5 / /data ro - ext4 /dev/dm-5 rw');
    expect(ct005.examine(facts(readonly, { '/data': answered(99) }), {})).toEqual([]);
    const blind = { ...facts(volume, {}), containers: { containers: [], gaps: ['container 102: gone'] } };
    expect(ct005.unjudged?.(blind)).toEqual(['container 102: gone']);
  });
});
