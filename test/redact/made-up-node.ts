import { COMMANDS } from '../../src/host/commands.ts';
import type { Capture } from '../../src/model/capture.ts';
import { buildDmName } from '../../src/model/device-mapper/dm-name.ts';
import { entriesOf, infoLine, lvmReport } from './made-up-devices.ts';
import { ADDRESSES, type Names, ORDINARY } from './made-up-names.ts';

const octal = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map((byte) =>
      byte > 32 && byte !== 92 && byte !== 35 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('')
    .replace(/[\x80-\xff]+/g, (run) => new TextDecoder().decode(Uint8Array.from(run, (c) => c.charCodeAt(0))));

const text = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

function guestFiles(names: Names): Record<string, string> {
  const { thin, thick, nas, vg, otherVg, volume, snapshot, node, otherNode, guest, container, user, serial } = names;
  const at = (where: string, kind: string, vmid: number) => `/etc/pve/nodes/${where}/${kind}/${vmid}.conf`;
  return {
    [at(node, 'qemu-server', 100)]: text(
      `#owner%3A ${user}, disk ${thin}%3Avm-106-${volume} moved from /dev/${vg}/vm-900-disk-0`,
      `#scsi9: ${thin}:vm-103-disk-0,size=32G`,
      'agent: 1,fstrim_cloned_disks=1',
      'boot: order=scsi0;net0',
      `name: ${guest}`,
      `net0: virtio=${ADDRESSES.mac},bridge=vmbr0,firewall=1,tag=42`,
      `ipconfig0: ip=${ADDRESSES.ipv4}/24,gw=${ADDRESSES.otherIpv4},ip6=${ADDRESSES.ipv6}/64`,
      `searchdomain: ${ADDRESSES.domain}`,
      `ciuser: ${user}`,
      `scsi0: ${thin}:vm-100-disk-0,cache=none,discard=on,iothread=1,serial=${serial},size=4M,wwn=0x5000c500a1b2c3d4`,
      `scsi1: ${thin}:vm-100-${volume},size=4M`,
      `scsi2: ${thin}:vm-100-lost,nosuchoption=1`,
      `smbios1: uuid=${ADDRESSES.uuid},serial=${serial}`,
      `tags: ${user};production`,
      `args: -device foo,drive=/dev/${vg}/vm-103-disk-0`,
      `hookscript: local:snippets/${user}.pl`,
      `parent: ${snapshot}`,
      '',
      `[${snapshot}]`,
      `name: ${guest}`,
      `scsi0: ${thin}:vm-100-disk-0,size=4M`,
      'snaptime: 1763600000',
      `vmstate: ${thin}:vm-100-state-${snapshot}`,
    ),
    [at(node, 'lxc', 101)]: text(
      `hostname: ${container}`,
      `rootfs: ${thick}:vm-101-disk-0,size=4M`,
      `mp0: /mnt/pve/${nas}/${names.directory},mp=/srv/${names.directory},ro=1`,
      `net0: name=eth0,bridge=vmbr0,hwaddr=${ADDRESSES.mac},ip=${ADDRESSES.ipv4}/24,type=veth`,
      `lxc.mount.entry: /mnt/pve/${nas} mnt/${nas.toLowerCase()} none bind,create=dir 0 0`,
      'lxc.cgroup2.devices.allow: b 253:5 rwm',
      `description: see ${user}`,
    ),
    [at(node, 'qemu-server', 102)]: text('template: 1', `scsi0: ${thick}:base-102-${volume},size=4M`),
    [at(otherNode, 'qemu-server', 103)]: text(`name: other-${guest}`, `scsi0: ${thin}:vm-103-disk-0,size=4M`),
    [at(node, 'qemu-server', 104)]: text('lock: backup', `ide2: ${thin}:vm-104-cloudinit,media=cdrom`),
    [at(node, 'qemu-server', 105)]: text(`scsi0: ${thick}:vm-105-disk-0.qcow2,size=8M`),
    [at(node, 'qemu-server', 106)]: text(
      `scsi0: /dev/${otherVg}/vm-106-${volume}`,
      `bad name: ${user}`,
      'custom-key: x',
    ),
  };
}

function pveFiles(names: Names): Record<string, string> {
  const { thin, thick, nas, vg, otherVg, pool, node, otherNode, cluster, server, user } = names;
  const ids = { 100: node, 101: node, 102: node, 103: otherNode, 104: node, 105: node, 106: node };
  const list = Object.entries(ids).map(([id, where]) => [
    id,
    { node: where, type: id === '101' ? 'lxc' : 'qemu', version: 1 },
  ]);
  return {
    '/etc/pve/.version': '{"starttime":1763600000,"clinfo":1,"vmlist":1}\n',
    '/etc/pve/.vmlist': `${JSON.stringify({ version: 1, ids: Object.fromEntries(list) })}\n`,
    '/etc/pve/.members': `${JSON.stringify({
      nodename: node,
      version: 3,
      cluster: { name: cluster, version: 2, nodes: 2, quorate: 1 },
      nodelist: {
        [node]: { id: 1, online: 1, ip: ADDRESSES.ipv4 },
        [otherNode]: { id: 2, online: 1, ip: ADDRESSES.otherIpv4 },
      },
    })}\n`,
    '/etc/pve/storage.cfg': text(
      ...['dir: local', '\tpath /var/lib/vz', '\tcontent iso,vztmpl,backup', ''],
      ...[`lvmthin: ${thin}`, `\tthinpool ${pool}`, `\tvgname ${vg}`, '\tcontent rootdir,images', ''],
      ...[`lvm: ${thick}`, `\tvgname ${otherVg}`, '\tshared 1', `\tnodes ${node},${otherNode}`, `\tbogus ${user}`, ''],
      ...[`nfs: ${nas}`, `\tserver ${server}`, '\texport /export/images', '\toptions vers=4.2,soft', `#vgname ${vg}`],
    ),
    '/etc/pve/datacenter.cfg': text(`email_from: ${user}@${ADDRESSES.domain}`, 'next-id: lower=900,upper=2000'),
    '/etc/pve/ha/resources.cfg': text('vm: 100', `\tgroup ${user}`, '\tstate started', `\tcomment ${user}`),
    '/etc/pve/ha/groups.cfg': text(`group: ${user}`, `\tnodes ${node}:2,${otherNode}`, '\trestricted 1'),
    '/etc/pve/ha/rules.cfg': text(
      `node-affinity: on-${user}`,
      '\tresources ct:101',
      `\tnodes ${otherNode}`,
      '\tstrict 1',
    ),
    '/etc/pve/replication.cfg': text('local: 100-0', `\ttarget ${otherNode}`, `\tcomment ${user}`, '\tschedule */15'),
    '/var/lib/pve-manager/pve-replication-state.json': `${JSON.stringify({
      100: {
        [`local/${otherNode}`]: { last_sync: 1763600000, fail_count: 3, error: `no space on ${pool}: ${otherNode}` },
      },
    })}\n`,
    '/etc/pve/jobs.cfg': text(
      `vzdump: backup-${user}`,
      '\tenabled 1',
      `\tstorage ${nas}`,
      `\tmailto ${user}@${ADDRESSES.domain}`,
    ),
    ...guestFiles(names),
  };
}

const mountinfo = (names: Names): string =>
  text(
    '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro',
    '30 22 0:40 / /etc/pve rw,nosuid,nodev,relatime shared:3 - fuse /dev/fuse rw,user_id=0,group_id=0,allow_other',
    `40 22 0:50 / /mnt/pve/${octal(names.nas)} rw,relatime shared:9 - nfs4 ${octal(names.server)}:/export/images rw,vers=4.2,soft,addr=${ADDRESSES.otherIpv4},clientaddr=${ADDRESSES.ipv4}`,
    `41 22 0:51 / /mnt/${octal(names.directory)} rw - cifs //${octal(names.server)}/${octal(names.directory)} rw,username=${names.user},domain=${ADDRESSES.domain},addr=${ADDRESSES.ipv6}`,
    `42 22 253:1 / /srv/${octal(names.volume)} rw - ext4 /dev/mapper/x rw`,
  );

function processFiles(names: Names): Record<string, string> {
  return {
    '/proc/1/mountinfo': mountinfo(names),
    '/proc/4711/mountinfo': mountinfo(names),
    '/proc/4711/stat': `4711 (kvm) S 1 ${'0 '.repeat(17)}5000 0\n`,
    '/proc/4711/status': text('Name:\tkvm', 'Uid:\t0\t0\t0\t0', 'voluntary_ctxt_switches:\t5'),
    '/proc/4711/comm': 'kvm\n',
    '/proc/4711/cmdline': `/usr/bin/kvm\0-id\x00100\0-name\0${names.guest}\0-pidfile\0/var/run/qemu-server/100.pid\0`,
    '/proc/4712/stat': `4712 (${names.user}d) S 1 ${'0 '.repeat(17)}6000 0\n`,
    '/proc/4712/status': text('Uid:\t1000\t1000\t1000\t1000'),
    '/proc/4712/comm': `${names.user}d\n`,
    '/proc/4712/cmdline': `/opt/${names.user}/bin/${names.user}d\0--token=abc\0`,
    '/var/run/qemu-server/100.pid': '4711\n',
    '/proc/net/unix': text(
      'Num       RefCount Protocol Flags    Type St Inode Path',
      `ffff9a3c12345678: 00000002 00000000 00010000 0001 01 12345 @/var/lib/lxc/101/command`,
      `ffff9a3c12345679: 00000002 00000000 00010000 0001 01 12346 /run/${names.user}.sock`,
    ),
    '/proc/locks': text('1: FLOCK  ADVISORY  WRITE 4713 00:1a:777 0 EOF', '2: POSIX  ADVISORY  READ 1 fd:00:99 0 EOF'),
    '/var/log/pve/tasks/active': text(
      `UPID:${names.node}:00001268:00001770:691EA000:qmmove:103:${names.user}@pam: 0`,
      `UPID:${names.node}:00001111:00001771:691EA000:imgdel:100@${names.thin}:root@pam: 1 691EA001 OK`,
    ),
    '/proc/4712/cgroup': text(`0::/system.slice/${names.user}d.service`),
    '/proc/swaps': text(
      'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority',
      '/dev/dm-51                              partition\t1024\t0\t-2',
    ),
    '/etc/passwd': text(
      'root:x:0:0:root:/root:/bin/bash',
      `${names.user}:x:1000:1000:J. Doe:/home/${names.user}:/bin/sh`,
    ),
    '/proc/net/fib_trie': text('Local:', `           |-- ${ADDRESSES.ipv4}`, '              /32 host LOCAL'),
    '/proc/net/if_inet6': text('2a028108abcd00000000000000000017 02 40 00 80    vmbr0'),
  };
}

function machineFiles(names: Names): Record<string, string> {
  return {
    '/proc/sys/kernel/hostname': `${names.node}\n`,
    '/proc/sys/kernel/osrelease': '6.8.12-4-pve\n',
    '/usr/share/perl5/PVE/pvecfg.pm': "sub version_text { return '8.4.1/2a5fa54a8503f96d'; }\n",
    '/sys/class/dmi/id/sys_vendor': `${names.server} Inc.\n`,
    '/sys/class/dmi/id/product_name': 'PowerThing R750\n',
    '/proc/cpuinfo': text('processor\t: 0', 'model name\t: Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz', 'flags\t: fpu'),
    '/proc/loadavg': '0.10 0.20 0.30 1/200 4711\n',
    '/proc/meminfo': text('MemTotal: 1000 kB', 'MemAvailable: 500 kB'),
    '/proc/uptime': '5000.12 1.0\n',
    '/etc/fstab': text(
      `# ${names.user} was here`,
      `//${octal(names.server)}/${octal(names.directory)} /mnt/${octal(names.directory)} cifs credentials=/root/.${names.user},ro 0 0`,
      `${ADDRESSES.otherIpv4}:/vol /mnt/${names.alias} nfs4 ro,_netdev 0 0`,
    ),
  };
}

const mangled = (name: string): string =>
  name.replace(/[^0-9A-Za-z#+\-.:=@_]/gu, (c) =>
    [...new TextEncoder().encode(c)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  );

function sysFiles(names: Names): Record<string, string> {
  const files = entriesOf(names).flatMap(({ name, uuid, minor, table }) => [
    [`/sys/block/dm-${minor}/dm/name`, `${mangled(name)}\n`],
    [`/sys/block/dm-${minor}/dm/uuid`, `${uuid}\n`],
    [`/sys/block/dm-${minor}/size`, `${table[0]?.split(' ')[1] ?? 0}\n`],
  ]);
  return Object.fromEntries(files);
}

function links(names: Names): Record<string, string> {
  const disks = {
    '8:1': 'sda/sda1',
    '8:16': 'sdb',
    '8:17': 'sdb/sdb1',
    '8:18': 'sdb/sdb2',
    '8:32': 'sdc',
    '8:33': 'sdc/sdc1',
  };
  return {
    '/etc/pve/local': `nodes/${names.node}`,
    ...Object.fromEntries(
      entriesOf(names).map(({ minor }) => [`/sys/dev/block/253:${minor}`, `../../devices/virtual/block/dm-${minor}`]),
    ),
    ...Object.fromEntries(
      Object.entries(disks).map(([number, path]) => [
        `/sys/dev/block/${number}`,
        `../../devices/pci0000:00/0000:00:1f.2/host0/target0:0:0/0:0:0:0/block/${path}`,
      ]),
    ),
    '/proc/1/ns/mnt': 'mnt:[4026531840]',
    '/proc/4711/ns/mnt': 'mnt:[4026532111]',
    '/proc/4712/ns/mnt': 'mnt:[4026531840]',
    '/dev/mapper/x': '../dm-1',
  };
}

/** A node with something of everything that the checks read. */
export function madeUpNode(names: Names = ORDINARY): Capture {
  const entries = entriesOf(names);
  const run = (command: keyof typeof COMMANDS, stdout: string) => ({ argv: COMMANDS[command].argv, stdout });
  const table = entries.flatMap((entry) => entry.table.map((line) => `${entry.name}: ${line}`));
  const pool = buildDmName(names.vg, names.pool, 'tpool');
  const files = { ...pveFiles(names), ...processFiles(names), ...machineFiles(names), ...sysFiles(names) };
  return {
    format: 'pve-doctor-capture',
    version: 1,
    takenAt: '2026-11-20T02:00:00.000Z',
    note: `from ${names.user}`,
    commands: {
      'dmsetup-info': run('dmsetup-info', text(...entries.map(infoLine))),
      'dmsetup-table': run('dmsetup-table', text(...table)),
      'dmsetup-status-thin-pool': run(
        'dmsetup-status-thin-pool',
        text(`${pool}: 0 81920 thin-pool 1 9/100 90/100 - rw discard_passdown queue_if_no_space - 1024`),
      ),
      'lvm-fullreport': {
        ...run('lvm-fullreport', lvmReport(names)),
        stderr: `  WARNING: VG ${names.vg} was previously updated.\n`,
      },
    },
    files,
    directories: {
      '/run/lock/lxc': [],
      '/etc/pve/priv/lock': [`storage-${names.thick}`],
      ...Object.fromEntries(
        entries.map(({ minor }) => [`/sys/block/dm-${minor}/holders`, minor === 0 ? ['dm-41'] : []]),
      ),
    },
    links: links(names),
    stats: {
      '/etc/pve/local': { mode: '120755' },
      '/var/lock/qemu-server/lock-105.conf': { mode: '100644', inode: 777, device: '0:26' },
      [`/etc/pve/priv/lock/storage-${names.thick}`]: { mode: '40755', modifiedMs: 0 },
    },
    openBlockDevices: [
      [4711, '253:0'],
      [4712, '253:7'],
    ],
    rootCapacity: { totalBytes: 1000, availableBytes: 500 },
    probes: {
      [`statfs /mnt/pve/${names.nas}`]: {
        exitCode: 1,
        stderr: `stat: cannot read file system information for '/mnt/pve/${names.nas}': Stale file handle\n`,
      },
      [`statfs /mnt/${names.directory}`]: { stdout: '4096 100 50 50 100 50 smb2\n', durationMs: 3 },
    },
    servers: { [`${ADDRESSES.otherIpv4}:2049`]: { answers: true, detail: 'the port answers' } },
    beneath: {
      [`/mnt/${names.directory}`]: {
        files: 3,
        bytes: 99,
        newestPath: `${names.user}/${names.serial}.txt`,
        newestAt: '2026-11-01T00:00:00.000Z',
        complete: true,
      },
    },
  };
}
