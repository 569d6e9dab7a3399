import { isRemote, serverKey, serverOf } from '../../../src/model/mounts/remote-filesystems.ts';
import { commandText, unparsed } from '../../../src/parse/command-output.ts';
import { parseDrbdPeer } from '../../../src/parse/drbd9.ts';
import { parseFstab, parseMountUnit } from '../../../src/parse/expected-mounts.ts';
import {
  crypttabDevices,
  drbdDevices,
  fstabDevices,
  lioDevices,
  tgtDevices,
  unitDevices,
} from '../../../src/parse/host-names.ts';
import { parseFibTrie, parseIfInet6, shortIpv6 } from '../../../src/parse/local-addresses.ts';
import { parseCpuinfo, parseLoadavg, parseMeminfo, parsePasswd } from '../../../src/parse/machine-files.ts';
import { type Mount, parseMountedPlaces, parseMountinfo } from '../../../src/parse/mountinfo.ts';
import {
  netUnixComplaint,
  parseProcLocks,
  parseProcSwaps,
  parseRunningContainers,
} from '../../../src/parse/proc-tables.ts';
import {
  parseCgroupGuest,
  parseProcessOwner,
  parseProcessStat,
  parseQemuCmdline,
} from '../../../src/parse/processes.ts';
import { parseErrorText, parseStatFilesystem, saysNotImplemented } from '../../../src/parse/stat-filesystem.ts';
import { filesOf } from '../corpus.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';

/** As the kernel escapes it (fs/proc_namespace.c mangle: blank, tab, line feed, backslash, `#`). */
const mangled = (text: string): string =>
  text.replace(/[ \t\n\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);

const lineOf = ({ mountId, parentId, devNo, root, target: to, options, ...mount }: Mount): string =>
  [
    ...[mountId, parentId, devNo, mangled(root), mangled(to), options.map(mangled).join(','), '-'],
    ...[mangled(mount.fsType), mangled(mount.source), mount.superOptions.map(mangled).join(',')],
  ].join(' ');

const mountinfo = target({
  name: 'mountinfo',
  share: 2,
  texts: () => filesOf(/mountinfo$/),
  words: [
    '36 35 98:0 / /mnt rw',
    ' - ',
    'nfs4',
    ' 10.0.0.1:/x ',
    'shared:1',
    '\\040',
    '\\012',
    '//host/share',
    'rw,vers=3',
    '\n',
    ' ',
    'password=x',
    'user:pw@h',
  ],
  read: parseMountinfo,
  laws: ({ value, problems }, text) => {
    parseMountedPlaces(text);
    expectTrue(text.endsWith('\n') || problems.length > 0, 'a cut text is no problem');
    const again = parseMountinfo(value.map((mount) => `${lineOf(mount)}\n`).join('')).value;
    // An escaped comma comes back as two options, and what looks like a secret leaves the text.
    if (!/\\054|[:=]/.test(text)) expectSame(again, value, 'what is printed is read otherwise');
    for (const { fsType, source, superOptions } of value) {
      const server = serverOf(fsType, source, superOptions);
      if (server === null) continue;
      expectTrue(server.port > 0 && server.port < 65_536 && Number.isInteger(server.port), `port ${server.port}`);
      expectTrue(/^[\w[\].:%-]+$/.test(serverKey(server)), `server ${serverKey(server)}`);
      expectTrue(isRemote(fsType, source), 'a server of a local file system');
    }
  },
});

const fstab = target({
  name: 'mount-configuration',
  share: 1,
  texts: () => [...filesOf(/fstab$/), ...filesOf(/\.mount$/)],
  words: [
    '10.0.0.1:/x ',
    '/mnt/x ',
    'nfs ',
    'defaults,noauto ',
    '0 0\n',
    '#',
    '\\040',
    '[Mount]\n',
    'What=h:/x\n',
    'Where=/mnt\n',
    'Type=nfs\n',
    'Options=',
    '"',
    '%i',
    '\\\n',
    '[Unit]\n',
  ],
  read: (text) => [...parseFstab(text, '/etc/fstab'), parseMountUnit(text, 'x.mount', true)],
  laws: (mounts) => {
    for (const mount of mounts) {
      if (mount === null) continue;
      expectTrue(mount.target.startsWith('/'), 'a target that is no path');
      expectTrue(!/\/\/|.\/$/.test(mount.target), 'slashes are left');
    }
  },
});

const hostNames = target({
  name: 'host-names',
  share: 1,
  texts: () => [
    ...filesOf(/fstab$/),
    ...filesOf(/crypttab$/),
    ...filesOf(/saveconfig\.json$/),
    ...filesOf(/\.(?:res|mount)$/),
  ],
  words: [
    ...[
      '/dev/vg/lv ',
      'UUID=a ',
      'LABEL="x y"',
      'disk ',
      'meta-disk /dev/x[0];',
      'include "d/*.res";',
      'include /etc/x/*.conf\n',
    ],
    ...[
      'backing-store /dev/x\n',
      '<direct-store /dev/x>',
      '{"dev": "/dev/x"}',
      'What=/dev/x\n',
      '\\040',
      '#',
      '\n',
      ' ',
    ],
  ],
  read: (text) =>
    [fstabDevices, crypttabDevices, unitDevices, drbdDevices, tgtDevices, lioDevices].map((read) => read(text)),
  laws: (results, text) => {
    const lines = text.split('\n').length;
    for (const { devices } of results)
      for (const { line, text: name } of devices) {
        expectTrue(name.startsWith('/') || /^[A-Z]+=/.test(name), 'a device that is neither path nor tag');
        expectTrue(line === null || (line >= 1 && line <= lines), 'a line that is not there');
      }
  },
});

const reader = (name: string, pattern: RegExp, words: readonly string[], read: (text: string) => unknown): Target =>
  target({ name, share: 0.4, texts: () => filesOf(pattern), words, read });

const LOCK = '1: FLOCK  ADVISORY  WRITE 12 fd:00:34 0 EOF\n';

const addresses = target({
  name: 'local-addresses',
  share: 0.5,
  texts: () => filesOf(/(?:fib_trie|if_inet6)$/),
  words: [
    '|-- 10.0.0.1\n',
    '/32 host LOCAL\n',
    'fe80000000000000',
    '0000000000000001 02 40 20 80 eth0\n',
    '::',
    ':0',
    '1:',
    'FE80',
  ],
  read: (text) => [parseFibTrie(text), parseIfInet6(text), shortIpv6(text)],
  laws: ([, found = []]) => {
    for (const address of found) expectSame(shortIpv6(`${address}`), address, 'it is not the shortest');
  },
});

const stat = target({
  name: 'process-stat',
  share: 0.4,
  texts: () => filesOf(/\/proc\/\d+\/stat$/),
  words: ['12 (kvm) S 1 ', '(', ')', ' 0', ' D', '1 '.repeat(20), '\n'],
  read: parseProcessStat,
  laws: ({ value }, text) => {
    if (value !== null)
      expectTrue(text.includes(`(${value.command})`) && text.includes(value.state), 'another process');
  },
});

const RESULT = { argv: ['lvm', 'fullreport'], truncated: false, durationMs: 5, outcome: 'exited' } as const;

/** The first line says how it ended; what is known is all of what was printed. */
const output = target({
  name: 'command-output',
  share: 0.5,
  texts: () => ['0\nx\n', '1\nPermission denied\n', '5\n', ''],
  words: ['0\n', '1\n', 'Permission denied', 'Operation not permitted', '\n', '\ufffd', 'x'],
  read: (text) => {
    const [code = '', ...rest] = text.split('\n');
    const said = rest.join('\n');
    const result = { ...RESULT, exitCode: code === '0' ? 0 : 1, stdout: said, stderr: code === '2' ? said : '' };
    return { said, reading: commandText(result), problem: unparsed(result, [said]) };
  },
  laws: ({ said, reading, problem }) => {
    if (reading.state === 'known') expectSame(reading.value, said, 'what is known is not what was printed');
    expectTrue((problem.stderr ?? '').length <= 600, 'a problem without a bound');
  },
});

export const MACHINE_FILES: readonly Target[] = [
  ...[mountinfo, fstab, hostNames, addresses, stat, output],
  reader('cpuinfo', /cpuinfo$/, ['processor\t: 0\n', 'model name\t: x\n', ':', '\n'], parseCpuinfo),
  reader('meminfo', /meminfo$/, ['MemTotal: 1 kB\n', 'MemAvailable:', ' kB\n', ':', ' '], parseMeminfo),
  reader('loadavg', /loadavg$/, ['0.10 ', '1.00 2.00 3.00 1/2 3\n', '.', ' '], parseLoadavg),
  reader('passwd', /passwd$/, ['root:x:0:0::/:/bin/sh\n', ':', '+', '\n', '#'], parsePasswd),
  reader(
    'swaps',
    /swaps$/,
    ['Filename Type Size Used Priority\n', '/dev/dm-1 ', 'partition 1 0 -2\n', '\\040(deleted)', 'file'],
    parseProcSwaps,
  ),
  reader('proc-locks', /\/proc\/locks$/, [LOCK, '-> ', 'POSIX', '<none>:0', ' ', '\n', '2: '], parseProcLocks),
  reader(
    'drbd-peer',
    /\/proc_drbd$/,
    [
      ' 0: cs:Off ro:Primary/Unknown ds:UpToDate/DUnknown   r-----\n',
      'SyncTarget',
      "sync'ed: 74.1% ",
      ' al:0',
      '[0;0]',
      '\n',
    ],
    parseDrbdPeer,
  ),
  reader(
    'net-unix',
    /net\/unix$/,
    ['0000: 2 0 1 1 1 5 @/var/lib/lxc/100/command\n', 'Num       RefCount Protocol Flags    Type St Inode Path\n', ' '],
    (text) => [parseRunningContainers(text), netUnixComplaint(text)],
  ),
  reader(
    'process-owner',
    /\/proc\/\d+\/(?:cmdline|status)$/,
    ['-id\0', '100\0', '/usr/bin/kvm\0', 'Uid:\t0\t0\n', '/run/qemu-server/100.pid', '-incoming\0', '--pidfile\0'],
    (text) => [parseProcessOwner(text, text), parseQemuCmdline(text)],
  ),
  reader(
    'cgroup-guest',
    /\/proc\/\d+\/cgroup$/,
    ['0::/lxc/101/ns', '/lxc.payload.101', '/qemu.slice/100.scope', '/lxc.monitor/1', '\n', '/'],
    parseCgroupGuest,
  ),
  reader(
    'stat-filesystem',
    /nothing/,
    ['4096 100 50 40 10 5 ', 'ext2/ext3\n', '0 ', '18446744073709551615 ', 'UNKNOWN (0x1)\n'],
    parseStatFilesystem,
  ),
  reader(
    'error-text',
    /nothing/,
    ['stat: cannot read: ', 'Stale file handle\n', 'Function not implemented\n', ': ', '\n', 'Permission denied'],
    (text) => [parseErrorText(text), saysNotImplemented(text)],
  ),
];
