import { describe, expect, it } from 'vitest';
import {
  beneath,
  container,
  containers,
  expected,
  expecting,
  host,
  nfs,
  nfsLine,
  probes,
  table,
} from '../../test/checks/mount-examples.ts';
import type { ExpectedMount, SeenMount } from '../model/mounts/mounts.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { ct003 } from './ct003-missing-mount.ts';

const HIDDEN = unreadable({ kind: 'timed-out', source: 'x', detail: 'no answer in time' });

function facts(inside: readonly SeenMount[], fstab: Reading<readonly ExpectedMount[]>, node = table(), bytes = 0) {
  const binds = [{ key: 'mp0', source: '/mnt/pve/nas/media', target: '/media', readonly: false }];
  const one = container(101, inside, { config: known({ binds, readonlyTargets: [], addresses: [] }) });
  const seen = new Map(bytes === 0 ? [] : [['101 /mnt/backup', beneath(bytes)] as const]);
  return {
    containers: containers(one),
    mountProbes: probes(inside, {}, { fstabs: new Map([[101, fstab]]), beneath: seen }),
    mounts: host(node),
    expectedMounts: expecting(expected('/mnt/pve/nas')),
  };
}

const mounted = nfs('/mnt/pve/nas');

describe('CT003', () => {
  it('reports a line of its own fstab that is not mounted, critical when data landed there', () => {
    const own = known([expected('/mnt/backup')]);
    expect(ct003.examine(facts(table(), own, mounted), {})).toMatchObject([
      { severity: 'warning', subject: { id: '101:/mnt/backup' } },
    ]);
    expect(ct003.examine(facts(table(), own, mounted, 1_000_000), {})).toMatchObject([
      { severity: 'critical', vmid: 101 },
    ]);
  });

  it('reports a bind mount whose source is not mounted on the node', () => {
    const bare = table('70 20 8:1 /mnt/pve/nas/media /media rw - ext4 /dev/sda1 rw');
    expect(ct003.examine(facts(bare, known([])), {})).toMatchObject([{ subject: { id: '101:/media' } }]);
  });

  it('is silent for a container that still has the file system, and when all is mounted', () => {
    expect(ct003.examine(facts(table(nfsLine('/media')), known([])), {})).toEqual([]);
    const disk = table('70 20 8:17 /media /media rw - ext4 /dev/sdb1 rw');
    expect(ct003.examine(facts(disk, known([])), {})).toEqual([]);
    expect(ct003.examine(facts(nfs('/mnt/backup'), known([expected('/mnt/backup')]), mounted), {})).toEqual([]);
    expect(ct003.examine(facts(table(), known([expected('/mnt/backup', { required: false })]), mounted), {})).toEqual(
      [],
    );
  });

  it('does not judge a line that lost bytes, and nothing beside a mount whose line did', () => {
    const lost = known([expected('/mnt/\ufffd', { required: false, unclear: 'it holds bytes that are no UTF-8' })]);
    expect(ct003.examine(facts(table(), lost, mounted), {})).toEqual([]);
    expect(ct003.unjudged?.(facts(table(), lost, mounted))).toHaveLength(1);
    const own = known([expected('/mnt/backup')]);
    const garbled = nfs('/mnt/b\ufffdckup');
    expect(ct003.examine(facts(garbled, own, mounted), {})).toEqual([]);
    expect(ct003.unjudged?.(facts(garbled, own, mounted))).toHaveLength(1);
  });

  it('says where nobody could look at what landed in the place of a mount', () => {
    const given = facts(table(), known([expected('/mnt/backup')]), mounted);
    const beneathUnread = new Map([['101 /mnt/backup', 'find: not permitted']]);
    const blind = { ...given, mountProbes: { ...given.mountProbes, beneathUnread } };
    expect(ct003.examine(blind, {})).toHaveLength(1);
    expect(ct003.unjudged?.(blind)).toEqual([expect.stringContaining('/mnt/backup: find: not permitted')]);
    expect(ct003.unjudged?.(given)).toEqual([]);
  });

  it('is unknown where its fstab could not be read', () => {
    expect(ct003.examine(facts(table(), HIDDEN, mounted), {})).toEqual([]);
    expect(ct003.unjudged?.(facts(table(), HIDDEN, mounted))).toEqual([
      'CT 101 (ct101): its /etc/fstab could not be read',
    ]);
  });
});
