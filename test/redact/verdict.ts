import type { ClusterCheck } from '../../src/engine/check-cluster.ts';
import type { Report } from '../../src/model/report/report.ts';

/** All that a report says, without the names. */
export function verdictWithoutNames(report: Report): unknown {
  const { status, exitCode, grade, score, summary, nextVmids, leftovers } = report;
  const numbers = new Map(report.entries.map((entry) => [entry.name, `${entry.major}:${entry.minor}`]));
  return {
    ...{ status, exitCode, grade, score, summary },
    checks: report.checks.map(({ code, outcome, findings }) => ({ code, outcome, findings })),
    findings: report.findings
      .map(({ code, severity, certainty, vmid, repairAction, repair, subject, evidence }) => ({
        ...{ code, severity, certainty, vmid, repairAction, kind: subject.kind, evidence: evidence.length },
        device: numbers.get(subject.id) ?? null,
        offered: repair.offered,
        action: repair.offered ? repair.action : null,
      }))
      .sort(byText),
    entries: report.entries
      .map(({ major, minor, vmid, volumeKind, inUse, openCount, idle, findings, ...entry }) => ({
        ...{ major, minor, vmid, volumeKind, class: entry.class, inUse, openCount, idle },
        findings: [...findings].sort(),
        reasons: entry.reasons.length,
        holders: entry.holders.map(({ kind }) => kind),
        references: entry.references
          .map(({ vmid: guest, certainty, local }) => ({ guest, certainty, local }))
          .sort(byText),
      }))
      .sort(byText),
    guests: report.guests.map(({ name, lock, ...guest }) => ({
      ...guest,
      isNamed: name !== '',
      isLocked: lock !== '',
    })),
    leftovers: leftovers.map(({ vmid, entries, volumes }) => [vmid, entries.length, volumes.length]),
    nextVmids: nextVmids.map(({ vmid, leftovers: met }) => [vmid, met.length]),
    notSeen: report.notSeen.length,
    sections: report.sections.map(({ name, state }) => ({ name, state })),
  };
}

/** The same of what only several nodes together show; why there is nothing to compare. */
export function clusterVerdict(checked: ClusterCheck): unknown {
  if (!('report' in checked)) return 'no cluster';
  const { status, exitCode, summary, nodes, checks, findings } = checked.report;
  return {
    ...{ status, exitCode, summary },
    nodes: nodes.map(({ nodeId, isJudged, via, status: own, areas }) => ({
      ...{ nodeId, isJudged, via, own },
      areas: Object.values(areas).map(({ state, problems }) => [state, problems]),
    })),
    checks: checks.map(({ code, outcome, findings: count }) => ({ code, outcome, count })),
    findings: findings.map(({ code, severity, evidence }) => [code, severity, evidence.length]).sort(byText),
  };
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
