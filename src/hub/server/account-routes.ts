import type { Handler } from 'hono';
import { hashPassword, isPassword, passwordComplaint } from '../login/password.ts';
import type { LoggedIn } from '../login/session.ts';
import { accountPage } from '../pages/account-page.ts';
import { Refused, sentenceOf } from '../receive/refusal.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { type PageStatus, pageContext } from './show-page.ts';
import { formOf, SESSION_COOKIE, userOf, whoIs } from './visitor.ts';

type Route = (parts: HubParts) => Handler<HubEnv>;

async function page(parts: HubParts, context: HubContext, failed: string, status: PageStatus = 200) {
  const { user } = userOf(context);
  const sessions = await parts.health.watch(() => parts.store.sessionsOf(user.id, parts.now().toISOString()));
  const said =
    context.req.query('done') === 'password' ? 'The password was changed, and every other session ended.' : '';
  const rows = { sessions, isLocal: user.realm === 'local', said, failed };
  return context.html(accountPage(rows, pageContext(parts, context)), status);
}

export const showAccount: Route = (parts) => (context) => page(parts, context, '');

const write = ({ store, now }: HubParts, loggedIn: LoggedIn, action: string, context: HubContext): Promise<void> => {
  const detail = `from ${context.get('visitor').address}`;
  return store.audit({ at: now().toISOString(), who: whoIs(loggedIn), action, detail });
};

/** Whoever stands before an open browser does not take the account over: the password of now is asked for, and tries are counted. */
export const changePassword: Route = (parts) => async (context) => {
  const loggedIn = userOf(context);
  const { user } = loggedIn;
  const field = await formOf(context, parts);
  if (user.realm !== 'local') throw new Refused(422, 'this password is not of the hub');
  const { address, isSecure } = context.get('visitor');
  parts.logins.mayTry({ realm: 'local', name: user.name, address });
  if (!(await isPassword(field('password'), user.passwordHash))) {
    await parts.health.watch(() => write(parts, loggedIn, 'password-failed', context));
    return await page(parts, context, 'The password of now is another one.', 403);
  }
  const complaint = passwordComplaint(field('new'));
  if (complaint !== null) return await page(parts, context, sentenceOf(complaint), 422);
  const passwordHash = await hashPassword(field('new'));
  await parts.health.watch(async () => {
    await parts.store.changeUser(user.id, { passwordHash });
    await write(parts, loggedIn, 'password', context);
    SESSION_COOKIE.set(context, isSecure, await parts.sessions.begin(user.id));
  });
  return context.redirect('/account?done=password', 303);
};

export const endSessions: Route = (parts) => async (context) => {
  const loggedIn = userOf(context);
  await formOf(context, parts);
  await parts.health.watch(async () => {
    await parts.store.endSessionsOf(loggedIn.user.id);
    await write(parts, loggedIn, 'end-sessions', context);
  });
  SESSION_COOKIE.clear(context, context.get('visitor').isSecure);
  return context.redirect('/login', 303);
};
