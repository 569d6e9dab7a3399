import { type DeviceUse, deviceUse } from '../model/device-mapper/device-use.ts';
import { duplicateSets } from '../model/device-mapper/duplicate-sets.ts';
import type { CheckCode, Finding } from '../model/finding.ts';
import { type GuestDevice, guestDevices } from '../model/guests/guest-devices.ts';
import type { GuestEntries, GuestEntry } from '../model/guests/guest-entries.ts';
import { describeProblem, type Reading } from '../model/reading.ts';
import type { ReportedEntry } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** Every guest-volume entry for the report; not judged (`unknown`) where guests could not be read. */
export function reportEntries(
  snapshot: Snapshot,
  guestEntries: Reading<GuestEntries>,
  findings: readonly Finding[],
): readonly ReportedEntry[] {
  const { sections } = snapshot;
  const deviceMapper = sections.deviceMapper.reading;
  if (deviceMapper.state !== 'known') return [];
  const codes = codesByDevice(findings);
  const running = sections.running.reading;
  const runningVmids = running.state === 'known' ? new Set(running.value.guests.map(({ vmid }) => vmid)) : null;
  const judged = guestEntries.state === 'known' ? guestEntries.value.entries : null;
  const readings = { usage: sections.usage.reading, blockDevices: sections.blockDevices.reading };
  return (judged ?? notJudged(guestDevices(deviceMapper.value), snapshot, guestEntries)).map((entry) => {
    const use = deviceUse(entry.device, readings);
    const { name, uuid, major, minor, openCount } = entry.device;
    const { vgName, lvName, vmid, volumeKind, reasons, references } = entry;
    return {
      ...{ name, uuid, major, minor, vgName, lvName, vmid, volumeKind },
      class: entry.class,
      ...{ reasons, references, inUse: use.inUse, openCount },
      holders: use.inUse === 'yes' ? use.holders : [],
      idle: isIdle(entry, use, runningVmids),
      findings: codes.get(name) ?? [],
    };
  });
}

type AnyEntry = Omit<GuestEntry, 'orphanCause'>;

/** Without guests only a duplicate can be told, which needs nothing but device-mapper. */
function notJudged(
  devices: readonly GuestDevice[],
  { sections }: Snapshot,
  guestEntries: Reading<GuestEntries>,
): readonly AnyEntry[] {
  const { reading } = sections.deviceMapper;
  const extras = new Set(
    reading.state === 'known'
      ? duplicateSets(reading.value).flatMap(({ extras }) => extras.map(({ name }) => name))
      : [],
  );
  const because =
    guestEntries.state === 'unreadable'
      ? `not judged: ${describeProblem(guestEntries.problem)}`
      : `not judged: ${guestEntries.state === 'absent' ? guestEntries.reason : ''}`;
  return devices.map((entry) => ({
    ...entry,
    class: extras.has(entry.device.name) ? 'duplicate' : 'unknown',
    reasons: [because],
    references: [],
  }));
}

/** Active while its guest is stopped: the normal state of a thin volume that was ever used. */
function isIdle(entry: AnyEntry, use: DeviceUse, running: ReadonlySet<number> | null): boolean | null {
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
