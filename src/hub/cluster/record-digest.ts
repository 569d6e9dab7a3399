import type { NodeRecord, NodeVerdict, RecordedProblem } from '../../model/cluster/node-record.ts';
import { isTold, openReasons, reasonsIn } from '../../model/cluster/recorded-areas.ts';
import { eachLeftOut, leftOutOn, nothingJudgedOn } from '../../model/cluster/recorded-left-out.ts';
import { cellOf, everywhere } from '../../model/report/area-cell.ts';
import { areaOf } from '../../model/report/cluster-report.ts';
import type { NotJudged } from '../../model/report/not-judged.ts';
import { keysById } from '../../model/report/report-history.ts';
import { kindOf } from '../../problems/cluster-problems.ts';
import type { DigestProblem, IndexedName, ReportDigest, Unjudged } from '../store/hub-store.ts';

/** What the pages need of what a node published in its cluster. That is less than its report has, and nothing is made up for the rest. */
export function digestOfRecord({
  node,
  toolVersion,
  verdict,
}: Pick<NodeRecord, 'node' | 'toolVersion' | 'verdict'>): ReportDigest {
  const problems = (verdict?.problems ?? []).map(digestProblem);
  return {
    ...{ pveVersion: null, toolVersion, schemaVersion: 1, score: null, notSeen: 0 },
    status: verdict?.status ?? 'unknown',
    grade: verdict?.grade ?? '?',
    problems,
    areas: everywhere((area) => {
      const found = problems.filter((problem) => !problem.acknowledged && areaOf(problem.code) === area);
      const severities = found.map(({ severity }) => severity);
      return cellOf(severities, reasonsIn(area, verdict), isTold(area, verdict));
    }),
    unjudged: unjudgedOf(verdict),
    indexedNames: [{ kind: 'node', name: node, problemId: null }, ...problems.flatMap(indexedNamesOf)],
    notJudged: notJudgedOf(verdict),
    ...{ checkCodes: verdict?.checks ?? [], guests: [] },
    fullness: (verdict?.fullness ?? []).map(({ id, percent }) => [id, percent] as const),
  };
}

/** A version that does not name its checks knows none, so that nothing of it is taken for gone. */
function notJudgedOf(verdict: NodeVerdict | null): readonly NotJudged[] {
  const list =
    verdict === null || verdict.problems === null || verdict.unjudged === null
      ? [nothingJudgedOn('', 'what it could not judge did not fit into its record')]
      : leftOutOn('', verdict.unjudged);
  return list.map((one) => ({ ...one, node: null }));
}

/** What did not fit into a record was not told: that is never taken for judged. */
function unjudgedOf(verdict: NodeVerdict | null): readonly Unjudged[] {
  if (verdict === null || verdict.problems === null || verdict.unjudged === null)
    return [{ code: '', because: openReasons('entries', verdict)[0] ?? 'not everything fitted into its record' }];
  return eachLeftOut(verdict.unjudged);
}

function digestProblem({ codes, vmids, kind, findings, ...rest }: RecordedProblem): DigestProblem {
  const { id, severity, who, what, acknowledged, next, repairable } = rest;
  return {
    ...{ id, kind: kindOf(kind), severity, who, what, acknowledged, next, repairable },
    ...{ code: codes[0] ?? '', codes, title: '', bytes: null },
    // Of what it does not name, each check and each guest has to be looked at.
    findings: findings === undefined || findings.length === 0 ? keysById({ id, codes, vmids }) : findings,
    guests: vmids.map((vmid) => ({ vmid, name: '', type: null, node: null, state: 'unknown' })),
  };
}

const indexedNamesOf = ({ id, guests }: DigestProblem): readonly IndexedName[] => [
  ...guests.map(({ vmid }) => ({ kind: 'vmid' as const, name: `${vmid}`, problemId: id })),
  ...(id.startsWith('server:') ? [{ kind: 'server' as const, name: id.slice('server:'.length), problemId: id }] : []),
];
