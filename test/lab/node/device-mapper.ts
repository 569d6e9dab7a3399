import { type Journal, waitFor } from './journal.ts';

export interface Entry {
  readonly name: string;
  readonly uuid?: string;
  readonly readOnly?: boolean;
  /** Table lines, as `dmsetup table` prints them. */
  readonly table: readonly string[];
}

/** dmsetup 1.02.185 gives up on 1.5 MB of input: "Read from stdin aborted: Bad address". */
const ENTRIES_PER_CALL = 1000;

/** Entries made by hand, and questions to device-mapper by which a case makes sure of its situation. */
export class DeviceMapper {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Many in one `dmsetup create --concise`: thousands take seconds without udev. */
  create(entries: readonly Entry[]): void {
    for (let at = 0; at < entries.length; at += ENTRIES_PER_CALL) {
      const concise = entries.slice(at, at + ENTRIES_PER_CALL).map((entry) => {
        const flags = entry.readOnly === true ? 'ro' : 'rw';
        return [entry.name, entry.uuid ?? '', '', flags, ...entry.table].map(escaped).join(',');
      });
      const options = { input: concise.join(';\n'), timeoutMs: 600_000 };
      this.#journal.run(['dmsetup', 'create', '--concise'], options);
    }
  }

  remove(name: string): void {
    this.#journal.run(['dmsetup', 'remove', '--retry', name]);
  }

  /** Reads and writes wait from now on. No `lvs` or `udevadm settle` may follow before `resume`. */
  suspend(name: string): void {
    this.#journal.run(['dmsetup', 'suspend', '--nolockfs', name]);
  }

  resume(name: string): void {
    this.#journal.run(['dmsetup', 'resume', name]);
  }

  /** Loads a table and makes it the live one. */
  reload(name: string, table: string): void {
    this.#journal.run(['dmsetup', 'reload', name, '--table', table]);
    this.resume(name);
  }

  uuid(name: string): string {
    return this.#journal.run(['dmsetup', 'info', '-c', '--noheadings', '-o', 'uuid', name]).stdout.trim();
  }

  openCount(name: string): number {
    return Number(this.#journal.run(['dmsetup', 'info', '-c', '--noheadings', '-o', 'open', name]).stdout.trim());
  }

  waitForOpen(name: string, count: number): void {
    waitFor(`${name} is open ${count} times`, () => this.openCount(name) === count);
  }

  table(name: string): string {
    return this.#journal.run(['dmsetup', 'table', name]).stdout.trim();
  }

  names(): readonly string[] {
    const listed = this.#journal.run(['dmsetup', 'info', '-c', '--noheadings', '-o', 'name'], { mayFail: true }).stdout;
    return listed
      .split('\n')
      .map((line) => line.trim())
      .filter((name) => name !== '' && !name.startsWith('No devices'))
      .sort();
  }
}

/** Commas and semicolons separate fields and entries (dmsetup(8), CONCISE FORMAT). */
const escaped = (field: string): string => field.replace(/[\\,;]/g, '\\$&');

/** The device-mapper name of a logical volume. */
export const dmName = (vg: string, lv: string): string => [vg, lv].map((part) => part.replace(/-/g, '--')).join('-');
