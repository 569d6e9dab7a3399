import { LONGEST_DELAY_MS } from '../model/notify/outbox.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long a message waits after its first, second, … attempt; the last one holds from there on. */
const WAITS_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR] as const;
const LAST_WAIT_MS = 6 * HOUR;

/** Enough for a weekend. */
const LONGEST_MS = 3 * DAY;
const MOST_ATTEMPTS = 20;

/** A clock that jumps years ahead ages every message; so age alone gives none up. */
const FEWEST_ATTEMPTS = 3;

/**
 * When a message that was not delivered is tried again; null: given up. `waitMs` is what the other side asked for. With a run
 * a day nothing is given up before the third night.
 */
export function nextAttempt(
  failed: { readonly attempts: number; readonly createdAt: string; readonly waitMs: number },
  now: Date,
): string | null {
  const age = now.getTime() - Date.parse(failed.createdAt);
  const old = Number.isNaN(age) || age >= LONGEST_MS;
  if (failed.attempts >= MOST_ATTEMPTS || (old && failed.attempts >= FEWEST_ATTEMPTS)) return null;
  const wait = Math.max(WAITS_MS[Math.max(0, failed.attempts - 1)] ?? LAST_WAIT_MS, failed.waitMs);
  return new Date(now.getTime() + Math.min(wait, LONGEST_DELAY_MS)).toISOString();
}
