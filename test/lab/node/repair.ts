import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JournalRecord, Outcome } from '../../../src/model/repair/journal.ts';
import type { Lab } from './lab.ts';

export const PVE_DOCTOR = fileURLToPath(new URL('../../../bin/pve-doctor', import.meta.url));
const LAB = fileURLToPath(new URL('../', import.meta.url));
const JOURNAL = '/var/lib/pve-doctor/journal.jsonl';

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `clean`, `history` and `undo` in a case, and what they leave behind. */
export class Repair {
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  doctor(...args: readonly string[]): Ran {
    return this.program(PVE_DOCTOR, args);
  }

  /** The same, for what takes longer. */
  doctorWithin(seconds: number, ...args: readonly string[]): Ran {
    return this.program(PVE_DOCTOR, args, {}, seconds);
  }

  /** Runs a program whose output goes to files, so that nothing it leaves behind keeps this waiting. */
  program(path: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, limitSeconds = 240): Ran {
    const [out, err] = ['/run/repair.out', '/run/repair.err'] as const;
    const files = [openSync(out, 'w'), openSync(err, 'w')] as const;
    const began = Date.now();
    const done = spawnSync(path, args, {
      stdio: ['ignore', ...files],
      env: { ...process.env, ...env },
      timeout: limitSeconds * 1000,
      killSignal: 'SIGKILL',
    });
    for (const file of files) closeSync(file);
    const ran = { exit: done.status ?? -1, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') };
    const name = path.replace(/.*\//, '');
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    this.#lab.journal.note(`${name} ${args.join(' ')}: exit ${ran.exit} after ${seconds} s`);
    for (const line of `${ran.stdout}${ran.stderr}`.trimEnd().split('\n')) this.#lab.journal.note(`  ${line}`);
    return ran;
  }

  /** Cleans the first planned entry and does something in the middle; see apply-driver.ts. */
  applyMeeting(point: string, ...action: readonly string[]): Ran {
    return this.program(process.execPath, [`${LAB}apply-driver.ts`, point, ...action]);
  }

  /** `pve-doctor` with these arguments on a terminal, its questions answered in turn. */
  onTerminal(args: string, ...answers: readonly string[]): Ran {
    return this.onTerminalOf(80, args, ...answers);
  }

  /** The same on a terminal of so many columns. */
  onTerminalOf(columns: number, args: string, ...answers: readonly string[]): Ran {
    const driver = [`${LAB}answer-driver.ts`, `${columns}`, `${PVE_DOCTOR} ${args}`, ...answers];
    return this.program(process.execPath, driver, { NO_COLOR: '1' });
  }

  /** The commands of the plan, in its order. */
  planned(...args: readonly string[]): readonly string[] {
    const { stdout } = this.doctor('clean', '--dry-run', '--format', 'json', ...args);
    const plan = JSON.parse(stdout) as { readonly steps: readonly { readonly command: readonly string[] }[] };
    return plan.steps.map(({ command }) => command.join(' '));
  }

  records(): readonly JournalRecord[] {
    if (!existsSync(JOURNAL)) return [];
    return readFileSync(JOURNAL, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalRecord);
  }

  /** `record` of every line, with state and reason where it has them. */
  trail(): readonly string[] {
    return this.records().map((record) =>
      record.record === 'outcome' || record.record === 'explained'
        ? [record.record, record.state, record.reason].filter(Boolean).join(' ')
        : record.record,
    );
  }

  outcomes(): readonly Outcome[] {
    return this.records().filter((record) => record.record === 'outcome');
  }

  /** Entries of the VG that the cases work on. */
  entries(): readonly string[] {
    return this.#lab.dm.names().filter((name) => name.startsWith('san-'));
  }

  /** Every entry's name, UUID, table and open count: what must be the same when nothing was changed. */
  devices(): string {
    const info = ['dmsetup', 'info', '-c', '--noheadings', '-o', 'name,uuid,open'];
    const tables = this.#lab.journal.run(['dmsetup', 'table'], { mayFail: true }).stdout.split('\n').sort().join('\n');
    return `${this.#lab.journal.run(info, { mayFail: true }).stdout}${tables}`;
  }

  settle(): void {
    this.#lab.journal.run(['udevadm', 'settle', '-t', '10'], { mayFail: true });
  }

  /** sha256 of what is on a volume or device. */
  content(path: string): string {
    return this.#lab.journal.run(['sha256sum', path]).stdout.split(' ')[0] ?? '';
  }
}
