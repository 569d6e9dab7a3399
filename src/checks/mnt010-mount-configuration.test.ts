import { describe, expect, it } from 'vitest';
import { container, containers, host, nfs, table } from '../../test/checks/mount-examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { Storage } from '../model/guests/pve.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import { known, unreadable } from '../model/reading.ts';
import { mnt010 } from './mnt010-mount-configuration.ts';

const storage = (storeid: string, type: string, properties: Storage['properties']): Storage => ({
  ...{ storeid, type, properties, shared: false, disabled: false, nodes: null },
});

const examine = (mounts: readonly SeenMount[], one: Storage, addresses: readonly string[] = [], guest = containers()) =>
  mnt010.examine(
    {
      mounts: host(mounts, ...addresses),
      storage: { storages: [one], problems: [], mentionedVgs: [] },
      containers: guest,
    },
    {},
  );

const nas = storage('nas', 'nfs', { path: '/mnt/pve/nas', content: 'backup,iso' });

describe('MNT010', () => {
  it('reports a directory storage on a mount that does not say so', () => {
    const [finding] = examine(nfs('/mnt/nas'), storage('films', 'dir', { path: '/mnt/nas/films' }));
    expect(finding).toMatchObject({ harm: 'housekeeping', subject: { id: '/mnt/nas (films)' } });
    expect(finding?.remedy.text).toContain('is_mountpoint of storage films to /mnt/nas');
    expect(vectorsOf(finding?.remedy.commands)).toEqual([['grep', '-F', '--', ' /mnt/nas ', '/proc/mounts']]);
  });

  it('is silent with is_mountpoint, on the root file system, and for a directory somewhere on a local disk', () => {
    const usb = table('70 20 8:17 / /mnt/usb rw - ext4 /dev/sdb1 rw');
    expect(examine(nfs('/mnt/nas'), storage('films', 'dir', { path: '/mnt/nas', is_mountpoint: 'yes' }))).toEqual([]);
    expect(examine(table(), storage('local', 'dir', { path: '/var/lib/vz' }))).toEqual([]);
    expect(examine(usb, storage('sub', 'dir', { path: '/mnt/usb/sub' }))).toEqual([]);
    const [finding] = examine(usb, storage('usb', 'dir', { path: '/mnt/usb' }));
    expect(finding?.remedy.text).toContain('is_mountpoint of storage usb to 1');
    expect(examine(usb, storage('usb', 'btrfs', { path: '/mnt/usb' }))).toHaveLength(1);
  });

  it('is silent for a storage of the root, one without a path or with another type, and one that is disabled', () => {
    const rootOnNfs = nfs('/').filter(({ fsType }) => fsType === 'nfs4');
    expect(examine(rootOnNfs, storage('local', 'dir', { path: '/' }))).toEqual([]);
    expect(examine(rootOnNfs, storage('local', 'dir', { path: '/var/lib/vz' }))).toEqual([]);
    expect(examine(nfs('/mnt/nas'), storage('lost', 'dir', {}))).toEqual([]);
    expect(examine(nfs('/mnt/nas'), storage('disks', 'lvm', { path: '/mnt/nas' }))).toEqual([]);
    expect(examine([], storage('early', 'dir', { path: '/mnt/nas' }))).toEqual([]);
    expect(examine(nfs('/mnt/nas'), { ...storage('old', 'dir', { path: '/mnt/nas' }), disabled: true })).toEqual([]);
    expect(examine(nfs('/mnt/pve/nas'), { ...nas, disabled: true }, ['10.9.0.2'])).toEqual([]);
  });

  it('reports a backup storage that this node serves to itself over a hard mount', () => {
    expect(examine(nfs('/mnt/pve/nas'), nas, ['10.9.0.2'])[0]?.title).toContain('runs on this node (this node)');
    const server = container(105, table(), {
      config: known({ binds: [], readonlyTargets: [], addresses: ['10.9.0.2'] }),
    });
    expect(examine(nfs('/mnt/pve/nas'), nas, [], containers(server))[0]?.title).toContain('CT 105 (ct105)');
  });

  it('does not know whose the server is when a configuration could not be read', () => {
    const unread = container(105, table(), {
      config: unreadable({ kind: 'failed', source: '105.conf', detail: 'it is empty' }),
    });
    const unjudged = (addresses: readonly string[], one = nas) =>
      mnt010.unjudged?.({
        mounts: host(nfs('/mnt/pve/nas'), ...addresses),
        storage: { storages: [one], problems: [], mentionedVgs: [] },
        containers: containers(unread),
      });
    expect(unjudged([])).toEqual(['CT 105 (ct105): its configuration could not be read']);
    expect(unjudged(['10.9.0.2'])).toEqual([]);
    expect(unjudged([], storage('nas', 'nfs', { path: '/mnt/pve/nas', content: 'iso' }))).toEqual([]);
  });

  it('is silent for a server elsewhere, a soft mount, and a storage without backups', () => {
    const soft = table('70 20 0:40 / /mnt/pve/nas rw - nfs4 10.9.0.2:/a rw,soft,addr=10.9.0.2');
    expect(examine(nfs('/mnt/pve/nas'), nas, ['10.9.0.1'])).toEqual([]);
    expect(examine(soft, nas, ['10.9.0.2'])).toEqual([]);
    expect(
      examine(nfs('/mnt/pve/nas'), storage('nas', 'nfs', { path: '/mnt/pve/nas', content: 'iso' }), ['10.9.0.2']),
    ).toEqual([]);
  });

  it('is unknown where storages or containers cannot be read', () => {
    expect(mnt010.needs).toEqual(['mounts', 'storage', 'containers']);
  });
});
