import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashOf } from '../receive/enrol.ts';
import { type HubStore, StoreAway } from '../store/hub-store.ts';
import type { UserRow } from '../store/people.ts';

export interface SessionTimes {
  /** Without a request. */
  readonly idleMs: number;
  /** After the login. */
  readonly absoluteMs: number;
}

/** Somebody who is logged in. */
export interface LoggedIn {
  readonly user: UserRow;
  /** Goes into every form, and comes back with it. */
  readonly csrf: string;
}

type SessionStore = Pick<HubStore, 'addSession' | 'extendSession' | 'session' | 'endSession'>;

/** The cookie's value is 256 random bits; the store knows only its hash, so that whoever reads the store has no session. */
export function sessions(store: SessionStore, { idleMs, absoluteMs }: SessionTimes, now: () => Date) {
  const expiry = (createdAt: number): string =>
    new Date(Math.min(now().getTime() + idleMs, createdAt + absoluteMs)).toISOString();
  return {
    /** A new one at every login: what a browser had before is worth nothing. */
    begin: async (userId: string): Promise<string> => {
      const value = randomBytes(32).toString('base64url');
      const time = now();
      const row = { hash: hashOf(value), userId, createdAt: time.toISOString(), expiresAt: expiry(time.getTime()) };
      await store.addSession(row);
      return value;
    },
    read: async (value: string | undefined): Promise<LoggedIn | null> => {
      if (value === undefined || !/^[A-Za-z0-9_-]{43}$/.test(value)) return null;
      const found = await store.session(hashOf(value), now().toISOString());
      if (found === null) return null;
      const { session, user } = found;
      const until = expiry(Date.parse(session.createdAt));
      // Written once in a while: a page in sight asks all the time.
      if (Date.parse(until) - Date.parse(session.expiresAt) > idleMs / 20)
        await store.extendSession(session.hash, until).catch(mayBeFull);
      return { user, csrf: csrfOf(value) };
    },
    end: async (value: string | undefined): Promise<void> => {
      if (value !== undefined) await store.endSession(hashOf(value));
    },
  };
}

/** What is there can be looked at while nothing can be written; the session then ends as it would have. */
function mayBeFull(error: unknown): void {
  if (!(error instanceof StoreAway)) throw error;
}

export type Sessions = ReturnType<typeof sessions>;

/** Follows from the cookie, which no other site can read; says nothing of it. */
const csrfOf = (value: string): string => createHash('sha256').update(`form of ${value}`).digest('base64url');

export function isSameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
