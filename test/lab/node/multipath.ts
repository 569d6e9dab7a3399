import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Journal, pause, waitFor } from './journal.ts';

/** Disks of scsi_debug by adapter and LUN, and multipath maps over them. */
export class Multipath {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Two adapters that show the same LUNs; answers the disks by LUN, each with one name per adapter. */
  luns(count: number, sizeMib = 64): readonly (readonly string[])[] {
    this.#journal.run(['modprobe', '-a', 'dm_multipath', 'dm_service_time']);
    const options = [
      'add_host=2',
      'num_tgts=1',
      `max_luns=${count}`,
      `dev_size_mb=${sizeMib}`,
      'vpd_use_hostno=0',
      'delay=0',
    ];
    this.#journal.run(['modprobe', 'scsi_debug', ...options]);
    waitFor('every disk is there', () => disks().length === 2 * count);
    this.#journal.run(['udevadm', 'settle', '-t', '20']);
    const byLun = Map.groupBy(disks(), (name) => addressOf(name).split(':')[3] ?? '');
    return [...byLun].sort(([a], [b]) => Number(a) - Number(b)).map(([, names]) => names);
  }

  /** multipathd with maps of its own; answers its pid once a map is over every LUN. */
  daemon(maps: number): number {
    const lines = ['find_multipaths no', 'polling_interval 2', 'no_path_retry queue', 'user_friendly_names yes'];
    writeFileSync('/etc/multipath.conf', `defaults {\n${lines.join('\n')}\n}\nblacklist {\ndevnode "^(loop|ubd)"\n}\n`);
    const pid = this.#journal.background(['multipathd', '-d']);
    const found = (): number =>
      this.#journal
        .run(['dmsetup', 'ls', '--target', 'multipath'], { mayFail: true })
        .stdout.split('\n')
        .filter((line) => /\t/.test(line)).length;
    waitFor('multipathd made its maps', () => found() === maps, 30_000);
    this.#journal.run(['udevadm', 'settle', '-t', '20']);
    return pid;
  }

  /**
   * Maps made by hand from now on: with udevd alive both paths of one are failed at once (udev probes a path while the map
   * takes it), so libdevmapper makes the nodes itself.
   */
  withoutUdev(): void {
    this.#journal.run(['udevadm', 'settle', '-t', '10'], { mayFail: true });
    this.#journal.run(['udevadm', 'control', '--exit'], { mayFail: true });
    // A node has sockets always, and udevd had the only one of this one.
    this.#journal.background(['busybox', 'syslogd', '-n', '-O', '/run/lab-syslog']);
    pause(1000);
    rmSync('/run/udev/control', { force: true });
    process.env['DM_DISABLE_UDEV'] = '1';
  }

  map(name: string, paths: readonly string[], features = '0', sectors = sectorsOf(paths[0] ?? '')): void {
    const each = paths.map((path) => `${numberOf(path)} 1`).join(' ');
    const table = `0 ${sectors} multipath ${features} 0 1 1 service-time 0 ${paths.length} 1 ${each}`;
    this.#journal.run(['dmsetup', 'create', name, '--uuid', `mpath-3${name}`, '--table', table]);
  }

  state(disk: string, state: 'offline' | 'running'): void {
    // The kernel wants the newline (drivers/scsi/scsi_sysfs.c store_state_field).
    writeFileSync(`/sys/block/${disk}/device/state`, `${state}\n`);
    this.#journal.note(`${disk} is ${state}`);
  }

  status(name: string): string {
    return this.#journal.run(['dmsetup', 'status', '--noflush', name]).stdout.trim();
  }

  /** `F` of a path in the map. */
  waitForStatus(name: string, pattern: RegExp): void {
    waitFor(`the status of ${name} is like ${pattern}`, () => pattern.test(this.status(name)), 20_000);
  }

  message(name: string, text: string): void {
    this.#journal.run(['dmsetup', 'message', name, '0', ...text.split(' ')]);
  }
}

const disks = (): readonly string[] =>
  readdirSync('/sys/block').filter(
    (name) =>
      name.startsWith('sd') &&
      existsSync(`/sys/block/${name}/device/model`) &&
      readFileSync(`/sys/block/${name}/device/model`, 'utf8').trim() === 'scsi_debug',
  );

const addressOf = (name: string): string => readdirSync(`/sys/block/${name}/device/scsi_device`)[0] ?? '';

export const numberOf = (name: string): string => readFileSync(`/sys/block/${name}/dev`, 'utf8').trim();

export const sectorsOf = (name: string): number => Number(readFileSync(`/sys/block/${name}/size`, 'utf8'));
