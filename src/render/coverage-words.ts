import type { CheckResult } from '../model/report/report.ts';
import { counted } from './counted.ts';

/** Codes of some checks under the reason that they share: `DM010, DM011: /etc/pve is not mounted`. */
export function reasonsOf(checks: readonly CheckResult[]): readonly string[] {
  const codes = new Map<string, string[]>();
  for (const check of checks) {
    codes.set(check.because, [...(codes.get(check.because) ?? []), check.code]);
  }
  return [...codes].map(([because, list]) => `${list.join(', ')}: ${because}`);
}

/** `2 findings`, `clean`, `not applicable`. */
export const outcomeOf = (check: CheckResult): string =>
  check.outcome === 'found' ? counted(check.findings, 'finding') : check.outcome.replace('-', ' ');
