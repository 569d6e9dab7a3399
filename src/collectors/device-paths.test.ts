import { describe, expect, it } from 'vitest';
import { cluster, guest, guests } from '../../test/checks/examples.ts';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { VolumeMention } from '../model/guests/pve.ts';
import { known, unreadable } from '../model/reading.ts';
import { resolveDevicePaths } from './device-paths.ts';

const at = (path: string): VolumeMention => ({
  ...{ key: 'scsi0', section: 'current', snapshot: '', certainty: 'certain' },
  target: { kind: 'path', path },
});

const LINK = { mode: '120777' };
const DEVICE = { mode: '60660' };

async function resolved(path: string, contents: HostContents = {}, node = 'pve1') {
  const config = guest(100, { node, mentions: [at(path)] });
  const reading = await resolveDevicePaths(memoryHost(contents), known(guests(config)), known(cluster));
  const target = reading.state === 'known' ? reading.value.configs[0]?.mentions[0]?.target : undefined;
  return target?.kind === 'path' ? target.resolved : 'no path';
}

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

  it('is looked for below /dev only', async () => {
    expect(await resolved('/srv/x', { links: { '/srv/x': '/dev/dm-5' } })).toBeUndefined();
    expect(await resolved('/dev/../srv/x', { links: { '/srv/x': '/dev/dm-5' } })).toBeUndefined();
  });
});

it('says nothing of a guest of another node, whose /dev is not this one', async () => {
  expect(await resolved('/dev/pve/x', { links: { '/dev/pve/x': '../dm-5' } }, 'pve2')).toBeUndefined();
});

it('leaves guests that could not be read', async () => {
  const lost = unreadable({ kind: 'denied', source: '/x', detail: 'no' });
  expect(await resolveDevicePaths(memoryHost({}), lost, known(cluster))).toBe(lost);
});
