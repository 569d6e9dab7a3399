import { guestLabel } from '../model/mounts/mount-dependents.ts';
import type { GuestState, Problem, ProblemGuest } from '../model/report/problem.ts';
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

const STATES: Readonly<Record<GuestState, (guest: ProblemGuest) => string>> = {
  running: () => 'running',
  stopped: () => 'stopped',
  template: () => 'template',
  elsewhere: ({ node }) => (node === null ? '' : `on ${node}`),
  deleted: () => '',
  unknown: () => '',
};

/** A report of an older version does not say the state. */
const stateWords = (guest: ProblemGuest): string => STATES[guest.state ?? 'unknown'](guest);

/** `VM 169 (database), running`, `Guest 102 (deleted)`. */
export const guestWithState = (guest: ProblemGuest): string =>
  [guestLabel(guest.state === 'deleted' ? { ...guest, name: 'deleted' } : guest), stateWords(guest)]
    .filter((part) => part !== '')
    .join(', ');

type Told = Pick<Problem, 'who' | 'severity'> & Partial<Pick<Problem, 'guests'>>;

/** What the guest does now that a problem begins with; empty where it begins with none, or where that matters to nobody. */
export function stateOf({ who, severity, guests = [] }: Told): string {
  if (severity === 'notice') return '';
  const guest = guests.find((one) => guestLabel(one) === who);
  return guest === undefined ? '' : stateWords(guest);
}

/** Whom a problem is about, now, as the beginning of its sentence: `VM 169 (database), running,`. */
export function whoNow(problem: Told): string {
  const state = stateOf(problem);
  return state === '' ? problem.who : `${problem.who}, ${state},`;
}
