import { CHECKS } from '../checks/index.ts';
import type { Host } from '../host/host.ts';
import { type SectionReadings, sectionsOf } from '../model/derived.ts';
import { findLayers } from '../model/layers/find-layers.ts';
import { notSeenOf, type StackReport, stackOf } from '../model/layers/stack-report.ts';
import type { MountSettings } from '../model/mounts/mounts.ts';
import { whyNot } from '../model/reading.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { collect } from './collect.ts';
import { examine } from './examine.ts';
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
  const found = findLayers(word, layers);
  if ('nearest' in found) return { nearest: found.nearest, notSeen };
  return {
    report: {
      ...reportHead(snapshot, origin),
      word,
      ...stackOf(found, layers, examine(snapshot, CHECKS).findings),
      notSeen,
    },
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
