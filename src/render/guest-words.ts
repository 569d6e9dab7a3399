import type { ReportedGuest } from '../model/report/report.ts';
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
