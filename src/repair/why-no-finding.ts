import type { GuestEntry } from '../model/guests/guest-entries.ts';

/** Why nothing accuses an entry any more that was to go: what names it now, or what keeps it from being judged. */
export function whyNoFinding(deviceName: string, entries: readonly GuestEntry[]): string {
  const entry = entries.find(({ device }) => device.name === deviceName);
  const reason = entry?.reasons.map(({ fact }) => fact).join('; ') ?? '';
  if (entry === undefined || reason === '') return `no finding names ${deviceName} any more`;
  return entry.class === 'busy' ? `it is not judged now: ${reason}` : `it is no leftover any more: ${reason}`;
}
