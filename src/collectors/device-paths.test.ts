import { describe, expect, it } from 'vitest';
import { cluster, guest, guests, mention, storage, storages } from '../../test/checks/examples.ts';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { VolumeMention } from '../model/guests/pve.ts';
import { withCovered } from '../model/mounts/mount-tree.ts';
import { known, unreadable } from '../model/reading.ts';
import { parseMountinfo } from '../parse/mountinfo.ts';
import { resolveDevicePaths } from './device-paths.ts';

const at = (path: string, key = 'scsi0'): VolumeMention => ({
  ...{ key, section: 'current', snapshot: '', certainty: 'certain' },
  target: { kind: 'path', path },
});

const ROOT = withCovered(
  parseMountinfo('30 1 8:1 / / rw - ext4 /dev/sda1 rw\n31 30 0:40 / /nas rw - nfs 10.0.0.1:/x rw\n').value,
);

const LINK = { mode: '120777' };
const DEVICE = { mode: '60660' };

async function resolved(path: string, contents: HostContents = {}, node = 'pve1', key = 'scsi0') {
  const config = guest(100, { node, mentions: [at(path, key)] });
  const reading = await resolveDevicePaths(
    memoryHost(contents),
    known(guests(config)),
    known(cluster),
    known(storages(storage('lun', '', { type: 'iscsi' }))),
    ROOT,
  );
  const target = reading.state === 'known' ? reading.value.configs[0]?.mentions[0]?.target : undefined;
  return target?.kind === 'path' ? target.resolved : 'no path';
}

it('a LUN of an iSCSI storage leads where udev names it', async () => {
  const contents = { links: { '/dev/disk/by-id/scsi-36001405a': '../../sda' }, stats: { '/dev/sda': DEVICE } };
  const config = guest(100, {
    mentions: [mention('scsi1', 'lun', '0.0.1.scsi-36001405a'), mention('scsi2', 'other', '0.0.1.scsi-36001405a')],
  });
  const lun = known(storages(storage('lun', '', { type: 'iscsi' })));
  const reading = await resolveDevicePaths(memoryHost(contents), known(guests(config)), known(cluster), lun, ROOT);
  const targets = reading.state === 'known' ? reading.value.configs[0]?.mentions.map(({ target }) => target) : [];
  expect(targets?.map(({ resolved: end }) => end)).toEqual(['/dev/sda', undefined]);
});

describe('a path of a guest of this node', () => {
  it.each<[string, HostContents, string]>([
    ['/dev/disk/by-label/db', { links: { '/dev/disk/by-label/db': '../../dm-5' } }, '/dev/dm-5'],
    ['/dev/mydisks/db', { links: { '/dev/mydisks/db': '/dev/mapper/x', '/dev/mapper/x': '../dm-5' } }, '/dev/dm-5'],
    ['/dev/pve//x', { stats: { '/dev/pve/x': LINK }, links: { '/dev/pve/x': '../dm-5' } }, '/dev/dm-5'],
    ['/dev/sdb', { stats: { '/dev/sdb': DEVICE } }, '/dev/sdb'],
  ])('leads from %s with %j to %s', async (path, contents, end) => {
    expect(await resolved(path, contents)).toBe(end);
  });

  it.each<[string, HostContents]>([
    ['/dev/disk/by-label/gone', {}],
    ['/dev/disk/by-label/dangling', { links: { '/dev/disk/by-label/dangling': '../../mapper/gone' } }],
    ['/dev/a', { links: { '/dev/a': 'b', '/dev/b': 'a' } }],
    ['/dev/x', { stats: { '/dev/x': LINK }, links: { '/dev/x': { unreadable: 'denied' } } }],
  ])('leads nowhere from %s with %j', async (path, contents) => {
    expect(await resolved(path, contents)).toBeNull();
  });

  it('is followed outside /dev too, on file systems of this machine, also to a volume that is not active', async () => {
    const link = (path: string, to: string): HostContents => ({ stats: { [path]: LINK }, links: { [path]: to } });
    expect(await resolved('/srv/x', link('/srv/x', '/dev/san/vm-526-disk-0'))).toBe('/dev/san/vm-526-disk-0');
    expect(await resolved('/dev/../srv/x', link('/srv/x', '/dev/san/vm-526-disk-0'))).toBe('/dev/san/vm-526-disk-0');
    const active = {
      stats: { '/srv': LINK, '/data/x': LINK },
      links: { '/srv': 'data', '/data/x': '/dev/san/x', '/dev/san/x': '../dm-5' },
    };
    expect(await resolved('/srv/x', active)).toBe('/dev/dm-5');
    expect(await resolved('/srv/x.raw', { stats: { '/srv/x.raw': { mode: '100644' } } })).toBe('/srv/x.raw');
  });

  it('is not known where it is not there, cannot be seen, or lies on a server', async () => {
    expect(await resolved('/srv/x')).toBeNull();
    expect(await resolved('/srv/x', { stats: { '/srv/x': { unreadable: 'denied' } } })).toBeNull();
    expect(
      await resolved('/srv/x', { stats: { '/srv/x': LINK }, links: { '/srv/x': { unreadable: 'denied' } } }),
    ).toBeNull();
    expect(await resolved('/nas/x', { stats: { '/nas/x': LINK }, links: { '/nas/x': '/dev/san/x' } })).toBeNull();
  });

  it('is left alone where a container binds a directory', async () => {
    expect(await resolved('/srv/x', {}, 'pve1', 'mp0')).toBeUndefined();
  });
});

it('says nothing of a guest of another node, whose /dev is not this one', async () => {
  expect(await resolved('/dev/pve/x', { links: { '/dev/pve/x': '../dm-5' } }, 'pve2')).toBeUndefined();
});

it('leaves guests that could not be read', async () => {
  const lost = unreadable({ kind: 'denied', source: '/x', detail: 'no' });
  expect(
    await resolveDevicePaths(
      memoryHost({}),
      lost,
      known(cluster),
      known(storages(storage('lun', '', { type: 'iscsi' }))),
      ROOT,
    ),
  ).toBe(lost);
});
