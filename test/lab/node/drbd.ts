import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Journal, waitFor } from './journal.ts';

/** Both sides of a DRBD 8.4 resource in one kernel: two resources that know each other by their addresses only. */
export class DrbdPair {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** `one` is /dev/drbd0, `two` is /dev/drbd1; whole once this returns, with `one` as primary. */
  start(disks: readonly [string, string]): void {
    this.#journal.run(['modprobe', 'drbd', 'minor_count=4']);
    for (const address of ['10.9.1.1', '10.9.1.2'])
      this.#journal.run(['ip', 'addr', 'add', `${address}/32`, 'dev', 'lo']);
    for (const directory of ['/var/lib/drbd', '/var/run/drbd']) mkdirSync(directory, { recursive: true });
    this.#resource('one', 0, disks[0], ['10.9.1.1', '10.9.1.2']);
    this.#resource('two', 1, disks[1], ['10.9.1.2', '10.9.1.1']);
    for (const name of ['one', 'two']) {
      this.#journal.run(['drbdadm', '-c', `/etc/drbd-${name}.conf`, '--', '--force', 'create-md', name]);
      this.adm(name, 'up');
    }
    waitFor('both sides are connected', () => (this.state().match(/cs:Connected/g) ?? []).length === 2, 30_000);
    this.adm('one', 'primary', '--force');
    waitFor('both copies are good', () => (this.state().match(/ds:UpToDate\/UpToDate/g) ?? []).length === 2, 60_000);
  }

  #resource(name: string, minor: number, disk: string, [own, peer]: readonly [string, string]): void {
    const on = (node: string, address: string) => `on ${node} { address ${address}:7788; }`;
    const rate = 'disk { c-plan-ahead 0; resync-rate 100M; }';
    const words = `${rate} device /dev/drbd${minor}; disk ${disk}; meta-disk internal; ${on(hostname(), own)} ${on('peer', peer)}`;
    writeFileSync(`/etc/drbd-${name}.conf`, `global { usage-count no; }\nresource ${name} { ${words} }\n`);
  }

  adm(name: string, ...words: readonly string[]): void {
    this.#journal.run(['drbdadm', '-c', `/etc/drbd-${name}.conf`, ...words, name], { mayFail: true });
  }

  state(): string {
    return this.#journal.run(['cat', '/proc/drbd']).stdout;
  }
}
