import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../../src/model/report/report.ts';
import type { LeftoverReport } from '../../../src/model/volumes/leftover-report.ts';
import type { Judgement } from './verdict.ts';

/** One situation that Proxmox VE's own programs make. */
export interface PveCase {
  readonly about: string;
  readonly run: (lab: PveLab) => void;
}

/** What a case leaves behind for who started it. */
export interface CaseResult {
  readonly differences: readonly string[];
  readonly judgements: readonly Judgement[];
}

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** A fresh node, on which qm, pct and pvesm are Proxmox VE's own. */
export class PveLab {
  readonly differences: string[] = [];
  /** Of predictions, where the case makes any. */
  readonly judgements: Judgement[] = [];

  /**
   * Runs lines one after the other and answers all that they printed, errors too: `qm …`, `pct …`, `pvesm …`; `crash N COMMAND` kills
   * the worker before its Nth step, an external command or a write of a configuration; `power N COMMAND` what started it too; `steps COMMAND`
   * numbers the steps; a line with `!` is for bash.
   */
  pve(...lines: readonly string[]): string {
    return this.#run('bash', ['-c', 'exec pve-run 2>&1'], `${lines.join('\n')}\n`);
  }

  shell(command: string): string {
    return this.#run('bash', ['-c', command]).trim();
  }

  /** Time that passes, for what has to be old before it is judged. */
  later(span: string): void {
    this.shell(`date -s '+${span}'`);
  }

  check(): Report {
    return JSON.parse(this.doctor('check', '--format', 'json')) as Report;
  }

  leftovers(): LeftoverReport {
    return JSON.parse(this.doctor('leftovers', '--format', 'json')) as LeftoverReport;
  }

  /** What pve-doctor prints, whatever its exit status. */
  doctor(...args: readonly string[]): string {
    return this.#run(`${REPOSITORY}bin/pve-doctor`, args);
  }

  /** Names of the logical volumes of a VG, sorted; what the truth is told by. */
  lvs(vgName: string): readonly string[] {
    return this.shell(`lvs --noheadings -o lv_name ${vgName}`)
      .split(/\s+/)
      .filter((name) => name !== '')
      .sort();
  }

  expect(what: string, actual: unknown, expected: unknown): void {
    const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (is !== should) this.differences.push(`${what}: ${is}, not ${should}`);
  }

  #run(program: string, args: readonly string[], input = ''): string {
    const { stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1e8 });
    if (error !== undefined) throw error;
    console.log(`$ ${program} ${args.join(' ')}\n${input}${stdout}${stderr}`);
    return stdout;
  }
}
