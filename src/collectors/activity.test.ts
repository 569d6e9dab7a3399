import { describe, expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { Cluster } from '../model/guests/pve.ts';
import { absent, known, type Reading, unreadable } from '../model/reading.ts';
import { collectActivity } from './activity.ts';
import { collectProcesses } from './processes.ts';

const CLUSTER: Reading<Cluster> = known({ nodeName: 'pve1', nodeNames: ['pve1'], quorate: true, clusterName: '' });
const NO_PMXCFS: Reading<Cluster> = unreadable({ kind: 'vanished', source: '/etc/pve', detail: 'not mounted' });

const ACTIVE = '/var/log/pve/tasks/active';
const upid = (type: string, id: string, pid = '00001267'): string =>
  `UPID:pve1:${pid}:00001092:65F00000:${type}:${id}:root@pam:`;
/** Process 4711 (0x1267), started at tick 4242 (0x1092). */
const stat = (state = 'S', start = 4242): string =>
  `4711 (task UPID:pve1) ${state} 1 1 1 0 -1 4194560 1 1 0 0 1 1 0 0 20 0 1 0 ${start} 1 1\n`;

async function collect(over: Partial<HostContents>, cluster: Reading<Cluster> = CLUSTER) {
  const host = memoryHost({ ...over, files: { '/proc/1/stat': '', ...over.files } });
  return collectActivity(host, cluster, await collectProcesses(host));
}

const DENIED = { unreadable: 'denied', detail: 'EACCES' } as const;
const NOTHING = known({ tasks: [], locks: [] });

describe('collectActivity', () => {
  it('finds nothing on a node where nothing goes on', async () => {
    expect(await collect({})).toEqual(NOTHING);
  });

  it('is absent where there is no Proxmox VE', async () => {
    expect((await collect({}, absent('not a node'))).state).toBe('absent');
  });
});

describe('tasks', () => {
  const running = (line: string, text = stat()) =>
    collect({ files: { [ACTIVE]: `${line}\n`, '/proc/4711/stat': text } });

  it('run while their process is the one that started them', async () => {
    expect(await running(`${upid('qmmove', '100')} 0`)).toEqual(
      known({
        tasks: [{ upid: upid('qmmove', '100'), type: 'qmmove', id: '100', vmids: [100], user: 'root@pam' }],
        locks: [],
      }),
    );
  });

  it.each([
    ['an end is recorded', `${upid('qmmove', '100')} 1 65F00001 OK`, stat()],
    ['the type touches no volume', `${upid('vncproxy', '100')} 0`, stat()],
  ])('do not count when %s', async (_, line, text) => {
    expect(await running(line, text)).toEqual(NOTHING);
  });

  const died = known({
    ...{ tasks: [], locks: [] },
    died: [{ upid: upid('qmmove', '100'), type: 'qmmove', id: '100', vmids: [100], user: 'root@pam' }],
  });

  it.each([
    ['the pid belongs to a later process', stat('S', 9999)],
    ['the worker is a zombie', stat('Z')],
  ])('have died when %s', async (_, text) => {
    expect(await running(`${upid('qmmove', '100')} 0`, text)).toEqual(died);
  });

  it('have died when the process is gone, as after a crash', async () => {
    expect(await collect({ files: { [ACTIVE]: `${upid('qmmove', '100')} 0\n` } })).toEqual(died);
  });

  it.each([
    ['qmmove', '100-scsi0>205-scsi1', [100, 205]],
    ['vzdump', '', []],
    ['imgdel', '100@fast', [100]],
  ])('of type %s with id %j concern %j', async (type, id, vmids) => {
    expect(await running(`${upid(type, id)} 0`)).toMatchObject({ value: { tasks: [{ vmids }] } });
  });

  it.each([
    ['cannot be read', DENIED],
    ['is garbage', 'x\n'],
    ['is cut', upid('qmmove', '100')],
  ])('make the section unreadable when their list %s', async (_, content) => {
    expect((await collect({ files: { [ACTIVE]: content } })).state).toBe('unreadable');
  });

  const WORKER = { '/proc/4711/stat': stat(), '/proc/4711/cmdline': `task ${upid('qmmove', '100')}\0\0` };
  const ROOT = 'Name:\ttask\nUid:\t0\t0\t0\t0\nNSpid:\t4711\n';

  it.each([
    ['was lost', {}],
    ['is empty', { [ACTIVE]: '' }],
    ['was cut', { [ACTIVE]: `${upid('qmstop', '7', '00000007')} 0\n` }],
  ])('are seen by their processes when their list %s', async (_, files) => {
    expect(await collect({ files: { ...WORKER, '/proc/4711/status': ROOT, ...files } })).toMatchObject({
      value: { tasks: [{ type: 'qmmove', vmids: [100] }] },
    });
  });

  it.each([
    ['a process inside a container', { '/proc/4711/status': ROOT.replace('4711', '4711\t9') }],
    ['a user', { '/proc/4711/status': ROOT.replace('Uid:\t0', 'Uid:\t1000') }],
  ])('are not what %s calls itself', async (_, files) => {
    expect(await collect({ files: { ...WORKER, ...files } })).toEqual(NOTHING);
  });

  it('make the section unreadable when a worker does not say what it does', async () => {
    expect((await collect({ files: { ...WORKER, '/proc/4711/cmdline': 'task UPID:pve1' } })).state).toBe('unreadable');
    expect((await collect({ files: { ...WORKER, '/proc/4711/cmdline': DENIED } })).state).toBe('unreadable');
  });

  it('make the section unreadable when their process cannot be looked at', async () => {
    const files = { [ACTIVE]: `${upid('qmmove', '100')} 0\n`, '/proc/4711/stat': DENIED };
    expect((await collect({ files })).state).toBe('unreadable');
  });
});

describe('flocks', () => {
  const LOCKS = '1: FLOCK  ADVISORY  WRITE 4711 00:1a:77 0 EOF\n';
  const node = (path: string, over: Partial<HostContents> = {}): Partial<HostContents> => ({
    files: { '/proc/locks': LOCKS },
    stats: { [path]: { mode: '100644', inode: 77, device: '0:26' } },
    ...over,
  });

  it.each([
    ['/var/lock/qemu-server/lock-100.conf', 100, null],
    ['/run/lock/lxc/pve-config-101.lock', 101, null],
    ['/var/lock/pve-manager/pve-migrate-102', 102, null],
    ['/var/lock/pve-manager/pve-storage-local-lvm', null, 'local-lvm'],
    ['/run/vzdump.lock', null, null],
  ])('on %s are seen while they are held', async (path, vmid, storeid) => {
    const held = async (pid: number) =>
      await collect(node(path, { files: { '/proc/locks': LOCKS, [`/proc/${pid}/stat`]: stat() } }));
    expect(await held(4711)).toEqual(known({ tasks: [], locks: [{ path, vmid, storeid, pid: 4711 }] }));
    // Its taker has ended, and a child of it has the file open.
    expect(await held(4712)).toEqual(known({ tasks: [], locks: [{ path, vmid, storeid, pid: null }] }));
  });

  const GUEST = '/var/lock/qemu-server/lock-100.conf';

  it.each([
    ['nobody holds it', { files: { '/proc/locks': LOCKS.replace(':77 ', ':78 ') } }],
    ['somebody only waits', { files: { '/proc/locks': LOCKS.replace('1: ', '1: -> ') } }],
    ['the lock is another file of that inode', { stats: { [GUEST]: { mode: '100644', inode: 77, device: '0:27' } } }],
    ['it is no flock', { files: { '/proc/locks': LOCKS.replace('FLOCK', 'POSIX') } }],
  ])('do not count when %s: the files persist', async (_, over) => {
    expect(await collect(node(GUEST, over))).toEqual(NOTHING);
  });

  it.each([
    ['/proc/locks cannot be read', { files: { '/proc/locks': DENIED } }],
    ['/proc/locks is garbage', { files: { '/proc/locks': 'x\n' } }],
    ['/proc/locks is not there', { files: {} }],
    ['/proc/locks lacks even the lock of pmxcfs', { files: { '/proc/locks': '' } }],
    ['a directory of locks cannot be listed', { directories: { '/run/lock/lxc': DENIED } }],
    ['a lock file cannot be looked at', { stats: { [GUEST]: DENIED } }],
  ])('make the section unreadable when %s', async (_, over) => {
    expect((await collect(node(GUEST, over))).state).toBe('unreadable');
  });

  it('are none in an empty table while pmxcfs is down', async () => {
    expect(await collect(node(GUEST, { files: { '/proc/locks': '' } }), NO_PMXCFS)).toEqual(NOTHING);
  });

  it('are seen while pmxcfs is down', async () => {
    expect(await collect(node(GUEST), NO_PMXCFS)).toMatchObject({ value: { locks: [{ vmid: 100 }] } });
  });
});

describe('cluster locks', () => {
  const PATH = '/etc/pve/priv/lock/storage-san';
  const now = Date.parse('2026-01-01T00:00:00.000Z');
  const held = (ageMs: number): Partial<HostContents> => ({
    directories: { '/etc/pve/priv/lock': ['file-storage_cfg', 'storage-san'] },
    stats: { [PATH]: { mode: '40755', modifiedMs: now - ageMs } },
    takenAt: '2026-01-01T00:00:00.000Z',
  });

  it('of a storage are held while their directory is there', async () => {
    expect(await collect(held(1000))).toEqual(
      known({ tasks: [], locks: [{ path: PATH, vmid: null, storeid: 'san', pid: null }] }),
    );
  });

  it('are not held any more after two minutes', async () => {
    expect(await collect(held(200_000))).toEqual(NOTHING);
  });

  it('make the section unreadable when they cannot be listed', async () => {
    expect((await collect({ directories: { '/etc/pve/priv/lock': DENIED } })).state).toBe('unreadable');
  });
});
