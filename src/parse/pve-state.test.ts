import { describe, expect, it } from 'vitest';
import { parseDatacenterCfg } from './datacenter-cfg.ts';
import { parseMembers, parseVmlist } from './pmxcfs.ts';
import { netUnixComplaint, parseProcLocks, parseRunningContainers } from './proc-tables.ts';
import { parseQemuCmdline } from './processes.ts';
import { parseActiveTasks, taskVmids, touchesVolumes } from './tasks.ts';

describe('parseVmlist', () => {
  it('reads the guests of all nodes', () => {
    const text =
      '{\n"version": 9,\n"ids": {\n"100": { "node": "pve1", "type": "qemu", "version": 3 },\n' +
      '"101": { "node": "pve2", "type": "lxc", "version": 4 }}\n\n}\n';
    expect(parseVmlist(text)).toEqual({
      value: [
        { vmid: 100, node: 'pve1', type: 'qemu' },
        { vmid: 101, node: 'pve2', type: 'lxc' },
      ],
      problems: [],
    });
  });

  it('takes a list without ids for a cluster without guests', () => {
    expect(parseVmlist('{\n"version": 1\n\n}\n')).toEqual({ value: [], problems: [] });
  });

  it.each(['', '{', '[]', 'null', '{}', '{"version":1,"ids":[]}', '{"version":1,"ids":{"100":{}}}', '{"version":1,'])(
    'has a problem with %j',
    (text) => {
      expect(parseVmlist(text).problems).not.toEqual([]);
    },
  );
});

describe('parseMembers', () => {
  it.each([
    ['{"nodename":"a","version":1}', { nodeName: 'a', clusterName: '', quorate: null }],
    [
      '{"nodename":"a","version":1,"cluster":{"name":"c","version":1,"nodes":2,"quorate":1},"nodelist":{}}',
      { nodeName: 'a', clusterName: 'c', quorate: true, names: [] },
    ],
    ['{"nodename":"a","cluster":{"name":"c","quorate":0}}', { nodeName: 'a', clusterName: 'c', quorate: false }],
    [
      '{"nodename":"a","cluster":{"name":"c","quorate":1},"nodelist":{"a":{"id":1,"online":1}}}',
      { nodeName: 'a', clusterName: 'c', quorate: true, isAlone: true, names: ['a'] },
    ],
    ['{"nodename":"a","cluster":{}}', { nodeName: 'a', clusterName: '', quorate: false }],
  ])('reads %j', (text, members) => {
    expect(parseMembers(text)).toEqual(members);
  });

  it.each(['', '{"nodename":"a",', '[]', '{"version":1}', '{"nodename":""}', '{"nodename":"a","cluster":7}'])(
    'is null for %j',
    (text) => {
      expect(parseMembers(text)).toBeNull();
    },
  );
});

const UPID = 'UPID:pve1:0001A2B3:0123ABCD:65F00000:qmmove:100:root@pam:';

describe('parseActiveTasks', () => {
  it('reads pid, start and id, and whether an end is recorded', () => {
    const { value, problems } = parseActiveTasks(`${UPID} 0\n${UPID} 1 65F00001\n${UPID} 1 65F00001 OK\n`);
    expect(problems).toEqual([]);
    expect(value.map(({ ended }) => ended)).toEqual([false, true, true]);
    expect(value[0]).toEqual({
      ...{ upid: UPID, node: 'pve1', type: 'qmmove', id: '100', user: 'root@pam', ended: false },
      ...{ pid: 0x1a2b3, processStart: 0x123abcd },
    });
  });

  it.each([
    ['an empty id', 'UPID:pve1:00000001:00000002:65F00000:imgdel::root@pam:', 2],
    ['a start of nine digits', 'UPID:pve1:00000001:112345678:65F00000:qmstart:100:root@pam:', 0x112345678],
    ['a token user', 'UPID:pve1:00000001:00000002:65F00000:qmstart:100:root@pam!t:', 2],
    ['a slash in the id', 'UPID:pve1:00000001:00000002:65F00000:imgcopy:local/iso:root@pam:', 2],
    ['a slash in the user', 'UPID:pve1:00000001:00000002:65F00000:qmstart:100:a/b@ldap:', 2],
  ])('reads %s', (_, upid, processStart) => {
    expect(parseActiveTasks(`${upid} 0\n`).value[0]?.processStart).toBe(processStart);
  });

  it('takes an empty file for no task', () => {
    expect(parseActiveTasks('')).toEqual({ value: [], problems: [] });
  });

  it.each(['x\n', `${UPID}\n`, `${UPID} 2\n`, `${UPID} 0`, 'UPID:pve1:1:2:3:a:b:c: 0\n', '\n'])(
    'has a problem with %j',
    (text) => {
      expect(parseActiveTasks(text).problems).not.toEqual([]);
    },
  );
});

describe('taskVmids', () => {
  it.each([
    ['qmstart', '100', [100]],
    ['qmmove', '100-scsi0>205-scsi1', [100, 205]],
    ['imgdel', '100@local-lvm', [100]],
    ['imgdel', 'local-lvm', []],
    ['imgdel', '', []],
    ['vzdump', '101', [101]],
    ['vzdump', '', []],
    ['startall', '', []],
    ['lvmremove', '100', []],
    ['qmstart', '99', []],
    ['resize', '100', [100]],
  ])('of %s with id %j', (type, id, vmids) => {
    expect(taskVmids(type, id)).toEqual(vmids);
  });
});

describe('touchesVolumes', () => {
  it.each(['vncproxy', 'vncshell', 'spiceproxy', 'aptupdate', 'srvrestart', 'acmerenew', 'cephcreateosd', 'download'])(
    'is false for %s',
    (type) => {
      expect(touchesVolumes(type)).toBe(false);
    },
  );

  it.each(['qmstart', 'vzdump', 'imgdel', 'imgcopy', 'lvmremove', 'resize', 'move_volume', 'bulk-start', 'whatever'])(
    'is true for %s',
    (type) => {
      expect(touchesVolumes(type)).toBe(true);
    },
  );
});

describe('parseProcLocks', () => {
  it('finds held flocks, by device in decimal and inode', () => {
    const text =
      '1: POSIX  ADVISORY  WRITE 812 00:19:1063 0 EOF\n2: FLOCK  ADVISORY  WRITE 4242 fd:1a:77 0 EOF\n' +
      '2: -> FLOCK  ADVISORY  WRITE 4243 fd:1a:77 0 EOF\n3: LEASE  ACTIVE    READ  9 00:19:5 0 EOF\n' +
      '4: FLOCK  ADVISORY  READ  7 <none>:0 0 EOF\n5: OFDLCK ADVISORY  READ  -1 00:06:4 0 0\n';
    expect(parseProcLocks(text)).toEqual({ value: [{ inode: 77, device: '253:26', pid: 4242 }], problems: [] });
  });

  it.each(['garbage\n', '1: FLOCK  ADVISORY  WRITE 42', '\n'])('has a problem with %j', (text) => {
    expect(parseProcLocks(text).problems).not.toEqual([]);
  });

  it('takes an empty file for no lock', () => {
    expect(parseProcLocks('')).toEqual({ value: [], problems: [] });
  });
});

describe('parseQemuCmdline', () => {
  const line = (...words: readonly string[]): string => words.map((word) => `${word}\0`).join('');
  const PID_FILE = '/var/run/qemu-server/100.pid';

  it.each([
    [line('/usr/bin/kvm', '-id', '100', '-pidfile', PID_FILE), { pidFile: PID_FILE, incoming: false }],
    [line('kvm', '--pidfile', PID_FILE, '-incoming', 'defer'), { pidFile: PID_FILE, incoming: true }],
    [line('/usr/bin/qemu-system-x86_64', '-pidfile', PID_FILE), { pidFile: PID_FILE, incoming: false }],
    [line('kvm', '-daemonize', '-pidfile', PID_FILE), { pidFile: PID_FILE, incoming: false }],
    [line('kvm', '-name', 'a\nb', '-pidfile', PID_FILE), { pidFile: null, incoming: false }],
    [line('kvm', '-pidfile', '-id', '100'), { pidFile: null, incoming: false }],
    [line('kvm'), { pidFile: null, incoming: false }],
  ])('reads %j', (text, expected) => {
    expect(parseQemuCmdline(text)).toEqual(expected);
  });

  it.each(['', line('/usr/sbin/pvedaemon'), line('qemu-img/x'), line('/usr/bin/kvm-ok')])('is null for %j', (text) => {
    expect(parseQemuCmdline(text)).toBeNull();
  });
});

describe('parseRunningContainers', () => {
  const HEAD = 'Num       RefCount Protocol Flags    Type St Inode Path\n';
  const row = (path: string): string => `0000000000000000: 00000002 00000000 00010000 0001 01 21035${path}\n`;

  it('finds the command sockets', () => {
    const text = `${HEAD}${row(' @/var/lib/lxc/101/command')}${row('')}${row(' @/var/lib/lxc/205/command')}`;
    expect(parseRunningContainers(text)).toEqual([101, 205]);
    expect(netUnixComplaint(text)).toBeNull();
  });

  it.each([
    ' /var/lib/lxc/101/command',
    ' @/var/lib/lxc/x/command',
    ' @/var/lib/lxc/101/command2',
    ' @/srv/lxc/101/command',
  ])('ignores %j', (path) => {
    expect(parseRunningContainers(HEAD + row(path))).toEqual([]);
  });

  it.each(['', 'x', row(' @/var/lib/lxc/101/command'), HEAD, `${HEAD}0000`, HEAD + row(' @\ufffd')])(
    'does not take %j for the whole file',
    (text) => {
      expect(netUnixComplaint(text)).not.toBeNull();
    },
  );
});

describe('parseDatacenterCfg', () => {
  it.each([
    ['', 100, 1_000_000],
    ['next-id: lower=200,upper=300\n', 200, 300],
    ['next-id: upper=300,lower=200\r\n', 200, 300],
    ['  next-id:lower=200', 200, 1_000_000],
    ['next-id: upper=500', 100, 500],
    ['next-id: lower=200\nnext-id: lower=300\n', 300, 1_000_000],
    ['next-id: lower=200\nnext-id: lower=x\n', 100, 1_000_000],
    ['next-id: lower=200,foo=1', 100, 1_000_000],
    ['next-id: 200', 100, 1_000_000],
    ['next-id:', 100, 1_000_000],
    ['#next-id: lower=200', 100, 1_000_000],
    ['next-id : lower=200', 100, 1_000_000],
    ['keyboard: de\nnext-id: lower=+150\nmigration: secure\n', 150, 1_000_000],
    ['next-id: lower=5', 5, 1_000_000],
  ])('reads %j as PVE does', (text, nextIdLower, nextIdUpper) => {
    expect(parseDatacenterCfg(text)).toEqual({ nextIdLower, nextIdUpper });
  });
});
