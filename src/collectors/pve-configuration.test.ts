import { describe, expect, it } from 'vitest';
import { memoryHost } from '../host/memory-host.ts';
import type { Cluster } from '../model/guests/pve.ts';
import { absent, known, type Reading, unreadable } from '../model/reading.ts';
import { collectDatacenter, collectStorage } from './pve-configuration.ts';

const CLUSTER: Reading<Cluster> = known({ nodeName: 'pve1', nodeNames: ['pve1'], quorate: true, clusterName: '' });
const DENIED = { unreadable: 'denied', detail: 'EACCES' } as const;

const BELIEVED_IN_VAIN: readonly (readonly [string, Reading<Cluster>, string])[] = [
  ['there is no Proxmox VE', absent('not a node'), 'absent'],
  ['pmxcfs is down', unreadable({ kind: 'vanished', source: '/etc/pve', detail: 'not mounted' }), 'unreadable'],
  ['there is no quorum', known({ nodeName: 'a', nodeNames: ['a'], quorate: false, clusterName: 'c' }), 'unreadable'],
];

describe('collectStorage', () => {
  const collect = (content?: string | typeof DENIED, cluster: Reading<Cluster> = CLUSTER) =>
    collectStorage(memoryHost({ files: content === undefined ? {} : { '/etc/pve/storage.cfg': content } }), cluster);

  it('reads storage.cfg', async () => {
    const reading = await collect('lvmthin: local-lvm\n\tthinpool data\n\tvgname pve\n');
    const storages = reading.state === 'known' ? reading.value.storages : [];
    expect(storages.map(({ storeid, type }) => `${storeid} ${type}`)).toEqual(['local dir', 'local-lvm lvmthin']);
  });

  it('knows the built-in storage where there is no file', async () => {
    expect(await collect()).toMatchObject({ state: 'known', value: { storages: [{ storeid: 'local' }] } });
  });

  it.each([DENIED, '', 'lvm: a1\n\tvgname x\ufffd\n', 'garbage: <b>\nmore\n'])(
    'is unreadable where the file is (%j)',
    async (content) => {
      expect((await collect(content)).state).toBe('unreadable');
    },
  );

  it.each(BELIEVED_IN_VAIN)('says nothing when %s', async (_, cluster, state) => {
    expect((await collect('', cluster)).state).toBe(state);
  });
});

describe('collectDatacenter', () => {
  const collect = (content?: string | typeof DENIED, cluster: Reading<Cluster> = CLUSTER) =>
    collectDatacenter(
      memoryHost({ files: content === undefined ? {} : { '/etc/pve/datacenter.cfg': content } }),
      cluster,
    );

  it('reads the range of free VMIDs', async () => {
    expect(await collect('next-id: lower=200\n')).toEqual(known({ nextIdLower: 200, nextIdUpper: 1_000_000 }));
  });

  it('has PVE’s own range where there is no file', async () => {
    expect(await collect()).toEqual(known({ nextIdLower: 100, nextIdUpper: 1_000_000 }));
  });

  it('is unreadable where the file is', async () => {
    expect((await collect(DENIED)).state).toBe('unreadable');
  });

  it.each(BELIEVED_IN_VAIN)('says nothing when %s', async (_, cluster, state) => {
    expect((await collect('', cluster)).state).toBe(state);
  });
});
