import { describe, expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import { absent } from '../model/reading.ts';
import { collectCluster } from './cluster.ts';
import { collectNodeIdentities } from './node-identities.ts';
import { collectPeers } from './peers.ts';

const MOUNTED = '40 28 0:45 / /etc/pve rw,nosuid,nodev,noexec,relatime shared:30 - fuse /dev/fuse rw,user_id=0\n';

const MEMBERS =
  '{\n"nodename": "pve1",\n"version": 4,\n"cluster": { "name": "lab", "version": 2, "nodes": 2, "quorate": 1 },\n' +
  '"nodelist": {\n  "pve1": { "id": 1, "online": 1},\n  "pve2": { "id": 2, "online": 1}\n  }\n}\n';

const NODE: HostContents = {
  files: {
    '/proc/1/mountinfo': `28 1 252:1 / / rw - ext4 /dev/root rw\n${MOUNTED}`,
    '/etc/pve/.version': '{ "starttime": 1 }\n',
    '/etc/pve/.vmlist': '{\n"version": 1\n\n}\n',
    '/etc/pve/.members': MEMBERS,
    '/proc/sys/kernel/hostname': 'pve1\n',
  },
  directories: { '/etc/pve/nodes': ['pve1', 'pve2'] },
  links: { '/etc/pve/local': 'nodes/pve1' },
  stats: { '/etc/pve/local': { mode: '120755' } },
};

const node = (over: Partial<HostContents> = {}) =>
  memoryHost({
    ...NODE,
    ...over,
    files: { ...NODE.files, ...over.files },
    directories: { ...NODE.directories, ...over.directories },
  });

const DENIED = { unreadable: 'denied', detail: 'EACCES' } as const;
const STANDALONE = '{\n"nodename": "pve1",\n"version": 1\n}\n';

describe('collectCluster', () => {
  it('reads name, nodes, cluster and quorum', async () => {
    expect(await collectCluster(node())).toEqual({
      state: 'known',
      value: {
        nodeName: 'pve1',
        nodeNames: ['pve1', 'pve2'],
        members: ['pve1', 'pve2'],
        quorate: true,
        clusterName: 'lab',
      },
    });
  });

  it('is absent on a machine without any trace of Proxmox VE', async () => {
    const host = memoryHost({ files: { '/proc/1/mountinfo': '28 1 252:1 / / rw - ext4 /dev/root rw\n' } });
    expect((await collectCluster(host)).state).toBe('absent');
  });

  it.each(['/etc/pve', '/var/lib/pve-cluster', '/usr/share/perl5/PVE'])(
    'takes a machine with %s for a node whose pmxcfs is down',
    async (path) => {
      const files = { '/proc/1/mountinfo': '28 1 252:1 / / rw - ext4 /dev/root rw\n' };
      const reading = await collectCluster(memoryHost({ files, directories: { [path]: [] } }));
      expect(reading).toMatchObject({ state: 'unreadable', problem: { source: '/etc/pve' } });
    },
  );

  it.each([
    ['0555', true, false],
    ['120555', true, false],
    ['120755', false, false],
    ['120755', true, true],
  ])('with mode %s and quorate %s in .members has quorum: %s', async (mode, said, quorate) => {
    const files = { '/etc/pve/.members': said ? MEMBERS : MEMBERS.replace('"quorate": 1', '"quorate": 0') };
    const reading = await collectCluster(node({ files, stats: { '/etc/pve/local': { mode } } }));
    expect(reading).toMatchObject({ state: 'known', value: { quorate } });
  });

  it('has quorum on a node that is in no cluster', async () => {
    const reading = await collectCluster(node({ files: { '/etc/pve/.members': STANDALONE } }));
    expect(reading).toMatchObject({ state: 'known', value: { quorate: true, clusterName: '', nodeName: 'pve1' } });
  });

  it('knows that it is the only member of its cluster', async () => {
    const members =
      '{"nodename":"pve1","version":1,"cluster":{"name":"lab","quorate":1},"nodelist":{"pve1":{"id":1,"online":1}}}';
    const host = node({ files: { '/etc/pve/.members': members } });
    const cluster = await collectCluster(host);
    expect(cluster).toMatchObject({ state: 'known', value: { clusterName: 'lab', isAlone: true } });
    const run = () => Promise.reject(new Error('nobody is to be asked'));
    expect((await collectPeers({ ...host, run }, cluster)).state).toBe('absent');
    expect((await collectNodeIdentities(host, cluster, absent('none'), run)).state).toBe('absent');
  });

  it('goes by .members alone where the link was not looked at', async () => {
    const reading = await collectCluster(node({ links: {}, stats: {} }));
    expect(reading).toMatchObject({ state: 'known', value: { nodeName: 'pve1', quorate: true } });
  });

  it.each([
    ['the mount table', { files: { '/proc/1/mountinfo': DENIED } }],
    ['.version', { files: { '/etc/pve/.version': DENIED } }],
    ['.vmlist', { files: { '/etc/pve/.vmlist': DENIED } }],
    ['.members', { files: { '/etc/pve/.members': DENIED } }],
    ['the directory of nodes', { directories: { '/etc/pve/nodes': DENIED } }],
    ['the link', { links: { '/etc/pve/local': DENIED } }],
    ['the mode of the link', { stats: { '/etc/pve/local': DENIED } }],
    ['half of .members', { files: { '/etc/pve/.members': MEMBERS.slice(0, 60) } }],
    ['another file system on /etc/pve', { files: { '/proc/1/mountinfo': MOUNTED.replace('- fuse', '- ext4') } }],
    ['a link that .members contradicts', { links: { '/etc/pve/local': 'nodes/pve2' } }],
  ])('is unreadable when it cannot believe %s', async (_, over) => {
    expect((await collectCluster(node(over))).state).toBe('unreadable');
  });

  it.each(['/etc/pve/.version', '/etc/pve/.vmlist'])('is unreadable without %s', async (path) => {
    const { [path]: _, ...files } = NODE.files ?? {};
    expect((await collectCluster(memoryHost({ ...NODE, files }))).state).toBe('unreadable');
  });

  it('is unreadable when pmxcfs shows no directory of nodes', async () => {
    const files = { ...NODE.files };
    expect((await collectCluster(memoryHost({ ...NODE, files, directories: {} }))).state).toBe('unreadable');
  });
});
