import type { MailPart } from '../model/cluster/mail-part.ts';
import type { NodeRecord, NodeVerdict, RecordedProblem } from '../model/cluster/node-record.ts';
import { ownLook } from '../model/cluster/own-look.ts';
import { compactLeftOut, recordedLeftOut } from '../model/cluster/recorded-left-out.ts';
import { sectionsOf } from '../model/derived.ts';
import { areaOf } from '../model/report/cluster-report.ts';
import { fullnessOf } from '../model/report/history-state.ts';
import type { Problem } from '../model/report/problem.ts';
import type { Report } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** Another look at this node, without a verdict. */
export const lookOf = (snapshot: Snapshot): NodeRecord => ownLook(sectionsOf(snapshot), snapshot.takenAt);

/** What a node publishes: how it looks, and what was found. */
export const ownRecord = (snapshot: Snapshot, report: Report, mail: MailPart | null = null): NodeRecord => ({
  ...lookOf(snapshot),
  verdict: verdictOf(report),
  ...(mail === null ? {} : { mail }),
});

/** What others are told of a report. */
export const verdictOf = ({
  status,
  grade,
  problems,
  checks,
  notJudged,
  mounts,
  mountLimits,
}: Report): NodeVerdict => ({
  status,
  grade,
  problems: problems.map(recorded),
  unjudged: compactLeftOut(recordedLeftOut(notJudged)),
  areas: [...new Set(checks.filter(({ code }) => !isAcross(code)).map(({ code }) => areaOf(code)))],
  checks: checks.map(({ code }) => code),
  fullness: nearlyFull(mounts, mountLimits),
});

/** Percents below the limit, within which a file system may have been above it at the last look. */
const NEARLY = 5;

const nearlyFull = (mounts: Report['mounts'], limits: Report['mountLimits']): NonNullable<NodeVerdict['fullness']> =>
  limits === null
    ? []
    : [...fullnessOf(mounts)].flatMap(([id, percent]) =>
        percent < limits.warningPercent - NEARLY ? [] : [{ id, percent }],
      );

/** What is between nodes is no look at an area of this one. */
const isAcross = (code: string): boolean => /^CL\d/.test(code);

/** A record is small: of a server with hundreds of mounts the codes and guests have to do. */
const MOST_FINDINGS = 50;
const MOST_VMIDS = 30;

/** A problem as other nodes are told of it. */
export const recorded = ({
  id,
  kind,
  severity,
  who,
  what,
  codes,
  findings,
  guests,
  next,
  acknowledged,
}: Problem): RecordedProblem => ({
  id,
  kind,
  severity,
  who,
  what,
  codes,
  ...(findings.length > MOST_FINDINGS ? {} : { findings }),
  vmids: guests.slice(0, MOST_VMIDS).map(({ vmid }) => vmid),
  acknowledged: acknowledged !== null,
  next: next.text,
  repairable: next.repairable,
});
