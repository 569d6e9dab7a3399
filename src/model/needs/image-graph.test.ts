import { describe, expect, it } from 'vitest';
import { factsOf, guest, mention } from '../../../test/checks/examples.ts';
import { nodeWith, placeOf, stored } from '../../../test/checks/volume-examples.ts';
import type { VolumeMention } from '../guests/pve.ts';
import type { SeenMount } from '../mounts/mounts.ts';
import { known } from '../reading.ts';
import type { Sections } from '../snapshot.ts';
import type { StoredVolume } from '../volumes/volumes.ts';

/** Files in use that no configuration names, by every way that is not followed yet. */

const standings = (sections: Partial<Sections>): readonly string[] =>
  factsOf(sections).leftovers.volumes.map(({ name, standing }) => `${name}: ${standing.is}`);

const because = (sections: Partial<Sections>, name: string): string => {
  const found = factsOf(sections).leftovers.volumes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not listed`);
  return 'because' in found.standing ? found.standing.because : found.standing.is;
};

/** Guest 110 names the first volume; the second is what it needs. */
const beside = (first: StoredVolume, second: StoredVolume, ...others: readonly StoredVolume[]) =>
  nodeWith(
    [placeOf('directory', [first, second, ...others])],
    guest(110, { mentions: [mention('scsi0', 'disks', first.name)] }),
  );

const path = (key: string, to: string): VolumeMention => ({
  ...mention(key, '', ''),
  target: { kind: 'path', path: to },
});

const LEFT = '104/vm-104-disk-0.raw';

describe('a part of another image is not judged', () => {
  const descriptor = stored('110/vm-110-disk-0.vmdk');

  it.each(['110/vm-110-disk-0-flat.vmdk', '111/esx-s001.vmdk', '112/vm-112-data.raw', '112/image.raw'])(
    '%s, by its name',
    (name) => {
      expect(because(beside(descriptor, stored(name)), name)).toContain('it may be part of another image');
      expect(because(nodeWith([placeOf('directory', [stored(name)])]), name)).toContain(
        'it may be part of another image',
      );
    },
  );

  it('under a name of Proxmox VE beside a vmdk', () => {
    expect(because(beside(descriptor, stored(LEFT)), LEFT)).toBe(
      '110/vm-110-disk-0.vmdk may have it as an extent or a parent: what a vmdk reads through is not read',
    );
    expect(standings(beside(descriptor, stored('104/vm-104-disk-0.qcow2')))).toEqual([
      '104/vm-104-disk-0.qcow2: leftover',
    ]);
  });

  it('beside a qcow2 that keeps its data in another file', () => {
    const outside = stored('110/vm-110-disk-0.qcow2', { unread: 'it keeps its data in another file' });
    expect(because(beside(outside, stored(LEFT)), LEFT)).toContain('it keeps its data in another file');
  });
});

describe('what a link or a backing file may lead to is not judged', () => {
  const image = (over: Partial<StoredVolume>) => stored('110/vm-110-disk-0.qcow2', over);

  it.each<[string, Partial<StoredVolume>, string]>([
    ['a link', { linked: true }, 'it is a link'],
    ['json', { parent: 'json:' }, 'written as json'],
    ['a path outside of storages', { parent: '/srv/golden/win.qcow2' }, 'may be a link'],
    ['a name that is not listed', { parent: 'golden.qcow2', parentName: '110/golden.qcow2' }, 'may be a link'],
  ])('by %s', (_, over, why) => {
    expect(because(beside(image(over), stored(LEFT)), LEFT)).toContain(why);
  });

  it('in another directory too, and never a cloud-init drive', () => {
    const other = placeOf('directory', [stored(LEFT), stored('104/vm-104-cloudinit.raw')], {
      id: 'other',
      where: '/srv/other/images',
      storeids: ['other'],
    });
    const vm = guest(110, { mentions: [mention('scsi0', 'disks', '110/vm-110-disk-0.qcow2')] });
    expect(standings(nodeWith([placeOf('directory', [image({ parent: 'json:' })]), other], vm))).toEqual([
      `${LEFT}: unclear`,
      '104/vm-104-cloudinit.raw: leftover',
    ]);
  });

  it('and is one where every backing file is a volume that was listed, or none of a file', () => {
    const base = stored('9000/base-9000-disk-0.qcow2');
    const over = { parent: '../9000/base-9000-disk-0.qcow2', parentName: base.name };
    expect(standings(beside(image(over), stored(LEFT), base))).toEqual([`${LEFT}: leftover`]);
    expect(standings(beside(image({ parent: 'nbd:' }), stored(LEFT)))).toEqual([`${LEFT}: leftover`]);
  });

  it('by the path of a drive that leads nobody knows where, of whichever guest', () => {
    const node = (to: string) =>
      nodeWith([placeOf('directory', [stored(LEFT)])], guest(526, { mentions: [path('scsi0', to)] }));
    for (const to of ['/srv/disks/win.img', '/mnt/disks/images/526/link', '/dev/zd16'])
      expect(because(node(to), LEFT)).toContain('guest 526');
    for (const to of ['/srv/iso/debian.iso', '/dev/sdb']) expect(standings(node(to))).toEqual([`${LEFT}: leftover`]);
  });
});

describe('what is mounted once more is not judged', () => {
  const mount = (target: string, root: string, over: Partial<SeenMount> = {}): SeenMount => ({
    ...{ mountId: 1, parentId: 0, devNo: '8:1', root, target, fsType: 'ext4', source: '/dev/sda1' },
    ...{ options: [], superOptions: [], covered: false },
    ...over,
  });
  const disks = mount('/mnt/disks', '/');
  const subvol = '104/vm-104-disk-0.subvol';
  const node = (...mounts: readonly SeenMount[]) => ({
    ...nodeWith([placeOf('directory', [stored(subvol)])]),
    mounts: { mounts, addresses: [] },
  });

  it.each(['/images', '/images/104', '/images/104/vm-104-disk-0.subvol'])('on the node, of %s', (root) => {
    expect(because(node(disks, mount('/srv/data', root)), subvol)).toBe(`${root} is mounted on /srv/data as well`);
  });

  it.each([
    ['of another guest', mount('/srv/data', '/images/105')],
    ['of another file system', mount('/srv/data', '/images/104', { devNo: '8:2' })],
    ['of the whole file system', mount('/srv/data', '/')],
  ])('but where that is a directory %s', (_, again) => {
    expect(standings(node(disks, again))).toEqual([`${subvol}: leftover`]);
  });

  it('in a container that runs', () => {
    const inside = [mount('/data', '/images/104/vm-104-disk-0.subvol')];
    const containers = {
      containers: [
        {
          vmid: 101,
          name: 'ct',
          initPid: 7,
          mounts: inside,
          config: known({ binds: [], readonlyTargets: [], addresses: [] }),
        },
      ],
      gaps: [],
    };
    expect(because({ ...node(disks), containers }, subvol)).toContain('mounted into container 101');
  });

  it.each(['/mnt/disks', '/mnt/disks/images/', '/mnt/disks/images/104'])(
    'by the configuration of a container, of %s',
    (to) => {
      const ct = guest(101, { type: 'lxc', mentions: [path('mp0', to)] });
      const sections = nodeWith([placeOf('directory', [stored(subvol)])], ct);
      expect(because(sections, subvol)).toContain('guest 101');
      const other = guest(101, { type: 'lxc', mentions: [path('mp0', '/mnt/disks/images/105')] });
      expect(standings(nodeWith([placeOf('directory', [stored(subvol)])], other))).toEqual([`${subvol}: leftover`]);
    },
  );
});
