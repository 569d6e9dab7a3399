import { describe, expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { Cluster } from '../model/guests/pve.ts';
import { absent, known, type Reading, unreadable } from '../model/reading.ts';
import { collectGuests } from './guests.ts';

const CLUSTER: Reading<Cluster> = known({
  ...{ nodeName: 'pve1', nodeNames: ['pve1', 'pve2'], quorate: true, clusterName: 'lab' },
});

const CONFIGS = {
  '/etc/pve/nodes/pve1/qemu-server/100.conf': 'name: web\nscsi0: local-lvm:vm-100-disk-0,size=4G\n',
  '/etc/pve/nodes/pve1/lxc/101.conf': 'hostname: ct\nrootfs: local-lvm:vm-101-disk-0,size=8G\n',
  '/etc/pve/nodes/pve2/qemu-server/200.conf': 'name: db\nscsi0: local-lvm:vm-200-disk-0,size=4G\n',
};

const vmlist = (ids: Readonly<Record<string, readonly [node: string, type: string]>>): string =>
  JSON.stringify({
    version: 3,
    ids: Object.fromEntries(Object.entries(ids).map(([id, [node, type]]) => [id, { node, type, version: 1 }])),
  });

const LIST = vmlist({ 100: ['pve1', 'qemu'], 101: ['pve1', 'lxc'], 200: ['pve2', 'qemu'] });

const collect = (files: HostContents['files'], over: Partial<HostContents> = {}, cluster: Reading<Cluster> = CLUSTER) =>
  collectGuests(memoryHost({ files: { '/etc/pve/.vmlist': LIST, ...CONFIGS, ...files }, ...over }), cluster);

const DENIED = { unreadable: 'denied', detail: 'EACCES' } as const;

describe('collectGuests', () => {
  it('reads the guests of all nodes', async () => {
    const reading = await collect({});
    const guests = reading.state === 'known' ? reading.value.configs : [];
    expect(guests.map(({ vmid, type, node, name, path }) => ({ vmid, type, node, name, path }))).toEqual([
      { vmid: 100, type: 'qemu', node: 'pve1', name: 'web', path: '/etc/pve/nodes/pve1/qemu-server/100.conf' },
      { vmid: 101, type: 'lxc', node: 'pve1', name: 'ct', path: '/etc/pve/nodes/pve1/lxc/101.conf' },
      { vmid: 200, type: 'qemu', node: 'pve2', name: 'db', path: '/etc/pve/nodes/pve2/qemu-server/200.conf' },
    ]);
    expect(guests.every(({ mentions }) => mentions.length === 1)).toBe(true);
  });

  it('knows a cluster without guests', async () => {
    const host = memoryHost({ files: { '/etc/pve/.vmlist': '{\n"version": 1\n\n}\n' } });
    expect(await collectGuests(host, CLUSTER)).toEqual(known({ configs: [] }));
  });

  it.each(['100.conf.tmp.123', '.100.conf.swp', '0100.conf', 'x.conf', '100.confx', '100'])(
    'does not take %s for a guest',
    async (name) => {
      const reading = await collect({ [`/etc/pve/nodes/pve1/qemu-server/${name}`]: 'scsi0: a1:x\n' });
      expect(reading.state === 'known' && reading.value.configs.length).toBe(3);
    },
  );

  it('passes over containers of PVE 3, which it lists still', async () => {
    const list = LIST.replace('{"100"', '{"99":{"node":"pve1","type":"openvz","version":1},"100"');
    expect((await collect({ '/etc/pve/.vmlist': list })).state).toBe('known');
  });

  const OTHER = '/etc/pve/nodes/pve2/qemu-server/200.conf';

  it('is unreadable, and names the file, when a configuration on any node cannot be read', async () => {
    expect(await collect({ [OTHER]: DENIED })).toMatchObject({ state: 'unreadable', problem: { source: OTHER } });
  });

  it.each(['', 'name: db', 'name: db\nscsi0: local-lvm:vm-200-disk-0,size=4G\n#', 'garbage: <script>\n'])(
    'is unreadable when fewer or more bytes were read than the file has (%j), and known when they are all',
    async (content) => {
      const whole = Buffer.byteLength(CONFIGS[OTHER]);
      const problem = {
        kind: 'truncated' as const,
        source: OTHER,
        detail: `${content.length} bytes of ${whole} were read`,
      };
      expect(await collect({ [OTHER]: content }, { sizes: { [OTHER]: whole } })).toEqual(unreadable(problem));
      expect((await collect({ [OTHER]: content }, { sizes: { [OTHER]: content.length } })).state).toBe('known');
      expect((await collect({ [OTHER]: content })).state).toBe('known');
    },
  );

  it.each([
    [
      'a listed guest has no configuration',
      vmlist({ 100: ['pve1', 'qemu'], 101: ['pve1', 'lxc'], 200: ['pve2', 'qemu'], 300: ['pve2', 'lxc'] }),
    ],
    ['a configuration is not listed', vmlist({ 100: ['pve1', 'qemu'], 101: ['pve1', 'lxc'] })],
    [
      'a guest is listed on another node',
      vmlist({ 100: ['pve2', 'qemu'], 101: ['pve1', 'lxc'], 200: ['pve2', 'qemu'] }),
    ],
    ['the list is cut', LIST.slice(0, -5)],
    ['the list is no list', '[]'],
    ['the list cannot be read', DENIED],
  ])('is unreadable when %s', async (_, list) => {
    expect((await collect({ '/etc/pve/.vmlist': list })).state).toBe('unreadable');
  });

  it('is unreadable when a guest is on two nodes', async () => {
    const path = '/etc/pve/nodes/pve2/qemu-server/100.conf';
    expect(await collect({ [path]: 'name: twin\n' })).toMatchObject({ state: 'unreadable', problem: { source: path } });
  });

  it.each(['/etc/pve/nodes/pve1/lxc', '/etc/pve/nodes/pve2/qemu-server'])(
    'is unreadable when %s cannot be listed',
    async (path) => {
      expect((await collect({}, { directories: { [path]: DENIED } })).state).toBe('unreadable');
    },
  );

  it('settles a guest that moves between two reads', async () => {
    const moved = memoryHost({ files: { '/etc/pve/.vmlist': LIST, ...CONFIGS } });
    const early = memoryHost({ files: { '/etc/pve/.vmlist': vmlist({ 100: ['pve1', 'qemu'] }), ...CONFIGS } });
    let pauses = 0;
    const host = {
      ...moved,
      readFiles: (paths: readonly string[]) => (pauses === 0 ? early : moved).readFiles(paths),
      pause: async () => {
        pauses += 1;
      },
    };
    expect((await collectGuests(host, CLUSTER)).state).toBe('known');
    expect(pauses).toBe(1);
  });

  it.each(['timed-out', 'denied'] as const)('does not ask again what was %s', async (kind) => {
    const path = '/etc/pve/nodes/pve1/qemu-server/100.conf';
    const host = memoryHost({ files: { '/etc/pve/.vmlist': LIST, ...CONFIGS, [path]: { unreadable: kind } } });
    const pause = () => Promise.reject(new Error('it waits for another look'));
    expect(await collectGuests({ ...host, pause }, CLUSTER)).toMatchObject({ problem: { kind, source: path } });
  });

  it('is absent where there is no Proxmox VE', async () => {
    expect((await collect({}, {}, absent('not a node'))).state).toBe('absent');
  });

  it.each<Reading<Cluster>>([
    unreadable({ kind: 'vanished', source: '/etc/pve', detail: 'not mounted' }),
    known({ nodeName: 'pve1', nodeNames: ['pve1'], quorate: false, clusterName: 'lab' }),
  ])('is unreadable where /etc/pve cannot be believed', async (cluster) => {
    expect((await collect({}, {}, cluster)).state).toBe('unreadable');
  });
});
