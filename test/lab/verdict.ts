import type { ClusterReport } from '../../src/model/report/cluster-report.ts';
import type { Report } from '../../src/model/report/report.ts';

/** Everything that the lab knows of the report's form is in this file. */
export interface Verdict {
  readonly exit: number;
  readonly grade: Report['grade'];
  /** `CODE subject severity`, sorted; a finding that stands twice is here twice. */
  readonly findings: readonly string[];
  /** Class of every guest-volume entry, by device-mapper name. */
  readonly entries: Readonly<Record<string, Report['entries'][number]['class']>>;
  /** Codes of checks that could not judge, sorted. */
  readonly unknown: readonly string[];
}

export type ExpectedVerdict = Omit<Verdict, 'unknown'> & Partial<Pick<Verdict, 'unknown'>>;

export const parseReport = (text: string): Report => JSON.parse(text) as Report;

export function verdictOf(report: Report, exit: number): Verdict {
  return {
    exit,
    grade: report.grade,
    findings: report.findings.map(({ code, subject, severity }) => `${code} ${subject.id} ${severity}`).sort(),
    entries: Object.fromEntries(report.entries.map((entry) => [entry.name, entry.class])),
    unknown: report.checks
      .filter((check) => check.outcome === 'unknown')
      .map((check) => check.code)
      .sort(),
  };
}

/** Lines that say how the verdicts differ; none when they are the same. */
export function verdictDifferences(expected: ExpectedVerdict, actual: Verdict): readonly string[] {
  return [
    ...valueDifference('exit status', expected.exit, actual.exit),
    ...valueDifference('grade', expected.grade, actual.grade),
    ...listDifferences('finding', expected.findings, actual.findings),
    ...listDifferences('entry', classLines(expected.entries), classLines(actual.entries)),
    ...listDifferences('unknown check', expected.unknown ?? [], actual.unknown),
  ];
}

/** What the checks across nodes say. */
export interface ExpectedAcross {
  /** Nodes that are judged. */
  readonly judged: readonly string[];
  /** `CODE subject nodes`. */
  readonly findings: readonly string[];
  /** Codes of checks that could not compare everything. */
  readonly open?: readonly string[];
}

export function acrossDifferences(expected: ExpectedAcross, { nodes, checks, findings }: ClusterReport) {
  const open = checks.filter(({ because }) => because !== '');
  const found = findings.map(({ code, subject, nodes: of }) => `${code} ${subject.id} ${(of ?? []).join(',')}`);
  const unjudged = nodes.filter(({ isJudged }) => !isJudged);
  return {
    lines: [
      ...listDifferences(
        'judged node',
        expected.judged,
        nodes.filter(({ isJudged }) => isJudged).map(({ name }) => name),
      ),
      ...listDifferences('finding across nodes', expected.findings, found),
      ...listDifferences(
        'check that could not compare everything',
        expected.open ?? [],
        open.map(({ code }) => code),
      ),
    ],
    reasons: [...unjudged, ...open].map((one) => `${'code' in one ? one.code : one.name}: ${one.because}`),
  };
}

export const valueDifference = (what: string, expected: unknown, actual: unknown): readonly string[] => {
  const [wanted, got] = [JSON.stringify(expected), JSON.stringify(actual)];
  return wanted === got ? [] : [`${what}: expected ${wanted}, got ${got}`];
};

/** Compares as multisets. */
function listDifferences(what: string, expected: readonly string[], actual: readonly string[]): readonly string[] {
  const surplus = [...actual];
  const missing = expected.filter((line) => {
    const at = surplus.indexOf(line);
    if (at >= 0) surplus.splice(at, 1);
    return at < 0;
  });
  return [
    ...missing.map((line) => `- ${what} missing: ${line}`),
    ...surplus.map((line) => `+ ${what} too much: ${line}`),
  ];
}

const classLines = (entries: Verdict['entries']): readonly string[] =>
  Object.entries(entries)
    .map(([name, entryClass]) => `${name} ${entryClass}`)
    .sort();
