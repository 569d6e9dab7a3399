import { nothingJudgedOn } from '../../model/cluster/recorded-left-out.ts';
import { SEVERITIES } from '../../model/finding.ts';
import { every, having, isRecord, number, oneOf, orNull, text } from '../../model/json-shape.ts';
import { everywhere, notJudgedCell } from '../../model/report/area-cell.ts';
import type { Problem, ProblemKind } from '../../model/report/problem.ts';
import type { OverallStatus } from '../../model/report/report.ts';
import type { DigestProblem, ReportDigest } from '../store/hub-store.ts';
import { clip } from './digest.ts';

const STATUSES: readonly OverallStatus[] = ['healthy', 'waiting', 'warning', 'critical', 'unknown'];

const KINDS: readonly ProblemKind[] = [
  'sight',
  'server',
  'mount',
  'volume',
  'device',
  'group',
  'pool',
  'vmid',
  'cluster',
];

/** What a problem must still be in a later schema to be listed. */
const PROBLEM = having({
  id: text,
  kind: oneOf(KINDS),
  severity: oneOf(SEVERITIES),
  who: text,
  what: text,
  codes: every(text),
  'bytes?': orNull(number),
  'acknowledged?': orNull(having({ by: text })),
});

const GUEST = having({ vmid: number, name: text, type: orNull(oneOf(['qemu', 'lxc'])), node: orNull(text) });

/** The code under which pages say that this hub is older than the report. */
export const FUTURE = 'SCHEMA';

/** As the schema of today has it: it stands in addresses. */
const PROBLEM_ID = /^[a-z]+:[A-Za-z0-9._/@:+%-]{0,1000}$/;

/** Of a report that a later version wrote: what can be understood, by its shape. The rest counts as not judged. */
export function futureDigest(report: Readonly<Record<string, unknown>>, schemaVersion: number): ReportDigest {
  const because = `the report has schema version ${schemaVersion}, which this hub cannot read in full: update the hub`;
  const problems = listOf(report['problems']).filter(isProblem).map(problemOf);
  const { toolVersion, status, grade, score, host, notSeen } = report;
  const node = report['node'];
  return {
    pveVersion: isRecord(host) && typeof host['pveVersion'] === 'string' ? clip(host['pveVersion'], 100) : null,
    toolVersion: typeof toolVersion === 'string' ? clip(toolVersion, 100) : '',
    schemaVersion,
    status: STATUSES.find((known) => known === status) ?? 'unknown',
    grade: typeof grade === 'string' ? clip(grade, 10) : '?',
    score: typeof score === 'number' && score >= 0 && score <= 100 ? Math.round(score) : null,
    problems: [...new Map(problems.map((problem) => [problem.id, problem])).values()],
    areas: everywhere(() => notJudgedCell(because)),
    unjudged: [{ code: FUTURE, because }],
    notSeen: listOf(notSeen).length,
    indexedNames: [
      ...(typeof node === 'string' ? [{ kind: 'node' as const, name: node, problemId: null }] : []),
      ...problems.flatMap(({ id, guests }) =>
        guests.map(({ vmid }) => ({ kind: 'vmid' as const, name: `${vmid}`, problemId: id })),
      ),
    ],
    notJudged: [{ ...nothingJudgedOn('', because), kind: 'older-version', node: null }],
    ...{ checkCodes: [], guests: [], fullness: [] },
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isProblem = (value: unknown): value is Problem =>
  PROBLEM(value, '') === null && PROBLEM_ID.test((value as Problem).id);

function problemOf(problem: Problem): DigestProblem {
  const { id, kind, severity, who, what, codes, bytes = null, acknowledged = null } = problem;
  const guests = listOf(problem.guests).filter(
    (guest): guest is Problem['guests'][number] => GUEST(guest, '') === null,
  );
  return {
    ...{ id: clip(id), kind, severity, who: clip(who), what: clip(what), bytes, acknowledged: acknowledged !== null },
    code: clip(codes[0] ?? '', 40),
    codes: codes.slice(0, 100).map((code) => clip(code, 40)),
    findings: listOf(problem.findings).filter((key) => typeof key === 'string'),
    title: '',
    // A command of another version is nothing to be copied from here.
    ...{ next: 'Read its own report on the node.', repairable: false },
    guests: guests.slice(0, 100).map((guest) => ({ ...guest, name: clip(guest.name, 200) })),
  };
}
