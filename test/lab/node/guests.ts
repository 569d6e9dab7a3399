import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DEBIAN } from './debian.ts';
import { type Journal, waitFor } from './journal.ts';

/** A directory of the host inside a container, as a mount point `mpN: /source,mp=/target` makes it. */
export interface Bind {
  readonly source: string;
  readonly target: string;
}

const bindLine = ({ source, target }: Bind): string =>
  `lxc.mount.entry = ${source} ${target.slice(1)} none rbind,create=dir 0 0`;

const QEMU_RUN = '/var/run/qemu-server';

/** Running guests: real processes that hold their volumes open. */
export class Guests {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** A process that PVE takes for this VM's QEMU (QemuServer/Helpers.pm vm_running_locally); answers its pid. */
  startVm(vmid: number, drives: readonly string[], ...more: readonly string[]): number {
    mkdirSync(QEMU_RUN, { recursive: true });
    const pidFile = `${QEMU_RUN}/${vmid}.pid`;
    const identity = ['-id', `${vmid}`, '-name', `vm${vmid},debug-threads=on`, '-pidfile', pidFile, '-daemonize'];
    const disks = drives.flatMap((path, index) => ['-drive', `file=${path},if=none,id=drive-scsi${index},format=raw`]);
    this.#journal.run(['/usr/bin/kvm', ...identity, ...disks, ...more]);
    waitFor(`${pidFile} is written`, () => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'));
    return Number(readFileSync(pidFile, 'utf8'));
  }

  /** A migration arrives: QEMU runs here while the configuration is still on the source node. */
  receiveVm(vmid: number, drives: readonly string[]): number {
    return this.startVm(vmid, drives, '-incoming', `unix:/run/qemu-server/${vmid}.migrate`, '-S');
  }

  /**
   * A real container whose root file system is on a volume, started the way PVE does: the volume is mounted by a
   * pre-start hook inside the monitor's own mount namespace, so the host's mount table does not show it.
   */
  startContainer(vmid: number, volume: string, binds: readonly Bind[] = []): number {
    const directory = `/var/lib/lxc/${vmid}`;
    const root = `${directory}/rootfs`;
    mkdirSync(root, { recursive: true });
    this.#fillRoot(volume, root);
    const hook = `${directory}/mount-rootfs`;
    writeFileSync(hook, `#!/bin/sh\nexec mount ${volume} ${root}\n`);
    chmodSync(hook, 0o755);
    writeFileSync(
      `${directory}/config`,
      `${[...containerConfig(vmid, root, hook), ...binds.map(bindLine)].join('\n')}\n`,
    );
    const log = `/run/lxc-${vmid}.log`;
    this.#journal.run(['lxc-start', '-n', `${vmid}`, '-d', '-o', log, '-l', 'INFO']);
    return Number(this.#journal.run(['lxc-info', '-n', `${vmid}`, '-pH']).stdout.trim());
  }

  /** As root of the container would. */
  mountNfsInContainer(vmid: number, server: string, name: string, target: string): void {
    this.runInContainer(vmid, ['/bin/busybox', 'mkdir', '-p', target]);
    const options = `vers=4.2,hard,addr=${server},clientaddr=10.9.0.1`;
    this.runInContainer(vmid, ['/bin/busybox', 'mount', '-t', 'nfs', '-o', options, `${server}:/${name}`, target]);
  }

  runInContainer(vmid: number, argv: readonly string[]): void {
    this.#journal.run(['lxc-attach', '-n', `${vmid}`, '--', ...argv]);
  }

  #fillRoot(volume: string, root: string): void {
    this.#journal.run(['mkfs.ext4', '-q', '-F', '-O', '^has_journal', volume]);
    this.#journal.run(['mount', volume, root]);
    for (const directory of ['bin', 'sbin', 'proc', 'sys', 'dev', 'etc', 'tmp', 'run']) {
      mkdirSync(`${root}/${directory}`, { recursive: true });
    }
    this.#journal.run(['cp', '/bin/busybox', `${root}/bin/busybox`]);
    this.#journal.run(['ln', '-s', '../bin/busybox', `${root}/sbin/init`]);
    writeFileSync(`${root}/etc/inittab`, '::respawn:/bin/busybox sleep 100000\n');
    this.#journal.run(['umount', root]);
  }
}

/** The cgroup directories are PVE's (pve-container src/PVE/LXC.pm update_lxc_config). Debian 11's LXC 4.0.6 has no such keys. */
const containerConfig = (vmid: number, root: string, hook: string): readonly string[] => [
  'lxc.arch = amd64',
  'lxc.include = /usr/share/lxc/config/common.conf',
  `lxc.uts.name = ct${vmid}`,
  `lxc.rootfs.path = dir:${root}`,
  `lxc.hook.pre-start = ${hook}`,
  // The network of the host: enough to reach a server, and nothing here looks at a container's own.
  'lxc.net.0.type = none',
  'lxc.apparmor.profile = unconfined',
  'lxc.cgroup.relative = 0',
  ...(DEBIAN < 12 ? [] : cgroupDirectories(vmid)),
  'lxc.monitor.unshare = 1',
  'lxc.tty.max = 0',
];

const cgroupDirectories = (vmid: number): readonly string[] => [
  `lxc.cgroup.dir.monitor = lxc.monitor/${vmid}`,
  `lxc.cgroup.dir.container = lxc/${vmid}`,
  'lxc.cgroup.dir.container.inner = ns',
];
