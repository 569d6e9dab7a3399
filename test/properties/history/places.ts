import { CHECKS } from '../../../src/checks/index.ts';
import { assembleReport } from '../../../src/engine/assemble-report.ts';
import { collect } from '../../../src/engine/collect.ts';
import { examine } from '../../../src/engine/examine.ts';
import { EVERYTHING } from '../../../src/engine/narrowing.ts';
import { memoryHost } from '../../../src/host/memory-host.ts';
import { known, knownOrNull, unreadable } from '../../../src/model/reading.ts';
import type { Report } from '../../../src/model/report/report.ts';
import { findingKey } from '../../../src/model/report/report-history.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import { readCapture } from '../../capture-files.ts';

/** What the engine makes of one node, seen whole or in part. */
export interface Sight {
  readonly kind: 'whole' | 'busy' | 'hidden';
  readonly report: Report;
  readonly keys: ReadonlySet<string>;
}

/** A node as a capture has it, and the ways in which it is seen. */
export interface Place {
  /** The first is the whole one. */
  readonly sights: readonly [Sight, ...Sight[]];
  /** The same where one of its guests has got another VMID; as many sights, in the same order. */
  readonly renamed: readonly [Sight, ...Sight[]];
}

function withBackupOf(vmid: number, snapshot: Snapshot): Snapshot {
  const { guests } = snapshot.sections;
  const value = knownOrNull(guests.reading);
  if (value === null) return snapshot;
  const configs = value.configs.map((config) =>
    config.vmid === vmid ? { ...config, lock: 'backup', unchangedSeconds: 60 } : config,
  );
  return {
    ...snapshot,
    sections: { ...snapshot.sections, guests: { ...guests, reading: known({ ...value, configs }) } },
  };
}

const GONE = unreadable({ kind: 'failed', source: 'made up', detail: 'it does not answer' });

const without = (snapshot: Snapshot, name: string): Snapshot => ({
  ...snapshot,
  sections: { ...snapshot.sections, [name]: { reading: GONE, durationMs: 0 } },
});

const sightOf = (kind: Sight['kind'], report: Report): Sight => ({
  ...{ kind, report },
  keys: new Set(report.findings.map(findingKey)),
});

const seenAs = (kind: Sight['kind'], snapshot: Snapshot): Sight =>
  sightOf(
    kind,
    assembleReport(snapshot, examine(snapshot, CHECKS), { source: 'live', durationMs: 0, narrowing: EVERYTHING }),
  );

/** With another VMID wherever it stands as a number of its own. */
function renamed({ kind, report }: Sight, vmid: number | null): Sight {
  if (vmid === null) return sightOf(kind, report);
  const { findings, notJudged, guests } = report;
  const text = JSON.stringify({ findings, notJudged, guests });
  return sightOf(kind, {
    ...report,
    ...JSON.parse(text.replaceAll(new RegExp(`(?<![\\d.])${vmid}(?![\\d.])`, 'g'), String(vmid + 90_000))),
  });
}

const spread = <T>(list: readonly T[], most: number): readonly T[] =>
  list.length <= most ? list : list.filter((_, at) => at % Math.ceil(list.length / most) === 0);

/** `most`: of guests that are backed up, and of sections that are hidden. */
export async function placeOf(situation: string, most: number): Promise<Place> {
  const snapshot = await collect(memoryHost(readCapture(situation)));
  const vmids = [...new Set((knownOrNull(snapshot.sections.guests.reading)?.configs ?? []).map(({ vmid }) => vmid))];
  const whole = seenAs('whole', snapshot);
  const parts = [
    ...spread(vmids, most).map((vmid) => seenAs('busy', withBackupOf(vmid, snapshot))),
    ...spread(Object.keys(snapshot.sections), most).map((name) => seenAs('hidden', without(snapshot, name))),
  ];
  const vmid = whole.report.findings.find((finding) => finding.vmid !== null)?.vmid ?? null;
  return {
    sights: [whole, ...parts],
    renamed: [renamed(whole, vmid), ...parts.map((part) => renamed(part, vmid))],
  };
}
