import type { Capture, CapturedText } from '../../src/model/capture.ts';
import { encodeText } from '../../src/model/capture.ts';
import { ORDINARY } from './made-up-names.ts';
import { madeUpNode } from './made-up-node.ts';

/** Places of a node where people and programs leave passwords and tokens. */

/** Passwords of every shape around a marker that can be searched for. */
const SHAPES: readonly ((marker: string) => string)[] = [
  (m) => m,
  (m) => `pa/${m}`,
  (m) => `${m}/x@y`,
  (m) => `a@${m}`,
  (m) => `a,${m}`,
  (m) => `a ${m}`,
  (m) => `a:${m}`,
  (m) => `a=${m}`,
  (m) => `a?${m}`,
  (m) => `a#${m}`,
  (m) => `a&${m};b`,
  (m) => `%41${m}`,
  (m) => `"${m}"`,
  (m) => `'a ${m}'`,
  (m) => `a\\${m}`,
  (m) => `${m}==`,
  (m) => `$${m}!`,
  (m) => `a|${m}>b`,
  (m) => `(${m})`,
  (m) => `ü${m}`,
];

export interface Secret {
  readonly text: string;
  readonly marker: string;
}

export const SECRETS: readonly Secret[] = Array.from({ length: 200 }, (_, at) => {
  const marker = `Qz${(at * 7919 + 104729).toString(36)}${at % 3 === 0 ? '7' : 'k'}w${at}v`;
  return { marker, text: (SHAPES[at % SHAPES.length] ?? String)(marker) };
});

const octal = (text: string): string =>
  text.replace(/[ \t\n\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** Sources that programs take, by the type under which they are mounted. */
const SOURCES: readonly (readonly [string, (s: string) => string])[] = [
  ['fuse.juicefs', (s) => `redis://:${s}@meta:6379/1`],
  ['davfs', (s) => `https://${s}@dav.acme.test/files`],
  ['fuse.davfs', (s) => `https://joe:${s}@dav.acme.test/files`],
  ['fuse.blobfuse2', (s) => `https://acct.acme.test/c?sig=${s}`],
  ['fuse.rclone', (s) => `:s3,access_key_id=${s},secret_access_key=x:bucket`],
  ['fuse.rclone', (s) => `remote,pass=${s}:dir`],
  ['fuse.sshfs', (s) => `joe:${s}@nas:/srv`],
  ['fuse', (s) => `curlftpfs#ftp://joe:${s}@nas/x`],
  ['cifs', (s) => `//joe:${s}@nas/share`],
  ['fuse.custom', (s) => `postgres://u:${s}@db:5432/x?password=${s}`],
];

const OPTIONS: readonly ((s: string) => string)[] = [
  (s) => `password=${s}`,
  (s) => `pass=${s},username=${s}`,
  (s) => `env.RCLONE_CONFIG_PASS=${s}`,
  (s) => `sftp_pass=${s}`,
  (s) => `ssh_command=sshpass -p ${s} ssh`,
  (s) => `account_key=${s},account_name=x`,
  (s) => `secret=${s}`,
  (s) => `credentials=/root/${s}`,
  (s) => `x-${s}`,
  (s) => `uid=${s}`,
];

/** Drives outside of every storage, as QEMU takes them (qemu(1), "Device URL Syntax"). */
const DRIVES: readonly ((s: string) => string)[] = [
  (s) => `http://u:${s}@nas/x.iso`,
  (s) => `https://nas/x.iso?token=${s}`,
  (s) => `https://nas/${s}/vm-107-disk-9.raw`,
  (s) => `iscsi://u%${s}@nas/iqn.2026-01.test:x/0`,
  (s) => `nbd://u:${s}@nas:10809/x`,
  (s) => `ssh://u:${s}@nas/srv/vm-107-disk-8.qcow2`,
  (s) => `smb://u:${s}@nas/share/x.raw`,
  (s) => `cifs://nas/share?password=${s}`,
  (s) => `//u:${s}@nas/share/x.raw`,
  (s) => `ftp://u:${s}@nas/x.iso`,
  (s) => `rbd:pool/image:id=admin:key=${s}`,
  (s) => `nbd:unix:/run/x.sock:exportname=${s}`,
  (s) => `json:{"driver":"ssh","password":"${s}"}`,
];

const text = (lines: readonly string[]): CapturedText => encodeText(`${lines.join('\n')}\n`);

/** `place` names what `--` separates in the tests: every function puts the secret in one file. */
export const PLACES: Readonly<Record<string, (secret: string) => Readonly<Record<string, readonly string[]>>>> = {
  'sources of mounts': (s) => ({
    '/proc/1/mountinfo': SOURCES.map(
      ([type, source], at) => `${200 + at} 22 0:${90 + at} / /mnt/s${at} rw - ${type} ${octal(source(s))} rw`,
    ),
  }),
  'options of mounts': (s) => ({
    '/proc/1/mountinfo': OPTIONS.map(
      (option, at) => `${300 + at} 22 0:${120 + at} / /mnt/o${at} rw - cifs //nas/x rw,${octal(option(s))},soft`,
    ),
  }),
  fstab: (s) => ({
    '/etc/fstab': [
      ...SOURCES.map(([type, source], at) => `${octal(source(s))} /mnt/f${at} ${type} rw,nofail 0 0`),
      ...SOURCES.map(([type, source], at) => `${source(s)} /mnt/r${at} ${type} rw,nofail 0 0`),
      ...OPTIONS.map((option, at) => `//nas/x /mnt/g${at} cifs ${option(s)},soft 0 0`),
      `# ${s}`,
    ],
  }),
  'files that name devices': (s) => ({
    '/etc/crypttab': [`# ${s}`, `vault /dev/sdz1 /root/${s}.key luks,password=${s}`, `${s} UUID=0 none`],
    '/etc/drbd.d/r0.res': [
      'resource r0 {',
      `  net { shared-secret "${s}"; }`,
      '  disk /dev/sdz2;',
      `  # disk ${s}`,
      '}',
    ],
    '/etc/rtslib-fb-target/saveconfig.json': [
      `{"storage_objects": [{"dev": "/dev/sdz3", "name": "${s}"}], "targets": [{"chap_password": "${s}"}]}`,
    ],
    '/etc/tgt/targets.conf': [`incominguser u ${s}`, '<target iqn.x>', 'backing-store /dev/sdz4', '</target>'],
    '/etc/systemd/system/x.swap': ['[Unit]', `Description=${s}`, '[Swap]', 'What=/dev/sdz5', `Options=x=${s}`],
  }),
  'a mount unit': (s) => ({
    '/etc/systemd/system/mnt-u.mount': [
      ...['[Unit]', `Description=${s}`, '[Mount]', `What=https://u:${s}@dav.acme.test/x`, 'Where=/mnt/u'],
      ...[
        'Type=davfs',
        `Options=rw,${OPTIONS.map((option) => option(s)).join(',')}`,
        `Environment=A=${s} \\`,
        `B=${s}`,
      ],
    ],
  }),
  'storage.cfg': (s) => ({
    '/etc/pve/storage.cfg': [
      '',
      ...['cifs: leaky', '\tserver nas', '\tshare x', `password ${s}`, `\t\tpassword\t${s}`, `password: ${s}`],
      ...[`\tusername ${s}`, `  options vers=3.0,password=${s},${s}`, `\tsmbpass ${s}`, ''],
      ...['nfs: leaky2', `\tserver https://${s}@nas.acme.test`, `\texport /x?sig=${s}`, `\tpath /mnt/pve/leaky2`, ''],
      ...[
        'other: leaky3',
        `\tapi-key ${s}`,
        `\tserver u:${s}@nas`,
        `\tcomment ${s}`,
        '',
        `password: ${s}`,
        '',
        `# ${s}`,
      ],
    ],
  }),
  "a VM's configuration": (s) => ({
    [`/etc/pve/nodes/${ORDINARY.node}/qemu-server/107.conf`]: [
      ...DRIVES.map((drive, at) => `sata${at}: ${drive(s)}`),
      ...DRIVES.map((drive, at) => `unused${at}: file=${drive(s)},media=cdrom,cache=none`),
      ...DRIVES.map((drive, at) => `#virtio${at}: ${drive(s)}`),
      ...[`#root password ${s}`, `# key%3A ${s}`, 'name: leaky', `cipassword: ${s}`, `sshkeys: ssh-ed25519%20${s}`],
      ...[
        `ciuser: ${s}`,
        `args: -fw_cfg name=opt/x,string=${s} -object secret,id=a,data=${s}`,
        `agent: 1,password=${s}`,
      ],
      ...[`scsi0: ${ORDINARY.thin}:vm-107-disk-0,password=${s},size=4M`, `scsi1: rbd:pool/image:key=${s}:id=admin`],
      ...[
        `scsi2: iscsi://u:${s}@nas/iqn/0`,
        `ide2: https://${s}@nas/x.iso,media=cdrom`,
        `net0: virtio=00:11:22:33:44:55,token=${s}`,
      ],
      ...[`description: pass ${s}`, `audio0: device=x,secret=${s}`, `unknown_key: ${s}`, `Not a line ${s}`, `[a ${s}]`],
      ...[`vnc: password=${s}`, `searchdomain: ${s}`, `smbios1: serial=${s}`, `cpu: host,key=${s}`, `tags: a=${s}`],
      ...['[PENDING]', ...DRIVES.map((drive, at) => `virtio${at}: ${drive(s)}`)],
      ...['[before]', `vmstate: https://u:${s}@nas/vm-107-state-before.raw`, `sata0: http://u:${s}@nas/x.iso`],
    ],
  }),
  "a container's configuration": (s) => ({
    [`/etc/pve/nodes/${ORDINARY.otherNode}/lxc/108.conf`]: [
      ...[
        'hostname: ct',
        `rootfs: ${ORDINARY.thick}:vm-108-disk-0,mountoptions=${s},size=4M`,
        `lxc.environment: P=${s}`,
      ],
      ...[`lxc.environment.runtime = T=${s}`, `lxc.hook.start: /bin/x ${s}`, `lxc.init.cmd: /sbin/init --key ${s}`],
      ...[`env: A=${s}`, `entrypoint: run --token ${s}`, `lxc.net.0.name = p=${s}`, `net0: name=eth0,password=${s}`],
      ...DRIVES.map((drive, at) => `mp${at}: ${drive(s)},mp=/mnt/m${at}`),
      `mp20: /srv/x?token=${s},mp=/mnt/y?token=${s}`,
      `lxc.mount.entry: /srv/x?token=${s} mnt/z?token=${s} none bind 0 0`,
      `lxc.mount.entry: https://u:${s}@dav/x mnt/x davfs rw,password=${s} 0 0`,
      `lxc.mount.entry: //nas/x mnt/y cifs username=u,password=${octal(s)} 0 0`,
    ],
  }),
  'command lines': (s) => ({
    '/proc/4712/cmdline': [
      ...[`db: ${s}`, '--password', s, `--token=${s}`, '-u', `root:${s}`, '-p', `/${s}`, `https://u:${s}@x/`, `-p${s}`],
    ],
    '/proc/4711/cmdline': [
      '/usr/bin/kvm',
      '-id',
      '100',
      '-object',
      `secret,data=${s}`,
      '-pidfile',
      '/var/run/qemu-server/100.pid',
      '-vnc',
      `password=${s}`,
      '-incoming',
      `exec:${s}`,
    ],
  }),
  'the name of a process': (s) => ({
    '/proc/4712/cmdline': [`${s}`, '-x'],
    '/proc/4712/comm': [`p=${s}`],
  }),
  'jobs and cron': (s) => ({
    '/etc/pve/jobs.cfg': [
      'vzdump: j',
      '\tstorage nas',
      `\tcomment ${s}`,
      `\tnotes-template ${s}`,
      `\tmailto ${s}`,
      `password: ${s}`,
      `mailto ${s}`,
    ],
    '/etc/pve/vzdump.cron': [
      `PASSWORD=${s}`,
      `0 2 * * 6 root vzdump 100 --storage nas --mailto ${s}`,
      `0 3 * * * root curl -u u:${s} https://x`,
      `* * * * * root vzdump 1 --storage p=${s}`,
      `# ${s}`,
    ],
    '/etc/pve/datacenter.cfg': [`#${s}`, `http_proxy: http://u:${s}@proxy:3128`, 'next-id: lower=900', `next-id: ${s}`],
  }),
  'the HA manager': (s) => ({
    '/etc/pve/ha/resources.cfg': ['vm: 100', '\tstate started', `\tcomment ${s}`, `# ${s}`, `x ${s}`, `vm: ${s}`],
    '/etc/pve/ha/rules.cfg': ['node-affinity: one', '\tresources vm:100', `\tcomment ${s}`, `password: ${s}`],
    '/etc/pve/ha/groups.cfg': ['group: one', '\tnodes pve1', `\tcomment ${s}`, `# ${s}`],
  }),
  replication: (s) => ({
    '/etc/pve/replication.cfg': [
      'local: 100-0',
      '\ttarget pve2',
      `\tcomment ${s}`,
      `password: ${s}`,
      `# ${s}`,
      `x ${s}`,
    ],
    '/var/lib/pve-manager/pve-replication-state.json': [
      JSON.stringify({
        100: { 'local/pve2': { last_sync: 1, fail_count: 1, error: `command 'ssh -p ${s}' failed`, token: s } },
        [s]: { [s]: { error: `password=${s}` } },
      }),
    ],
  }),
  tasks: (s) => ({
    '/var/log/pve/tasks/active': [
      `UPID:${ORDINARY.node}:00001111:00001771:691EA000:vzdump:100:root@pam: 1 691EA001 command 'sshpass -p ${s}' failed`,
      `UPID:${ORDINARY.node}:00001112:00001772:691EA000:download:${s.replace(/[\s:]/g, '')}=:root@pam: 0`,
    ],
  }),
  users: (s) => ({
    '/etc/passwd': [`root:${s}:0:0:${s}:/root:/bin/bash`, `jdoe:x:1000:1000:${s}:/home/jdoe:/bin/sh`, s],
  }),
  sockets: (s) => ({
    '/proc/net/unix': [
      'Num       RefCount Protocol Flags    Type St Inode Path',
      `ffff9a3c12345679: 00000002 00000000 00010000 0001 01 12346 /run/${s}.sock`,
    ],
  }),
};

const separatorOf = (path: string): string => (path.endsWith('/cmdline') ? '\0' : '\n');

/** A made-up node with one secret in each of the places above, and in what commands and probes said. */
export function nodeWith(secret: string): Capture {
  const node = madeUpNode();
  const files: Record<string, CapturedText> = { ...(node.files as Record<string, CapturedText>) };
  for (const place of Object.values(PLACES)) {
    for (const [path, lines] of Object.entries(place(secret))) {
      const isAdded = path === '/proc/1/mountinfo' || path === '/etc/pve/storage.cfg';
      const before = isAdded ? decoded(files[path]) : '';
      files[path] =
        isAdded || separatorOf(path) === '\n'
          ? text([...(before === '' ? [] : [before.trimEnd()]), ...lines])
          : encodeText(`${lines.join('\0')}\0`);
    }
  }
  const listed = JSON.parse(decoded(files['/etc/pve/.vmlist']));
  listed.ids['107'] = { node: ORDINARY.node, type: 'qemu', version: 1 };
  listed.ids['108'] = { node: ORDINARY.otherNode, type: 'lxc', version: 1 };
  files['/etc/pve/.vmlist'] = `${JSON.stringify(listed)}\n`;
  const complaint = `mount: https://u:${secret}@nas/x: password=${secret}\nsshpass -p ${secret}\npassword ${secret}\n`;
  return {
    ...node,
    files,
    commands: {
      ...node.commands,
      'dmsetup-status-thin-pool': { exitCode: 1, stderr: complaint },
    },
    directories: { ...node.directories, '/etc/systemd/system': ['mnt-u.mount', 'x.swap'] },
    links: { ...node.links, '/proc/4712/cwd': `/srv/x?sig=${secret}` },
    probes: {
      ...node.probes,
      'statfs /mnt/s1': { exitCode: 1, stderr: complaint },
      'statfs /mnt/o1': { outcome: 'not-started', stderr: complaint },
    },
  };
}

const decoded = (content: CapturedText | undefined): string =>
  content === undefined
    ? ''
    : typeof content === 'string'
      ? content
      : Array.isArray(content)
        ? content.map((line) => `${line}\n`).join('')
        : '';
