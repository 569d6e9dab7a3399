import { describe, expect, it } from 'vitest';
import { cluster, guest, guests, mention } from '../../../test/checks/examples.ts';
import { container, containers, NOBODY, nfs, nfsLine, table } from '../../../test/checks/mount-examples.ts';
import type { GuestConfig, Storage } from '../guests/pve.ts';
import { known } from '../reading.ts';
import { dependentsOf, guestLabel, storageOf } from './mount-dependents.ts';

const storage = (storeid: string, path: string, over: Partial<Storage> = {}): Storage => ({
  ...{ storeid, type: 'nfs', properties: { path }, shared: true, disabled: false, nodes: null },
  ...over,
});
const nas = storage('nas', '/mnt/nas');
const onNas = { mentions: [mention('scsi0', 'nas', '100/vm-100-disk-0.qcow2')] };
const boundIn = (vmid: number, path: string): GuestConfig =>
  guest(vmid, {
    ...{ type: 'lxc', name: '' },
    mentions: [{ ...mention('mp0', '', ''), target: { kind: 'path', path } }],
  });

const [, share = null] = nfs('/mnt/nas');
const NAS = { target: '/mnt/nas', devNo: '0:40' };
const facts = (configs: readonly GuestConfig[], storages: readonly Storage[] = [nas]) => ({
  ...NOBODY,
  storage: known({ storages, problems: [], mentionedVgs: [] }),
  guests: known(guests(...configs)),
  cluster: known(cluster),
});
const guestsBehind = (...configs: readonly GuestConfig[]) =>
  dependentsOf('/mnt/nas', share, facts(configs)).guests.map(guestLabel);

describe('behind a mount', () => {
  it('are guests whose current configuration has a volume or a directory on it, in the order of their VMIDs', () => {
    const found = guestsBehind(boundIn(102, '/mnt/nas/media'), guest(101, onNas), guest(100, onNas));
    expect(found).toEqual(['VM 100 (vm100)', 'VM 101 (vm101)', 'CT 102']);
    expect(guestsBehind(boundIn(102, '/mnt/nas2'))).toEqual([]);
    const past = onNas.mentions.map((one) => ({ ...one, section: 'snapshot' as const, snapshot: 'before' }));
    expect(guestsBehind(guest(100, { mentions: past }))).toEqual([]);
  });

  it('are guests of this node only, and all where nobody knows which that is', () => {
    const elsewhere = guest(100, { ...onNas, node: 'pve2' });
    expect(guestsBehind(elsewhere)).toEqual([]);
    const { guests: found } = dependentsOf('/mnt/nas', share, { ...facts([elsewhere]), cluster: NOBODY.cluster });
    expect(found.map(guestLabel)).toEqual(['VM 100 (vm100)']);
  });

  it('are containers that see the same file system', () => {
    const seeing = containers(container(101, table(nfsLine('/data'))), container(102, table(nfsLine('/data', '0:41'))));
    const wanted = { ...facts([]), containers: known(seeing) };
    expect(dependentsOf('/mnt/nas', share, wanted).guests).toEqual([{ vmid: 101, type: 'lxc', name: 'ct101' }]);
    expect(dependentsOf('/mnt/nas', null, wanted).guests).toEqual([]);
  });

  it('are backup jobs that are on and write to a storage on it', () => {
    const jobs = [
      { id: 'nightly', storeid: 'nas', enabled: true },
      { id: 'off', storeid: 'nas', enabled: false },
      { id: 'other', storeid: 'local', enabled: true },
    ];
    const wanted = { ...facts([]), backupJobs: known({ jobs }) };
    expect(dependentsOf('/mnt/nas', share, wanted).backupJobs).toEqual(['nightly']);
  });

  it('is nobody where nobody could look', () => {
    expect(dependentsOf('/mnt/nas', share, NOBODY)).toEqual({ storeids: [], guests: [], backupJobs: [] });
  });
});

it('a mount is of the storage at its very place, else of the first that is on and lies on it', () => {
  const below = storage('iso', '/mnt/nas/iso');
  expect(storageOf(NAS, [below, nas], [])).toBe('nas');
  expect(storageOf(NAS, [storage('off', '/mnt/nas/off', { disabled: true }), below], [])).toBe('iso');
  expect(storageOf(NAS, [storage('disks', '', { type: 'lvm', properties: {} })], [])).toBeNull();
});

it('of the root file system are those whose directory lies on no other mount, and storages of this node', () => {
  const mounts = nfs('/mnt/nas');
  const [root = null] = mounts;
  const local = storage('local', '/var/lib/vz', { type: 'dir' });
  const others = storage('theirs', '/var/lib/theirs', { type: 'dir', nodes: ['pve2'] });
  const wanted = { ...facts([guest(100, onNas)], [nas, local, others]), mounts: known({ mounts, addresses: [] }) };
  expect(dependentsOf('/', root, wanted)).toMatchObject({ storeids: ['local'], guests: [] });
  expect(storageOf({ target: '/', devNo: '8:1' }, [nas, local], mounts)).toBe('local');
});
