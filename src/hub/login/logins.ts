import { rateLimit } from '../receive/rate-limit.ts';
import { Refused } from '../receive/refusal.ts';
import type { HubStore } from '../store/hub-store.ts';
import type { Role, UserRow } from '../store/people.ts';
import { isPassword } from './password.ts';

const PAIR_RATE = { burst: 5, pauseMs: 30_000 };
const ADDRESS_RATE = { burst: 30, pauseMs: 5000 };
/** From all addresses together; wide, so that nobody elsewhere keeps the owner of an account out with a few tries. */
const ACCOUNT_RATE = { burst: 100, pauseMs: 10_000 };

/** Whom somebody else vouches for. */
export interface Vouched {
  readonly realm: 'oidc' | 'pve';
  readonly name: string;
  readonly role: Role;
  /** That role counts, each time anew; otherwise what the hub has, and this only for somebody new, or in the place of an admin. */
  readonly isFixed: boolean;
}

export interface Attempt {
  readonly realm: UserRow['realm'];
  readonly name: string;
  readonly address: string;
}

export type Logins = ReturnType<typeof openLogins>;

/** Who may come in, counted by account and by address, with a line in the audit for each try. */
export function openLogins(store: HubStore, now: () => Date) {
  const clock = (): number => now().getTime();
  const byPair = rateLimit(PAIR_RATE, clock);
  const byAccount = rateLimit(ACCOUNT_RATE, clock);
  const byAddress = rateLimit(ADDRESS_RATE, clock);
  const write = (action: string, { realm, name, address }: Attempt, detail = ''): Promise<void> =>
    store.audit({
      at: now().toISOString(),
      who: `${name.slice(0, 100)}@${realm}`,
      action,
      detail: `from ${address}${detail === '' ? '' : `: ${detail}`}`,
    });
  const enter = async (user: UserRow, attempt: Attempt): Promise<UserRow> => {
    byPair.reset(pairOf(attempt));
    await store.changeUser(user.id, { lastLoginAt: now().toISOString() });
    await write('login', attempt);
    return user;
  };
  return {
    /** Throws where there were too many tries; stands before anything that costs. */
    mayTry: (attempt: Attempt): void => {
      const wait = Math.max(
        byPair.take(pairOf(attempt)),
        byAddress.take(attempt.address),
        byAccount.take(accountOf(attempt)),
      );
      if (wait > 0) throw new Refused(429, `too many tries to log in; the next one counts in ${wait} s`, wait);
    },
    /** The same where nobody knows yet who it is: each try costs a line in the audit, and a question to somebody else. */
    mayTryFrom: (address: string): void => {
      const wait = byAddress.take(address);
      if (wait > 0) throw new Refused(429, `too many tries to log in; the next one counts in ${wait} s`, wait);
    },
    failed: (attempt: Attempt, because: string): Promise<void> => write('login-failed', attempt, because),
    /** null: no such user, or not that password; which of the two takes no less time to say. */
    local: async (attempt: Attempt, password: string): Promise<UserRow | null> => {
      const user = await store.user('local', attempt.name);
      if ((await isPassword(password, user?.passwordHash ?? null)) && user !== null) return await enter(user, attempt);
      await write('login-failed', attempt);
      return null;
    },
    vouched: async ({ realm, name, role, isFixed }: Vouched, address: string): Promise<UserRow> => {
      const attempt = { realm, name, address };
      const createdAt = now().toISOString();
      const known =
        (await store.user(realm, name)) ?? (await store.addUser({ realm, name, role, passwordHash: null, createdAt }));
      const user = known === 'taken' ? await store.user(realm, name) : known;
      if (user === null) throw new Refused(503, 'this user was removed in this moment', 1);
      // An admin that others vouch for is one by their word or the configuration alone: who was taken out of it is none.
      if ((isFixed || user.role === 'admin') && user.role !== role) {
        await store.changeUser(user.id, { role });
        await write('role', attempt, `${user.role} becomes ${role}, as ${realm} says`);
        return await enter({ ...user, role }, attempt);
      }
      return await enter(user, attempt);
    },
  };
}

const accountOf = ({ realm, name }: Attempt): string => `${realm} ${name.toLowerCase()}`;

const pairOf = (attempt: Attempt): string => `${accountOf(attempt)} ${attempt.address}`;
