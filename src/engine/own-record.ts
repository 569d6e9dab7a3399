import { carryOn } from '../model/cluster/carry-on.ts';
import { fingerprintOf } from '../model/cluster/fingerprint.ts';
import {
  type NodeRecord,
  type NodeVerdict,
  RECORD_FORMAT,
  type RecordedProblem,
} from '../model/cluster/node-record.ts';
import type { Problem } from '../model/report/problem.ts';
import { isUnjudged, type Report } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { VERSION } from '../model/version.ts';

/** This node as the others would see it, by this very snapshot, before anything was judged. */
export function ownLook(snapshot: Snapshot): NodeRecord {
  const { sections, takenAt } = snapshot;
  const { host, cluster, identities, peers } = sections;
  const { fingerprint, gaps } = fingerprintOf(sections, takenAt);
  const hostName = host.reading.state === 'known' ? host.reading.value.hostName : '';
  const before = peers.reading.state === 'known' ? peers.reading.value.words.get(peers.reading.value.self) : undefined;
  const look = {
    format: RECORD_FORMAT,
    toolVersion: VERSION,
    node: cluster.reading.state === 'known' ? cluster.reading.value.nodeName : hostName,
    takenAt,
    bootId: identities.reading.state === 'known' ? identities.reading.value.bootId : '',
    uptimeSeconds: host.reading.state === 'known' ? host.reading.value.uptimeSeconds : null,
    fingerprint,
    gaps,
  } as const;
  return { ...look, verdict: null, fingerprint: carryOn(look, before?.state === 'record' ? before.record : null) };
}

/** The same with what was found, which is what is published. */
export const ownRecord = (snapshot: Snapshot, report: Report): NodeRecord => ({
  ...ownLook(snapshot),
  verdict: verdictOf(report),
});

const verdictOf = ({ status, grade, problems, checks }: Report): NodeVerdict => ({
  status,
  grade,
  problems: problems.map(recorded),
  unjudged: checks.filter(isUnjudged).map(({ code, because }) => ({ code, because: because.slice(0, 200) })),
});

const recorded = ({ id, kind, severity, who, what, codes, guests, next, acknowledged }: Problem): RecordedProblem => ({
  ...{ id, kind, severity, who, what, codes },
  vmids: guests.map(({ vmid }) => vmid),
  acknowledged: acknowledged !== null,
  next: next.text,
  repairable: next.repairable,
});
