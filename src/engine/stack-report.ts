import { CHECKS } from '../checks/index.ts';
import type { Host } from '../host/host.ts';
import { append } from '../model/append.ts';
import type { Diagnosis } from '../model/check.ts';
import { type SectionReadings, sectionsOf } from '../model/derived.ts';
import type { CheckCode } from '../model/finding.ts';
import { type FoundLayers, findLayers } from '../model/layers/find-layers.ts';
import type { Layers } from '../model/layers/layers.ts';
import { lyingOn } from '../model/layers/lying-on.ts';
import { notSeenOf, type PlacedProblem, type StackReport, stackOf } from '../model/layers/stack-report.ts';
import type { MountSettings } from '../model/mounts/mounts.ts';
import { whyNot } from '../model/reading.ts';
import { countProblems, statusOf } from '../model/report/grade.ts';
import { leavesOpen } from '../model/report/not-judged.ts';
import type { Problem } from '../model/report/problem.ts';
import type { Report } from '../model/report/report.ts';
import { findingKey } from '../model/report/report-history.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { guestsHere } from '../problems/hit.ts';
import { assembleReport } from './assemble-report.ts';
import { collect } from './collect.ts';
import { examine } from './examine.ts';
import { EVERYTHING, wantsLeftOut } from './narrowing.ts';
import { type ReportOrigin, reportHead } from './report-head.ts';

/** The drawing; or why there is none. */
export type StackAnswer =
  | { readonly report: StackReport }
  /** Nothing has this name, as far as could be seen. */
  | { readonly nearest: readonly string[]; readonly notSeen: readonly string[] }
  | { readonly unread: string };

/** Reads the node as a check does, so that what is drawn and what is found are one. */
export async function readStack(
  host: Host,
  source: string,
  word: string,
  settings: MountSettings,
): Promise<StackAnswer> {
  const start = host.elapsedMs();
  const snapshot = await collect(host, settings);
  return drawStack(snapshot, word, { source, durationMs: host.elapsedMs() - start });
}

/** The same of what was read. */
export function drawStack(snapshot: Snapshot, word: string, origin: ReportOrigin): StackAnswer {
  const sections = sectionsOf(snapshot);
  if (sections.layers.state !== 'known') return { unread: whyNot(sections.layers) };
  const layers = sections.layers.value;
  const notSeen = notSeenOf(sourcesOf(sections));
  const examination = examine(snapshot, CHECKS);
  const check = assembleReport(snapshot, examination, { ...origin, narrowing: EVERYTHING });
  const vmid = /^\d+$/.test(word) ? Number(word) : null;
  const found = guestWithoutConfig(vmid, findLayers(word, layers), layers, check.problems);
  if ('nearest' in found) return { nearest: found.nearest, notSeen };
  const drawn = stackOf({ ...found, vmid }, layers, placed(check.problems, examination.diagnoses, layers));
  const guest = guestsHere(sections)?.find((one) => one.vmid === vmid) ?? goneGuest(vmid, check.problems);
  return {
    report: {
      ...reportHead(snapshot, origin),
      word,
      ...drawn,
      guest,
      notSeen,
      ...verdictOf(drawn, vmid, check, notSeen),
    },
  };
}

/** A number that no configuration has: what bears it, and what is said of it. */
function guestWithoutConfig(
  vmid: number | null,
  found: FoundLayers,
  layers: Layers,
  problems: readonly Problem[],
): FoundLayers {
  if (vmid === null || !('nearest' in found)) return found;
  const roots = lyingOn(layers).leftBehind(vmid);
  return roots.length > 0 || problems.some((problem) => isOf(problem, vmid)) ? { asked: 'guest', roots } : found;
}

const isOf = ({ guests }: Problem, vmid: number): boolean => guests.some((guest) => guest.vmid === vmid);

const goneGuest = (vmid: number | null, problems: readonly Problem[]): StackReport['guest'] =>
  problems.flatMap(({ guests }) => guests).find((guest) => guest.vmid === vmid) ?? null;

/** Each problem with the layers that its findings are about. */
function placed(
  problems: readonly Problem[],
  diagnoses: readonly Diagnosis[],
  layers: Layers,
): readonly PlacedProblem[] {
  const { placesOf } = lyingOn(layers);
  const byKey = new Map(diagnoses.map((diagnosis) => [findingKey(diagnosis), diagnosis]));
  return problems.map((problem) => {
    const places = new Map<string, CheckCode[]>();
    for (const key of problem.findings) {
      const diagnosis = byKey.get(key);
      if (diagnosis === undefined) continue;
      const { code, subject, about, hits } = diagnosis;
      const ids = [...placesOf(subject, about), ...(hits ?? []).flatMap((hit) => placesOf(hit))];
      for (const id of new Set(ids)) append(places, id, code);
    }
    return { problem, places };
  });
}

function verdictOf(
  { problems, layers }: Pick<StackReport, 'problems' | 'layers'>,
  vmid: number | null,
  check: Report,
  notSeen: readonly string[],
): Pick<StackReport, 'status' | 'notJudged'> {
  const isWanted = wantsLeftOut({ only: null, vmid });
  const notJudged =
    vmid === null ? [] : check.notJudged.filter((one) => leavesOpen(one) && one.vmids.length > 0 && isWanted(one));
  const { status } = statusOf(countProblems(problems), notJudged);
  const isUnseen = notSeen.length > 0 || layers.some(({ tone, unseen }) => tone === 'unknown' || unseen.length > 0);
  return {
    status: status === 'healthy' && isUnseen ? 'unknown' : status,
    notJudged: [...new Set(notJudged.map(({ reason }) => reason))],
  };
}

const sourcesOf = ({
  targetStatuses,
  thinPools,
  disks,
  lvm,
  guests,
  storage,
  mounts,
  expectedMounts,
}: SectionReadings) => ({ targetStatuses, thinPools, disks, lvm, guests, storage, mounts, expectedMounts });
