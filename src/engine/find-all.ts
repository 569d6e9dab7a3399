import { CHECKS } from '../checks/index.ts';
import type { Finding } from '../model/finding.ts';
import type { CheckResult } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { examine } from './examine.ts';

/** What every check finds in a snapshot, and those checks that could not judge. */
export function findAll(snapshot: Snapshot): {
  readonly findings: readonly Finding[];
  readonly unknown: readonly CheckResult[];
} {
  const { findings, checks } = examine(snapshot, CHECKS);
  return { findings, unknown: checks.filter(({ outcome }) => outcome === 'unknown') };
}
