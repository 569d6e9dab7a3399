import type { Problem } from '../report/problem.ts';
import type { ReportHead } from '../report/report.ts';
import type { Answer, Wanted } from './answer.ts';

/** What `pve-doctor before` shows (docs/before.schema.json). */
export interface BeforeReport extends Omit<ReportHead, 'notSeen'>, Answer {
  readonly operation: Wanted['operation'];
  readonly guest: BeforeGuest | null;
  /** What `check` says of the guest now, of all for `reboot`: the one verdict that every view shows. */
  readonly problems: readonly Pick<Problem, 'id' | 'severity' | 'who' | 'what' | 'codes'>[];
  readonly exitCode: 0 | 1 | 2 | 3;
}

export interface BeforeGuest {
  readonly vmid: number;
  readonly type: 'qemu' | 'lxc';
  readonly name: string;
  /** null: it could not be read. */
  readonly running: boolean | null;
}
