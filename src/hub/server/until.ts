import { Refused } from '../receive/refusal.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const UNITS: Readonly<Record<string, number>> = { h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

const LONGEST_DAYS = 366;

/** Spans that a form offers, `4h`, `1d`, `1w`, with their words; an empty one has no end. */
export type Spans = readonly (readonly [value: string, words: string])[];

/** The end of that day in UTC. */
function endOf(date: string, now: Date): string {
  const end = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T23:59:59.999Z`) : Number.NaN;
  const days = (end - now.getTime()) / DAY_MS;
  if (!(days > 0 && days <= LONGEST_DAYS))
    throw new Refused(422, 'the day has to be today or later, and within a year; nothing was changed');
  return new Date(end).toISOString();
}

/** A day where one is given, else one of the spans that the form offers; null: without an end. */
export function untilOf(spans: Spans, field: (name: string) => string, now: Date): string | null {
  const date = field('date').trim();
  if (date !== '') return endOf(date, now);
  const known = spans.find(([value]) => value === field('until'))?.[0];
  if (known === undefined) throw new Refused(422, 'there is no such time');
  const [, count, unit = ''] = /^(\d+)([hdw])$/.exec(known) ?? [];
  return count === undefined ? null : new Date(now.getTime() + Number(count) * (UNITS[unit] ?? 0)).toISOString();
}
