import { describe, expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { Cluster } from '../model/guests/pve.ts';
import { absent, known, type Reading } from '../model/reading.ts';
import { collectProcesses } from './processes.ts';
import { collectRunning } from './running.ts';

const CLUSTER: Reading<Cluster> = known({ nodeName: 'pve1', nodeNames: ['pve1'], quorate: true, clusterName: '' });

const cmdline = (...words: readonly string[]): string => words.map((word) => `${word}\0`).join('');
const stat = (pid: number, state = 'S'): string =>
  `${pid} (kvm (x) y) ${state} 1 1 1 0 -1 4194560 1 1 0 0 1 1 0 0 20 0 5 0 4242 1 1\n`;
const socket = (path: string): string => `0000000000000000: 00000002 00000000 00010000 0001 01 21035 ${path}\n`;
const HEADING = 'Num       RefCount Protocol Flags    Type St Inode Path\n';
const SOCKETS = `${HEADING}${socket('/run/systemd/notify')}`;

/** A VM that runs as process 4711. */
const VM = {
  '/var/run/qemu-server/100.pid': '4711\n',
  '/proc/4711/cmdline': cmdline('/usr/bin/kvm', '-id', '100', '-pidfile', '/var/run/qemu-server/100.pid'),
  '/proc/4711/stat': stat(4711),
  '/proc/net/unix': SOCKETS,
};

async function collect(files: HostContents['files'], over: Partial<HostContents> = {}) {
  const host = memoryHost({ files: { '/proc/1/stat': '', ...files }, ...over });
  return collectRunning(host, CLUSTER, await collectProcesses(host));
}

const DENIED = { unreadable: 'denied', detail: 'EACCES' } as const;

describe('collectRunning', () => {
  it('finds a VM by its pid file and the command line of that process', async () => {
    expect(await collect(VM)).toEqual(known({ guests: [{ vmid: 100, type: 'qemu', pid: 4711, incoming: false }] }));
  });

  it('finds the QEMU of an incoming migration, whose configuration is elsewhere', async () => {
    const incoming = `${VM['/proc/4711/cmdline']}${cmdline('-incoming', 'defer')}`;
    expect(await collect({ ...VM, '/proc/4711/cmdline': incoming })).toMatchObject({
      value: { guests: [{ vmid: 100, incoming: true }] },
    });
  });

  it('finds containers by their command sockets', async () => {
    const sockets = `${SOCKETS}${socket('@/var/lib/lxc/101/command')}${socket('/run/x')}`;
    expect(await collect({ '/proc/net/unix': sockets })).toEqual(
      known({ guests: [{ vmid: 101, type: 'lxc', pid: null, incoming: false }] }),
    );
  });

  it.each(['', '4711 (kv', 'no process\n'])(
    'does not call a VM stopped whose process says %j of itself',
    async (text) => {
      expect(await collect({ ...VM, '/proc/4711/stat': text })).toMatchObject({
        state: 'unreadable',
        problem: { source: '/proc/4711', detail: 'whether it has ended cannot be told' },
      });
    },
  );

  it.each([
    ['the process is gone', { '/proc/4711/cmdline': undefined, '/proc/4711/stat': undefined }],
    ['the pid is another program now', { '/proc/4711/cmdline': cmdline('/usr/sbin/cron', '-f') }],
    [
      'it is the QEMU of another guest',
      { '/proc/4711/cmdline': cmdline('kvm', '-pidfile', '/var/run/qemu-server/101.pid') },
    ],
    ['it is a QEMU, and not of PVE', { '/proc/4711/cmdline': cmdline('qemu-system-arm', '-M', 'virt') }],
    ['it is a zombie', { '/proc/4711/stat': stat(4711, 'Z') }],
  ])('takes a VM for stopped when %s: stale pid files are normal', async (_, over) => {
    const files = Object.fromEntries(
      Object.entries({ ...VM, ...over }).flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])),
    );
    expect(await collect(files)).toEqual(known({ guests: [] }));
  });

  it.each(['100.vnc', '100.qmp', '100.swtpm.pid', 'qsd-100.pid', '100.cleanup'])(
    'does not take %s for a pid file',
    async (name) => {
      const { '/var/run/qemu-server/100.pid': pid = '', ...rest } = VM;
      expect(await collect({ ...rest, [`/var/run/qemu-server/${name}`]: pid })).toEqual(known({ guests: [] }));
    },
  );

  it('knows a node on which no VM was started since boot', async () => {
    expect(await collect({ '/proc/net/unix': SOCKETS })).toEqual(known({ guests: [] }));
  });

  it.each(['/var/run/qemu-server/100.pid', '/proc/4711/cmdline', '/proc/4711/stat', '/proc/net/unix'])(
    'is unreadable when %s cannot be read',
    async (path) => {
      expect((await collect({ ...VM, [path]: DENIED })).state).toBe('unreadable');
    },
  );

  const KVM = { ...VM, '/proc/4711/stat': stat(4711).replace('kvm (x) y', 'kvm') };

  it('finds a VM whose pid file is lost, by its process', async () => {
    const { '/var/run/qemu-server/100.pid': _, ...lost } = KVM;
    expect(await collect(lost)).toMatchObject({ value: { guests: [{ vmid: 100, pid: 4711 }] } });
    const inside = { ...lost, '/proc/4711/status': 'Uid:\t0\t0\t0\t0\nNSpid:\t4711\t9\n' };
    expect(await collect(inside)).toEqual(known({ guests: [] }));
  });

  it.each([
    ['a pid file holds no number', { '/var/run/qemu-server/100.pid': 'x\n' }],
    ['a pid file is empty', { '/var/run/qemu-server/100.pid': '' }],
    ['a pid file is cut', { '/var/run/qemu-server/100.pid': '47' }],
    ['a QEMU of PVE has no command line', { '/proc/4711/cmdline': '' }],
    ['a QEMU of PVE names no guest', { '/proc/4711/cmdline': cmdline('/usr/bin/kvm', '-id', '100') }],
    [
      'a QEMU of PVE names a guest in bytes that are no UTF-8',
      { '/proc/4711/cmdline': cmdline('/usr/bin/kvm', '-pidfile', '/var/run/qemu-server/10\ufffd.pid') },
    ],
    ['/proc/net/unix is not there', { '/proc/net/unix': undefined }],
    ['/proc/net/unix is cut', { '/proc/net/unix': SOCKETS.slice(0, -4) }],
    ['/proc/net/unix lists nothing', { '/proc/net/unix': HEADING }],
    ['/proc/net/unix holds other bytes', { '/proc/net/unix': `${SOCKETS}\ufffd\n` }],
  ])('is unreadable when %s', async (_, over) => {
    const files = Object.entries({ ...KVM, ...over }).flatMap(([path, text]) =>
      text === undefined ? [] : [[path, text] as const],
    );
    expect((await collect(Object.fromEntries(files))).state).toBe('unreadable');
  });

  it('is unreadable when the pid files cannot be listed', async () => {
    expect((await collect(VM, { directories: { '/var/run/qemu-server': DENIED } })).state).toBe('unreadable');
  });

  it('is unreadable when /proc/net/unix is not that table', async () => {
    expect((await collect({ ...VM, '/proc/net/unix': '' })).state).toBe('unreadable');
  });

  it('is absent where there is no Proxmox VE', async () => {
    expect((await collectRunning(memoryHost({}), absent('not a node'), absent(''))).state).toBe('absent');
  });
});
