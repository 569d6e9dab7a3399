import type { SectionReadings } from '../model/derived.ts';
import { type DeviceUse, deviceUse } from '../model/device-mapper/device-use.ts';
import { SOURCE } from '../model/evidence.ts';
import type { CheckCode, Finding } from '../model/finding.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import type { ReportedEntry } from '../model/report/report.ts';

/** Every guest-volume entry for the report; not judged (`unknown`) where guests could not be read. */
export function reportEntries(sections: SectionReadings, findings: readonly Finding[]): readonly ReportedEntry[] {
  const codes = codesByDevice(findings);
  const running = knownOrNull(sections.running);
  const runningVmids = running && new Set(running.guests.map(({ vmid }) => vmid));
  const judged = knownOrNull(sections.guestEntries)?.entries ?? notJudged(sections);
  return judged.map((entry) => {
    const use = deviceUse(entry.device, sections);
    const { name, uuid, major, minor, openCount } = entry.device;
    return {
      name,
      uuid,
      major,
      minor,
      vgName: entry.vgName,
      lvName: entry.lvName,
      vmid: entry.vmid,
      volumeKind: entry.volumeKind,
      class: entry.class,
      reasons: entry.reasons.map(({ fact }) => fact),
      references: entry.references,
      inUse: use.inUse,
      openCount,
      holders: use.inUse === 'yes' ? use.holders : [],
      idle: isIdle(entry, use, runningVmids),
      findings: codes.get(name) ?? [],
    };
  });
}

/** Without guests only a duplicate can be told, which needs nothing but device-mapper. */
function notJudged({ stack, duplicates, guestEntries }: SectionReadings): readonly GuestEntry[] {
  const extras = new Set(knownOrNull(duplicates)?.flatMap((set) => set.extras));
  return (knownOrNull(stack)?.entries ?? []).map((entry) => ({
    ...entry,
    class: extras.has(entry.device) ? 'duplicate' : 'unknown',
    orphanCause: null,
    reasons: [{ fact: `not judged: ${whyNot(guestEntries) ?? ''}`, source: SOURCE.guests }],
    references: [],
  }));
}

/** Active while its guest is stopped: the normal state of a thin volume that was ever used. */
function isIdle(entry: GuestEntry, use: DeviceUse, running: ReadonlySet<number> | null): boolean | null {
  if (entry.class !== 'valid') return false;
  if (running === null || use.inUse === 'unknown') return null;
  return use.inUse === 'no' && !running.has(entry.vmid);
}

function codesByDevice(findings: readonly Finding[]): ReadonlyMap<string, readonly CheckCode[]> {
  const codes = new Map<string, CheckCode[]>();
  for (const { code, subject } of findings) {
    if (subject.kind === 'device') codes.set(subject.id, [...(codes.get(subject.id) ?? []), code]);
  }
  return codes;
}
