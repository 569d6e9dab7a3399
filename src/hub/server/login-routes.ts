import type { Handler } from 'hono';
import { cookie } from '../login/cookies.ts';
import { becomeFirstAdmin, isFirstAdminSecret } from '../login/first-admin.ts';
import type { Attempt } from '../login/logins.ts';
import { nextPath } from '../login/next-path.ts';
import { LOGIN_SECONDS } from '../login/oidc-login.ts';
import { passwordComplaint } from '../login/password.ts';
import { USER_NAME, USER_NAME_WORDS } from '../login/roles.ts';
import { firstAdministratorPage, loginPage } from '../pages/login-pages.ts';
import { Refused, sentenceOf } from '../receive/refusal.ts';
import type { UserRow } from '../store/people.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { type PageStatus, pageContext } from './show-page.ts';
import { fieldsOf, formOf, SESSION_COOKIE, whoIs } from './visitor.ts';

type Route = (parts: HubParts) => Handler<HubEnv>;

const OIDC_COOKIE = cookie('-oidc');

/** Only where a page was asked for, it is led to after the login. */
export function leadToLogin(context: HubContext): Response {
  const { method, url, path } = context.req;
  if (method !== 'GET' || path === '/events') return context.text('log in first\n', 401);
  const next = `${path}${new URL(url).search}`;
  return context.redirect(next === '/' ? '/login' : `/login?${new URLSearchParams({ next }).toString()}`, 303);
}

function page(parts: HubParts, context: HubContext, next: string, failed: string, status: PageStatus = 200) {
  const { login, oidc, pve } = parts.config;
  const ways = { next, failed, local: login.local, oidc: oidc?.label ?? null, pve: pve !== null };
  return context.html(loginPage(ways, pageContext(parts, context)), status);
}

export const showLogin: Route = (parts) => (context) => page(parts, context, nextPath(context.req.query('next')), '');

/** A new session, whatever the browser had: nobody can plant one before a login. */
async function enter({ sessions }: HubParts, context: HubContext, user: UserRow, next: string): Promise<Response> {
  const { isSecure } = context.get('visitor');
  await sessions.end(SESSION_COOKIE.read(context, isSecure));
  SESSION_COOKIE.set(context, isSecure, await sessions.begin(user.id));
  return context.redirect(nextPath(next), 303);
}

/** A refusal of a login is the login's own page again. */
async function orAgain(parts: HubParts, context: HubContext, next: string, work: () => Promise<Response>) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.retryAfter !== null) context.header('Retry-After', `${error.retryAfter}`);
    return await page(parts, context, nextPath(next), sentenceOf(error.message), error.status);
  }
}

export const loginLocal: Route = (parts) => async (context) => {
  const field = await fieldsOf(context, parts);
  return await orAgain(parts, context, field('next'), async () => {
    if (!parts.config.login.local) throw new Refused(403, 'this hub has no users of its own');
    const attempt: Attempt = { realm: 'local', name: field('name'), address: context.get('visitor').address };
    parts.logins.mayTry(attempt);
    const user = await parts.health.watch(() => parts.logins.local(attempt, field('password')));
    if (user === null) throw new Refused(403, 'the name or the password is wrong');
    return await enter(parts, context, user, field('next'));
  });
};

export const loginPve: Route = (parts) => async (context) => {
  const field = await fieldsOf(context, parts);
  const { pve, logins } = parts;
  return await orAgain(parts, context, field('next'), async () => {
    if (pve === null) throw new Refused(403, 'this hub does not ask Proxmox VE');
    const { address } = context.get('visitor');
    const attempt: Attempt = { realm: 'pve', name: field('name'), address };
    logins.mayTry(attempt);
    const credentials = { name: field('name'), password: field('password'), code: field('otp').trim() };
    const who = await pve.login(credentials).catch(async (error: unknown) => {
      if (error instanceof Refused) await logins.failed(attempt, error.message);
      throw error;
    });
    return await enter(parts, context, await logins.vouched(who, address), field('next'));
  });
};

const callbackOf = (context: HubContext): string => `${context.get('visitor').origin}/login/oidc`;

export const beginOidc: Route = (parts) => async (context) => {
  const field = await fieldsOf(context, parts);
  const { oidc } = parts;
  return await orAgain(parts, context, field('next'), async () => {
    if (oidc === null) throw new Refused(403, 'this hub has no OpenID Connect');
    const { address, kept } = await oidc.begin(callbackOf(context), nextPath(field('next')));
    OIDC_COOKIE.set(context, context.get('visitor').isSecure, kept, LOGIN_SECONDS);
    // A policy for forms also holds for where they are led (CSP 3, form-action), so the browser goes on by a page of its own.
    return context.html(onward(address));
  });
};

/** Goes to the issuer without a form's policy in the way. */
const onward = (address: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Log in</title><meta http-equiv="refresh" content="0;url=${escapeAddress(address)}"></head><body><p><a href="${escapeAddress(address)}" rel="noreferrer">Go on to the login</a></p></body></html>`;

const escapeAddress = (address: string): string =>
  address.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export const endOidc: Route = (parts) => async (context) => {
  const { oidc, logins, sessions, health } = parts;
  const { isSecure, address } = context.get('visitor');
  const kept = OIDC_COOKIE.read(context, isSecure);
  OIDC_COOKIE.clear(context, isSecure);
  return await orAgain(parts, context, '/', async () => {
    if (oidc === null) throw new Refused(403, 'this hub has no OpenID Connect');
    logins.mayTryFrom(address);
    const attempt: Attempt = { realm: 'oidc', name: '', address };
    const callback = new URL(`${callbackOf(context)}${new URL(context.req.url).search}`);
    const { who, next } = await oidc.end(callback, kept).catch(async (error: unknown) => {
      if (error instanceof Refused) await logins.failed(attempt, error.message);
      throw error;
    });
    const user = await health.watch(() => logins.vouched(who, address));
    await sessions.end(SESSION_COOKIE.read(context, isSecure));
    SESSION_COOKIE.set(context, isSecure, await sessions.begin(user.id));
    return context.redirect(nextPath(next), 303);
  });
};

export const logout: Route = (parts) => async (context) => {
  await formOf(context, parts);
  const { isSecure, loggedIn, address } = context.get('visitor');
  await parts.sessions.end(SESSION_COOKIE.read(context, isSecure));
  SESSION_COOKIE.clear(context, isSecure);
  if (loggedIn !== null)
    await parts.store.audit({
      at: parts.now().toISOString(),
      who: whoIs(loggedIn),
      action: 'logout',
      detail: `from ${address}`,
    });
  return context.redirect('/login', 303);
};

const USED_UP = 'this link was used, or is older than an hour: start the hub again for a new one';

const firstPage = (parts: HubParts, context: HubContext, secret: string, failed: string) =>
  context.html(firstAdministratorPage(secret, failed, pageContext(parts, context)), failed === '' ? 200 : 422);

export const showFirst: Route = (parts) => async (context) => {
  const secret = context.req.query('token') ?? '';
  const isGood = await parts.health.watch(() => isFirstAdminSecret(parts.store, secret, parts.now()));
  if (!isGood) throw new Refused(403, USED_UP);
  return firstPage(parts, context, secret, '');
};

export const becomeFirst: Route = (parts) => async (context) => {
  const field = await fieldsOf(context, parts);
  const [secret, name, password] = [field('token'), field('name'), field('password')];
  if (!USER_NAME.test(name)) return firstPage(parts, context, secret, USER_NAME_WORDS);
  const complaint = passwordComplaint(password);
  if (complaint !== null) return firstPage(parts, context, secret, sentenceOf(complaint));
  const user = await parts.health.watch(() => becomeFirstAdmin(parts.store, { secret, name, password }, parts.now()));
  if (user === 'used-up') throw new Refused(403, USED_UP);
  if (user === 'taken') return firstPage(parts, context, secret, 'There is a user of that name already.');
  return await enter(parts, context, user, '/');
};
