import type { HttpAnswer } from '../host/send-http.ts';
import type { Secret } from '../model/config/secret.ts';
import { type Delivery, refused, sent, undelivered } from '../model/notify/delivery.ts';
import { VERSION } from '../model/version.ts';

export const JSON_HEADERS = { 'content-type': 'application/json', 'user-agent': `pve-doctor/${VERSION}` };

export const bearer = (token: Secret | null): Readonly<Record<string, string>> =>
  token === null ? {} : { authorization: `Bearer ${token.reveal()}` };

/** Too busy, too early, a proxy between; everything else that begins with 4 stays as it is until somebody acts. */
const PASSING = new Set([408, 409, 423, 425, 429]);

/** Longer waits are not believed. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** What an answer by HTTP means for the message. `say` puts a body into words for people; empty: nothing to say. */
export function deliveryOf(answer: HttpAnswer, say: (body: string) => string): Delivery {
  if (answer.outcome === 'failed') return undelivered(answer.because);
  const { status, redirectHost } = answer;
  const words = say(answer.body).trim();
  const said = words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`;
  if (status >= 200 && status < 300) return sent(said);
  if (status >= 300 && status < 400) {
    const where = redirectHost === '' ? 'elsewhere' : `to ${redirectHost}`;
    return refused(`HTTP ${status}: redirected ${where}, which is not followed; put the final address into the file`);
  }
  if (status >= 500 || PASSING.has(status))
    return undelivered(said, Math.min(Math.round(answer.retryAfterMs), LONGEST_WAIT_MS));
  return refused(said);
}

/** A field of an answer in JSON; undefined for anything else. */
export function fieldOf(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return at;
}

/** A text or a number as text; empty for anything else, which may have a `toString` that is none. */
export const wordOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
