import type { Severity } from '../model/finding.ts';
import type { ReportedGuest } from '../model/report/report.ts';
import { counted } from './counted.ts';
import { printable } from './printable.ts';

export const hasFindings = (guest: ReportedGuest): boolean =>
  guest.duplicates + guest.orphans + guest.otherFindings > 0;

/** `running, template, lock backup`. */
export const guestStatus = (guest: ReportedGuest): string =>
  [
    guest.status,
    ...(guest.template ? ['template'] : []),
    ...(guest.lock === '' ? [] : [`lock ${printable(guest.lock)}`]),
  ].join(', ');

export interface HealthPart {
  /** null where nothing was found, or what was found has no severity of its own. */
  readonly tone: Severity | null;
  readonly text: string;
}

/** Where guests or device-mapper could not be read, "clean" would be a guess. */
export function guestHealth(guest: ReportedGuest, judged: boolean): readonly HealthPart[] {
  if (!hasFindings(guest)) return [{ tone: null, text: judged ? 'clean' : 'not judged' }];
  return [
    ...(guest.duplicates > 0 ? [{ tone: 'critical' as const, text: counted(guest.duplicates, 'duplicate') }] : []),
    ...(guest.orphans > 0 ? [{ tone: 'warning' as const, text: counted(guest.orphans, 'orphan') }] : []),
    ...(guest.otherFindings > 0 ? [{ tone: null, text: `${guest.otherFindings} other` }] : []),
  ];
}
