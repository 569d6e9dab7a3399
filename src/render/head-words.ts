import type { HostFacts } from '../model/host-facts.ts';
import { type CheckOutcome, isUnjudged, type Report } from '../model/report/report.ts';
import type { PastRun } from '../model/report/report-history.ts';
import { bytes, counted, uptime } from './counted.ts';
import { printable } from './printable.ts';

/** `8.4.1, kernel 6.8.12-4-pve`. */
export function versionsOf(host: HostFacts | null): string {
  if (host === null) return 'not known: the facts of this machine could not be read';
  const pve = host.pveVersion === null ? 'not installed here' : printable(host.pveVersion);
  return host.kernelRelease === null ? pve : `${pve}, kernel ${printable(host.kernelRelease)}`;
}

interface Graded extends Pick<Report, 'grade' | 'score' | 'gradeBecause'> {
  readonly summary: Pick<Report['summary'], 'critical' | 'warnings' | 'notices'>;
}

/** `F: 3 critical problems`: a grade never stands without its reason. */
export function gradeOf({ grade, summary, score, gradeBecause }: Graded): string {
  if (score === null) return `${grade} (${printable(gradeBecause)})`;
  const { critical, warnings, notices } = summary;
  const mild = notices > 0 ? 'only notices' : 'no problems';
  const reason =
    critical > 0 ? counted(critical, 'critical problem') : warnings > 0 ? counted(warnings, 'warning') : mild;
  return `${printable(grade)}: ${reason}`;
}

/** `grade F: 3 critical problems`, `no grade: /etc/pve is not mounted`. */
export const gradeReason = (of: Graded): string =>
  of.score === null ? `no grade: ${printable(of.gradeBecause)}` : `grade ${gradeOf(of)}`;

/** The same of a run that was kept. */
export const gradeOfRun = (run: PastRun): string =>
  gradeReason({ ...run, summary: run, gradeBecause: 'not everything could be judged' });

/** `27 examined, 1 could not be judged`. */
export function examinedOf({ checks }: Report): string {
  const count = (...outcomes: readonly CheckOutcome[]) =>
    checks.filter((check) => outcomes.includes(check.outcome)).length;
  const others = count('not-applicable');
  return [
    `${count('clean', 'found')} examined`,
    `${checks.filter(isUnjudged).length} could not be judged`,
    ...(others === 0 ? [] : [`${others} ${others === 1 ? 'does' : 'do'} not apply here`]),
  ].join(', ');
}

const share = (available: number | null, total: number | null): string | null =>
  available === null || total === null ? null : `${bytes(available)} available of ${bytes(total)}`;

/** The machine in words; null where that could not be read. */
export function machineRows(host: HostFacts): readonly (readonly [label: string, text: string | null])[] {
  const cpus = host.cpuCount === null ? null : counted(host.cpuCount, 'CPU');
  const processor = [host.cpuModel, cpus].filter((part) => part !== null).join(', ');
  return [
    ['Model', host.model],
    ['CPU', processor === '' ? null : processor],
    ['Load', host.loadAverages?.join(', ') ?? null],
    ['Memory', share(host.memoryAvailableBytes, host.memoryTotalBytes)],
    ['Root fs', share(host.rootAvailableBytes, host.rootTotalBytes)],
    ['Uptime', host.uptimeSeconds === null ? null : uptime(host.uptimeSeconds)],
  ];
}
