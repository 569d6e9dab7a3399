import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { DEBIAN } from './debian.ts';
import type { Journal } from './journal.ts';

/** How a change reaches this node: by its own LVM, or written by another node of the cluster to the shared disk. */
export type By = 'this-node' | 'another-node';

/** `--driverloaded n`: LVM changes the metadata on the disk and does not talk to this kernel's device-mapper. */
const by = (who: By): readonly string[] => (who === 'another-node' ? ['--driverloaded', 'n'] : []);

/** LVM 2.03.12 brought it, and Proxmox VE uses it from version 9 on. */
const KNOWS_AUTOACTIVATION = DEBIAN >= 12;

/** Disks, volume groups and volumes, made with the options that PVE's storage plugins use (LVMPlugin.pm, LvmThinPlugin.pm). */
export class Storage {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** A sparse file behind a loop device; answers `/dev/loopN`. */
  disk(name: string, sizeMib: number, directory = '/run/lab-disks'): string {
    mkdirSync(directory, { recursive: true });
    const file = `${directory}/${name}.img`;
    writeFileSync(file, '');
    truncateSync(file, sizeMib * 1024 * 1024);
    return this.#journal.run(['losetup', '-f', '--show', file]).stdout.trim();
  }

  /** A volume group on a disk of its own; answers the disk. */
  group(vg: string, sizeMib = 512): string {
    const disk = this.disk(vg, sizeMib);
    this.groupOn(vg, disk);
    return disk;
  }

  groupOn(vg: string, disk: string): void {
    this.#journal.run(['vgcreate', '-y', '-qq', vg, disk]);
  }

  /**
   * LVMPlugin.pm alloc_lvm_image. A qcow2 volume of `snapshot-as-volume-chain` gets a second tag; `@` is how LVM
   * writes tags on its command line.
   */
  thick(vg: string, lv: string, sizeMib = 8, who: By = 'this-node'): void {
    const owner = /(\d+)/.exec(lv)?.[1] ?? '0';
    const active = who === 'this-node' ? ['-aly', '-Wy'] : ['-an', '-Zn', '-Wn'];
    const tags = ['--addtag', `pve-vm-${owner}`, ...(lv.endsWith('.qcow2') ? ['--addtag', `@pve-${lv}`] : [])];
    const size = ['--size', `${sizeMib * 1024}k`];
    const name = ['--name', lv, ...(KNOWS_AUTOACTIVATION ? ['--setautoactivation', 'n'] : [])];
    this.#createLongAgo([...active, '--yes', ...size, ...name, ...tags, ...by(who), vg]);
  }

  /** What was made within the hour is not judged yet. */
  #createLongAgo(words: readonly string[]): void {
    this.#journal.run(['date', '-s', '-2 days']);
    this.#journal.run(['lvcreate', ...words]);
    this.#journal.run(['date', '-s', '2 days']);
  }

  /** LVMPlugin.pm volume_snapshot of a chain: the volume becomes the snapshot, and a new one takes its name. */
  chainSnapshot(vg: string, lv: string, snapshot: string): void {
    this.rename(vg, lv, `snap_${lv.replace(/\.qcow2$/, '')}_${snapshot}.qcow2`);
    this.thick(vg, lv);
  }

  /** As the installer makes `data`; the pool itself is active, which LvmThinPlugin.pm activate_storage does. */
  thinPool(vg: string, pool: string, sizeMib = 128): void {
    const size = ['-L', `${sizeMib}m`, '--poolmetadatasize', '4m'];
    this.#journal.run(['lvcreate', '-y', '-qq', '--type', 'thin-pool', ...size, '-n', pool, vg]);
    this.#journal.run(['lvchange', '-ay', '-K', `${vg}/${pool}`]);
  }

  thin(vg: string, pool: string, lv: string, sizeMib = 32): void {
    const size = ['-V', `${sizeMib * 1024}k`];
    this.#createLongAgo(['-aly', ...size, '--name', lv, '--thinpool', `${vg}/${pool}`]);
    this.#withoutAutoactivation(vg, lv);
  }

  /** LvmThinPlugin.pm volume_snapshot: read-only, with the activation-skip flag, so not active. */
  thinSnapshot(vg: string, lv: string, snapshot: string): void {
    const name = `snap_${lv}_${snapshot}`;
    this.#journal.run(['lvcreate', '-n', name, '-pr', '-s', `${vg}/${lv}`]);
    this.#withoutAutoactivation(vg, name);
  }

  /** LvmThinPlugin.pm create_base: `vm-` becomes `base-`, read-only and inactive. */
  template(vg: string, lv: string): void {
    const base = lv.replace(/^vm-/, 'base-');
    this.#journal.run(['lvrename', vg, lv, base]);
    this.#journal.run(['lvchange', '-pr', '-ky', `${vg}/${base}`]);
    this.deactivate(vg, base);
  }

  /** LvmThinPlugin.pm clone_image. */
  linkedClone(vg: string, base: string, lv: string): void {
    this.#journal.run(['lvcreate', '-n', lv, '-prw', '-kn', '-s', `${vg}/${base}`]);
    this.#withoutAutoactivation(vg, lv);
  }

  activate(vg: string, lv: string): void {
    this.#journal.run(['lvchange', '-ay', '-K', `${vg}/${lv}`]);
  }

  deactivate(vg: string, lv: string): void {
    this.#journal.run(['lvchange', '-an', `${vg}/${lv}`]);
  }

  remove(vg: string, lv: string, who: By = 'this-node'): void {
    this.#journal.run(['lvremove', '-y', ...by(who), `${vg}/${lv}`]);
  }

  rename(vg: string, lv: string, newName: string, who: By = 'this-node'): void {
    this.#journal.run(['lvrename', ...by(who), vg, lv, newName]);
  }

  /** By another node: the table in this kernel stays as it was. */
  grow(vg: string, lv: string, addMib: number, who: By): void {
    this.#journal.run(['lvextend', ...by(who), '-L', `+${addMib}m`, `${vg}/${lv}`]);
  }

  shrink(vg: string, lv: string, lessMib: number, who: By): void {
    // LVM 2.03.31 looks for a filesystem before it makes a volume smaller, unless it is told not to.
    const options = DEBIAN >= 13 ? ['-y', '--fs', 'ignore'] : ['-f', '-y'];
    this.#journal.run(['lvreduce', ...options, ...by(who), '-L', `-${lessMib}m`, `${vg}/${lv}`]);
  }

  #withoutAutoactivation(vg: string, lv: string): void {
    if (KNOWS_AUTOACTIVATION) this.autoactivation(vg, lv, 'n');
  }

  autoactivation(vg: string, lv: string, value: 'y' | 'n'): void {
    this.#journal.run(['lvchange', '--setautoactivation', value, `${vg}/${lv}`]);
  }

  /** A disk whose server stops answering: its file is on a FUSE file system, and the process behind that is stopped. */
  diskThatDies(sizeMib: number): { readonly path: string; die: () => void; revive: () => void } {
    const [server, mountPoint] = ['/run/server', '/run/remote'];
    for (const directory of [server, mountPoint]) mkdirSync(directory, { recursive: true });
    this.#journal.run(['bindfs', server, mountPoint]);
    const path = this.disk('dying', sizeMib, mountPoint);
    const signal = (name: string): void => {
      this.#journal.run(['killall', `-${name}`, 'bindfs']);
    };
    return {
      path,
      die: () => {
        this.#journal.run(['udevadm', 'settle']);
        writeFileSync('/proc/sys/vm/drop_caches', '3');
        signal('STOP');
      },
      revive: () => signal('CONT'),
    };
  }

  /** The same bytes on another device, as a clone or an array's snapshot that was mapped to the node. */
  copyOnto(disk: string, target: string): void {
    this.#journal.run(['udevadm', 'settle']);
    this.#journal.run(['dd', `if=${disk}`, `of=${target}`, 'bs=1M', 'conv=fsync,notrunc', 'status=none']);
    this.#journal.run(['udevadm', 'settle']);
  }

  /**
   * LVM of this node, whoever runs it, sees only these devices from now on. To reject one is not enough: every other
   * name of it (/dev/disk/by-…) passes.
   */
  showLvm(devices: readonly string[] | 'all', scanVolumes = false): void {
    const accepted = devices === 'all' ? ['.*'] : devices.map((device) => `^${device}$`);
    const rules = [...accepted.map((device) => `"a|${device}|"`), ...(devices === 'all' ? [] : ['"r|.*|"'])];
    const settings = [`global_filter = [ ${rules.join(', ')} ]`, `scan_lvs = ${scanVolumes ? 1 : 0}`];
    writeFileSync('/etc/lvm/lvmlocal.conf', ['devices {', 'types = [ "ubd", 16 ]', ...settings, '}', ''].join('\n'));
  }

  /** LVM of this node, dmeventd too, extends thin pools by itself: above so many percent, by so many. */
  autoextend(thresholdPercent: number, percent: number): void {
    const settings = [
      `thin_pool_autoextend_threshold = ${thresholdPercent}`,
      `thin_pool_autoextend_percent = ${percent}`,
    ];
    const lines = ['devices {', 'types = [ "ubd", 16 ]', '}', 'activation {', ...settings, '}', ''];
    writeFileSync('/etc/lvm/lvmlocal.conf', lines.join('\n'));
  }

  vgUuid(disk: string): string {
    return this.#journal.run(['pvs', '--noheadings', '-o', 'vg_uuid', disk]).stdout.trim();
  }

  renameGroup(vg: string, newName: string, who: By): void {
    this.#journal.run(['vgrename', ...by(who), vg, newName]);
  }

  /** A whole disk that can be taken away again, as when a LUN is unmapped or an iSCSI session is logged out. */
  scsiDisk(sizeMib: number): { readonly path: string; vanish: () => void } {
    this.#journal.run(['modprobe', 'scsi_debug', `dev_size_mb=${sizeMib}`, 'delay=0', 'vpd_use_hostno=0']);
    this.#journal.run(['udevadm', 'settle']);
    const found = this.#journal.run(['lsblk', '-dnro', 'NAME,MODEL']).stdout;
    const name = /^(sd\S*) scsi_debug/m.exec(found)?.[1];
    if (name === undefined) throw new Error('scsi_debug made no disk');
    const vanish = (): void => {
      writeFileSync(`/sys/block/${name}/device/delete`, '1');
      this.#journal.run(['udevadm', 'settle']);
    };
    return { path: `/dev/${name}`, vanish };
  }

  /** The disk of `scsiDisk` through a second host adapter, and no multipath: one WWID, two names. Answers the second. */
  secondPath(first: string): string {
    const disks = (): readonly string[] => this.#journal.run(['lsblk', '-dnro', 'NAME']).stdout.split('\n');
    const before = new Set(disks());
    writeFileSync('/sys/bus/pseudo/drivers/scsi_debug/add_host', '1');
    this.#journal.run(['sleep', '2']);
    this.#journal.run(['udevadm', 'settle']);
    const added = disks().find((name) => /^sd/.test(name) && !before.has(name));
    if (added === undefined) throw new Error(`scsi_debug made no second path to ${first}`);
    return `/dev/${added}`;
  }
}

/** `major:minor` of a block device node below /dev, from sysfs. */
export function deviceNumber(path: string): string {
  const name = path.replace(/^\/dev\//, '');
  return readFileSync(`/sys/class/block/${name}/dev`, 'utf8').trim();
}
