import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Capture, decodeText, isFailure } from '../../src/model/capture.ts';
import type { Amounts } from './big-node/amounts.ts';
import { bigNode } from './big-node/big-node.ts';

/** Descriptors of every process, besides the devices that it holds. */
const OTHERS = 16;

/** Room for the arguments that a stand-in of a process shows. */
const ROOM = 512;

/**
 * Lays a made-up node out below a directory: `files` is its tree, `sbin` the commands that cost nothing, with what they print,
 * and `processes` what the stand-in makes.
 */
export function layOutStage(root: string, amounts: Amounts, standIn: string): void {
  const capture = bigNode(amounts);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const at = (path: string): string => `${root}/files${path}`;
  const isLaidOut = (path: string): boolean => !path.startsWith('/proc/');
  for (const [path, text] of Object.entries(capture.files ?? {}).filter(([path]) => isLaidOut(path)))
    if (!isFailure(text)) write(at(path), decodeText(text));
  for (const [path, target] of Object.entries(capture.links ?? {}).filter(([path]) => isLaidOut(path))) {
    mkdirSync(dirname(at(path)), { recursive: true });
    if (typeof target === 'string') symlinkSync(target, at(path));
  }
  for (const [path, entries] of Object.entries(capture.directories ?? {}).filter(([path]) => isLaidOut(path))) {
    mkdirSync(at(path), { recursive: true });
    for (const name of isFailure(entries) ? [] : entries) {
      // What is only listed: a disk, and a device on top of another.
      if (path === '/sys/block') mkdirSync(`${at(path)}/${name}`, { recursive: true });
      else if (path.endsWith('/holders')) writeFileSync(`${at(path)}/${name}`, '');
    }
  }
  for (const [name, run] of Object.entries(capture.commands ?? {}))
    if (!('length' in run)) write(`${root}/sbin/${name}`, decodeText(run.stdout ?? ''));
  for (const name of ['dmsetup', 'lvm']) {
    copyFileSync(standIn, `${root}/sbin/${name}`);
    chmodSync(`${root}/sbin/${name}`, 0o755);
  }
  const table = capture.files?.['/proc/1/mountinfo'];
  write(`${root}/mountinfo`, table === undefined || isFailure(table) ? '' : decodeText(table));
  write(`${root}/processes`, processLines(capture, amounts).join('\n'));
  for (const name of ['run', 'dev', 'lib']) mkdirSync(join(root, name));
}

/** The running machines with what they hold, and others up to the number that was asked for. */
function processLines(capture: Capture, amounts: Amounts): readonly string[] {
  const open = capture.openBlockDevices;
  const held = Map.groupBy(open === undefined || isFailure(open) ? [] : open, ([pid]) => pid);
  const machines = [...held].map(([pid, devices]) => {
    const text = capture.files?.[`/proc/${pid}/cmdline`];
    const words = text === undefined || isFailure(text) ? '' : decodeText(text);
    const pidFile = /\0-pidfile\0([^\0]+)/.exec(words)?.[1] ?? '-';
    const minors = devices.map(([, device]) => device.slice(device.indexOf(':') + 1));
    return ['kvm', pidFile, words.replaceAll('\0', '|').slice(0, -1), minors.join(' ')].join('\t');
  });
  const others = Array.from({ length: Math.max(0, amounts.processes - machines.length) }, () => 'worker\t-\tworker\t');
  return [...machines, ...others];
}

/** As root in namespaces of their own: what is mounted here nobody else sees, and it is gone with the last process. */
const ENTER = `
set -e
root=$1; shift
mount --make-rprivate /
[ ! -d /usr/share/perl5 ] || mount -t overlay -o lowerdir="$root/files/usr/share/perl5:/usr/share/perl5" stage /usr/share/perl5
mount -t overlay -o lowerdir="$root/files/etc:/etc" stage /etc
mount -t tmpfs stage /run
mkdir -p /run/qemu-server /run/lock
mount -t tmpfs stage /var/lib 2>/dev/null
mount --bind "$root/files/sys" /sys
mount --bind "$root/sbin" /usr/sbin
mount --bind "$root/mountinfo" /proc/1/mountinfo
mount -t tmpfs -o mode=755 stage /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/zero c 1 5
mknod -m 666 /dev/urandom c 1 9
mknod -m 666 /dev/tty c 5 0
for device in /sys/block/dm-*; do mknod "/dev/\${device##*/}" b 252 "\${device##*-}"; done
mkfifo /run/ready
"$stand_in" "$root/processes" ${OTHERS} ${'-'.repeat(ROOM)} > /run/ready &
read -r line < /run/ready
"$@"
`;

/** Whether such namespaces can be made here. */
export const canEnter = (): boolean =>
  spawnSync('unshare', ['-mpf', '--mount-proc', 'true'], { stdio: 'ignore' }).status === 0;

/** Runs a command on the stage, beside its processes; answers what it printed. */
export function runOnStage(root: string, standIn: string, command: readonly string[]): string {
  const done = spawnSync('unshare', ['-mpf', '--mount-proc', 'sh', '-c', ENTER, 'stage', root, ...command], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', stand_in: standIn, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (done.status !== 0) throw new Error(`the stage ended with ${done.status}:\n${done.stdout}`);
  return done.stdout;
}
