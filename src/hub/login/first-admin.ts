import { randomBytes } from 'node:crypto';
import { every, having, text } from '../../model/json-shape.ts';
import { hashOf } from '../receive/enrol.ts';
import type { HubStore } from '../store/hub-store.ts';
import type { UserRow } from '../store/people.ts';
import { hashPassword } from './password.ts';

/** One-time links to become the first administrator: each hub over the same database prints one, and the first that is used ends all. */
const SETTING = 'first-administrator';

const GOOD_FOR_MS = 60 * 60 * 1000;

interface Link {
  readonly hash: string;
  readonly expiresAt: string;
}

const LINKS = every(having({ hash: text, expiresAt: text }));

type AccountStore = Pick<HubStore, 'setting' | 'changeSetting' | 'users' | 'addUser' | 'audit'>;

function linksOf(value: string | null, now: string): readonly Link[] {
  if (value === null) return [];
  try {
    const links: unknown = JSON.parse(value);
    return LINKS(links, '') === null ? (links as readonly Link[]).filter(({ expiresAt }) => expiresAt > now) : [];
  } catch {
    return [];
  }
}

/** A new link's secret where nobody can administrate yet; null where somebody can. */
export async function firstAdminSecret(store: AccountStore, now: Date): Promise<string | null> {
  if ((await store.users()).some(({ role }) => role === 'admin')) return null;
  const secret = randomBytes(32).toString('base64url');
  const link = { hash: hashOf(secret), expiresAt: new Date(now.getTime() + GOOD_FOR_MS).toISOString() };
  for (let tries = 0; tries < 20; tries += 1) {
    const was = await store.setting(SETTING);
    const links = [...linksOf(was, now.toISOString()).slice(-9), link];
    if (await store.changeSetting(SETTING, was, JSON.stringify(links))) return secret;
  }
  throw new Error('the link for the first administrator could not be written: other hubs change it all the time');
}

export async function isFirstAdminSecret(store: AccountStore, secret: string, now: Date): Promise<boolean> {
  const links = linksOf(await store.setting(SETTING), now.toISOString());
  return links.some(({ hash }) => hash === hashOf(secret));
}

/** Uses the link up, and only then makes the user: two who hold one link cannot both become it. */
export async function becomeFirstAdmin(
  store: AccountStore,
  { secret, name, password }: { readonly secret: string; readonly name: string; readonly password: string },
  now: Date,
): Promise<UserRow | 'used-up' | 'taken'> {
  const was = await store.setting(SETTING);
  if (!linksOf(was, now.toISOString()).some(({ hash }) => hash === hashOf(secret))) return 'used-up';
  const passwordHash = await hashPassword(password);
  if (!(await store.changeSetting(SETTING, was, null))) return 'used-up';
  const at = now.toISOString();
  const user = await store.addUser({ name, realm: 'local', role: 'admin', passwordHash, createdAt: at });
  if (user === 'taken') {
    // Nobody came in by it, so it goes on to count.
    await store.changeSetting(SETTING, null, was);
    return 'taken';
  }
  await store.audit({
    at,
    who: `${name}@local`,
    action: 'first-administrator',
    detail: 'by the link that the hub printed',
  });
  return user;
}
