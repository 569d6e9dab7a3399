import { counted } from './evidence.ts';

/** Of an instant in ISO 8601: `2026-11-20 02:00 UTC`. */
export const minuteOf = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** `90 seconds`, `3 minutes`, `26 hours`, `3 days`: at least two of each unit, three of days. */
export function span(seconds: number): string {
  if (seconds < 2 * MINUTE) return counted(Math.round(seconds), 'second');
  if (seconds < 2 * HOUR) return counted(Math.round(seconds / MINUTE), 'minute');
  return seconds < 3 * DAY ? counted(Math.round(seconds / HOUR), 'hour') : counted(Math.round(seconds / DAY), 'day');
}

/** Volumes are made before the configuration that names them: what was touched within the hour is not judged yet. */
const GRACE_MS = 3_600_000;

/** A server's clock may be ahead: what was touched in the future was touched just now. */
export function whyYoung(time: string | null, now: string, what = 'changed'): string | null {
  const age = time === null ? GRACE_MS : Date.parse(now) - Date.parse(time);
  if (age >= GRACE_MS) return null;
  return age < 0
    ? `it was ${what} at ${time}, which has not come yet by the clock of this node`
    : `it was ${what} ${span(age / 1000)} ago`;
}
