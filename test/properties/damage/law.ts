import { CHECKS } from '../../../src/checks/index.ts';
import { assembleReport } from '../../../src/engine/assemble-report.ts';
import { collect } from '../../../src/engine/collect.ts';
import { examine } from '../../../src/engine/examine.ts';
import { EVERYTHING } from '../../../src/engine/narrowing.ts';
import { memoryHost } from '../../../src/host/memory-host.ts';
import type { Capture } from '../../../src/model/capture.ts';
import { lookOf, wasJudged } from '../../../src/model/report/history-state.ts';
import { isUnjudged, type Report } from '../../../src/model/report/report.ts';
import { findingKey } from '../../../src/model/report/report-history.ts';
import { planRepairs } from '../../../src/repair/index.ts';

/** What is said and what would be done about a node. */
export interface Answer {
  readonly report: Report;
  /** Steps of the plan, each as one text. */
  readonly steps: readonly string[];
}

export async function answerTo(capture: Capture): Promise<Answer> {
  const snapshot = await collect(memoryHost(capture));
  const examination = examine(snapshot, CHECKS);
  const { plans } = planRepairs(examination.findings, snapshot, { only: null, vmid: null });
  return {
    report: assembleReport(snapshot, examination, { source: 'capture', durationMs: 0, narrowing: EVERYTHING }),
    steps: plans.map(({ step }) => `${step.device.name} ${step.argv.join(' ')}`),
  };
}

/** What damage did to an answer. */
export interface Effect {
  /** Findings that the whole node does not have; NODE001 and NODE002 accuse no device. */
  readonly accuses: readonly string[];
  /** What the whole node does not offer to take away, and steps that its plan does not have. */
  readonly removes: readonly string[];
  /** Findings that would count as resolved, although nothing was repaired. */
  readonly resolves: readonly string[];
  /** VMIDs of which it is newly said that nothing is in their way. */
  readonly clears: readonly string[];
  /** What a report owes whoever reads it once a section could not be read. */
  readonly owes: readonly string[];
  /** `silent`: the answer is another one, and nothing says that something was not seen. */
  readonly answer: 'equal' | 'said' | 'silent';
}

export function effectOf(whole: Answer, now: Answer): Effect {
  const said = surplus(unseenIn(now.report), unseenIn(whole.report));
  const isEqual = JSON.stringify(now) === JSON.stringify(whole);
  return {
    accuses: surplus(accusations(now.report), accusations(whole.report)),
    removes: [...surplus(offers(now.report), offers(whole.report)), ...surplus(now.steps, whole.steps)],
    resolves: resolvedBy(now.report, whole.report),
    clears: surplus(clear(now.report), clear(whole.report)),
    owes: owedBy(now.report),
    answer: isEqual ? 'equal' : said.length > 0 ? 'said' : 'silent',
  };
}

const named = ({ code, subject }: Pick<Report['findings'][number], 'code' | 'subject'>): string =>
  `${code} ${subject.id}`;

const accusations = ({ findings }: Report): readonly string[] =>
  findings.filter(({ code }) => !code.startsWith('NODE')).map(named);

const offers = ({ findings }: Report): readonly string[] => findings.filter(({ repair }) => repair.offered).map(named);

const clear = ({ nextVmids }: Report): readonly string[] =>
  nextVmids.flatMap(({ vmid, leftovers }) => (leftovers.length === 0 ? [`VMID ${vmid}`] : []));

/** Sections, parts of them, checks and facts that could not be seen. */
const unseenIn = ({ notSeen, notJudged, sections, checks, host, entries }: Report): readonly string[] => [
  ...notSeen,
  ...notJudged.map(({ reason }) => reason),
  ...sections.flatMap(({ name, state }) => (state === 'known' ? [] : [`section ${name}`])),
  ...checks.flatMap((check) => (isUnjudged(check) ? [`check ${check.code}: ${check.because}`] : [])),
  ...Object.entries(host ?? {}).flatMap(([name, value]) => (value === null || value === '' ? [`host ${name}`] : [])),
  ...entries.flatMap(({ name, inUse }) => (inUse === 'unknown' ? [`use of ${name}`] : [])),
];

function resolvedBy(report: Report, whole: Report): readonly string[] {
  const now = new Set(report.findings.map(findingKey));
  const look = lookOf(report);
  return whole.findings
    .filter((finding) => !now.has(findingKey(finding)) && wasJudged(findingKey(finding), look))
    .map(named);
}

function owedBy({ sections, notSeen, checks, exitCode, grade, score }: Report): readonly string[] {
  const unread = sections.filter(({ state }) => state === 'unreadable');
  const isBlind = unread.some(({ name }) => name === 'deviceMapper' || name === 'guests');
  return [
    ...unread.flatMap(({ name, because }) => (because === '' ? [`a reason why ${name} is unreadable`] : [])),
    ...(unread.length > 0 && notSeen.length === 0 ? ['a word of what was not seen'] : []),
    ...((unread.length > 0 || checks.some(isUnjudged)) && exitCode < 2 ? [`exit status 3, not ${exitCode}`] : []),
    ...(isBlind && (grade !== '?' || score !== null) ? [`grade ?, not ${grade}`] : []),
  ];
}

function surplus(now: readonly string[], before: readonly string[]): readonly string[] {
  const known = new Set(before);
  return now.filter((item) => !known.has(item));
}
