import type { Severity } from '../model/finding.ts';
import type { Counts } from '../model/report/overall-status.ts';
import type { Grade } from '../model/report/report.ts';

export function countFindings(findings: readonly { readonly severity: Severity }[]): Counts & { notices: number } {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { critical: of('critical'), warnings: of('warning'), notices: of('notice') };
}

/** The seeds' score: 100, minus 20 for each critical (at most 60), minus 5 for each warning (at most 40). */
export const scoreOf = ({ critical, warnings }: Counts): number =>
  100 - Math.min(60, 20 * critical) - Math.min(40, 5 * warnings);

/** The seeds' grade: A+ nothing; B 1-5 warnings; C 6-20; D 21-50; F more than 50, or any critical. */
export function gradeOf({ critical, warnings }: Counts): Grade {
  if (critical > 0 || warnings > 50) return 'F';
  if (warnings > 20) return 'D';
  if (warnings > 5) return 'C';
  return warnings > 0 ? 'B' : 'A+';
}
