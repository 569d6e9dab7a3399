import type { CheckResult } from '../model/report/report.ts';
import { counted } from './counted.ts';

/** The reason that some checks share, and their codes: `/etc/pve is not mounted (DM010, DM011)`. */
export function reasonsOf(checks: readonly CheckResult[]): readonly string[] {
  const codes = new Map<string, string[]>();
  for (const check of checks) {
    codes.set(check.because, [...(codes.get(check.because) ?? []), check.code]);
  }
  return [...codes].map(([because, list]) => `${because} (${list.join(', ')})`);
}

/** `2 findings`, `clean`, `not applicable`. */
export const outcomeOf = (check: CheckResult): string =>
  check.outcome === 'found' ? counted(check.findings, 'finding') : check.outcome.replace('-', ' ');
