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
import { vectorsOf } from '../../test/data/commands.ts';
import type { ExpectedMount, SeenMount } from '../model/mounts/mounts.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { ct003 } from './mnt003-ct003-missing-mount.ts';

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
      { code: 'CT003', harm: 'operation', subject: { kind: 'mount', id: '101:/mnt/backup' }, repairAction: null },
    ]);
    expect(ct003.examine(facts(table(), own, mounted, 1_000_000), {})).toMatchObject([{ harm: 'data', vmid: 101 }]);
  });

  it('reports a bind mount whose source is not mounted on the node', () => {
    const bare = table('70 20 8:1 /mnt/pve/nas/media /media rw - ext4 /dev/sda1 rw');
    const [finding, ...others] = ct003.examine(facts(bare, known([])), {});
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'CT003', harm: 'operation', vmid: 101, certainty: 'certain' });
    expect(finding).toMatchObject({ subject: { kind: 'mount', id: '101:/media' }, repairAction: null });
    expect(finding?.title).toBe(
      '/media in CT 101 (ct101) is a bare directory: /mnt/pve/nas is not mounted on the node',
    );
    expect(finding?.evidence.map(({ fact }) => fact)).toEqual([
      'mp0 binds /mnt/pve/nas/media to /media',
      '/mnt/pve/nas is expected by /etc/fstab, line 3 and not mounted',
      '/dev/sda1 is mounted on /media, ext4, device 8:1, rw',
    ]);
    expect(vectorsOf(finding?.remedy.commands)).toEqual([['ls', '-la', '/mnt/pve/nas/media']]);
  });

  it('is silent for a bind mount beside the missing mount, and for one that the container does not have', () => {
    const beside = facts(table('70 20 8:1 /mnt/pve/nas/media /media rw - ext4 /dev/sda1 rw'), known([]));
    expect(ct003.examine({ ...beside, expectedMounts: expecting(expected('/mnt/pve/na')) }, {})).toEqual([]);
    expect(ct003.examine(facts(table(), known([])), {})).toEqual([]);
    expect(ct003.examine({ ...beside, mounts: host([]) }, {})).toEqual([]);
  });

  it('takes no directory of the same export, which shares its number, for a bare one', () => {
    const share = table('70 20 0:40 /sub /media rw - nfs4 10.9.0.2:/a/sub rw');
    const given = facts(share, known([]), table(nfsLine('/mnt/pve')));
    expect(ct003.examine(given, {})).toEqual([]);
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
    const given = facts(table(), HIDDEN, mounted);
    const none = { ...given, mountProbes: { ...given.mountProbes, fstabs: new Map() } };
    expect(ct003.examine(none, {})).toEqual([]);
    expect(ct003.unjudged?.(none)).toEqual(['CT 101 (ct101): its /etc/fstab could not be read']);
  });

  it('is unknown for a container that could not be looked into, or whose configuration could not be read', () => {
    const gaps = ['container 102: its init process was not found'];
    const bare = table('70 20 8:1 /mnt/pve/nas/media /media rw - ext4 /dev/sda1 rw');
    const blind = {
      ...facts(bare, known([])),
      containers: { containers: [container(101, bare, { config: HIDDEN })], gaps },
    };
    expect(ct003.examine(blind, {})).toEqual([]);
    expect(ct003.unjudged?.(blind)).toEqual([...gaps, 'CT 101 (ct101): its configuration could not be read']);
  });
});
