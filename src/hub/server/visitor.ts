import type { MiddlewareHandler } from 'hono';
import { cookie } from '../login/cookies.ts';
import { mayActAs } from '../login/roles.ts';
import { isSameText, type LoggedIn } from '../login/session.ts';
import { MOST_SMALL_BYTES } from '../receive/intake.ts';
import { Refused } from '../receive/refusal.ts';
import type { Role } from '../store/people.ts';
import { clean } from '../store/store-text.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { securityHeaders } from './security-headers.ts';

export const SESSION_COOKIE = cookie('');

/** Names by which only this machine, or somebody who typed an address, is meant: no page of another site has one. */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** As what the hub is reached; null where the name is none of its own, as when another site's name leads here. */
function originOf({ config }: HubParts, host: string | undefined): string | null {
  const { url, certificate } = config.server;
  if (url !== null) return host !== undefined && host.toLowerCase() === new URL(url).host ? url : null;
  if (host === undefined || !OWN_HOST.test(host)) return null;
  return `${certificate === null ? 'http' : 'https'}://${host.toLowerCase()}`;
}

/** Looks at who asks, before any page: the name that was asked for, the session, and where a form comes from. */
export const meet =
  (parts: HubParts): MiddlewareHandler<HubEnv> =>
  async (context, next) => {
    const origin = originOf(parts, context.req.header('host'));
    const isSecure = (origin ?? '').startsWith('https:');
    for (const [name, value] of Object.entries(securityHeaders(isSecure))) context.header(name, value);
    if (origin === null) return context.text(elsewhere(parts), 421);
    const session = SESSION_COOKIE.read(context, isSecure);
    const loggedIn = session === undefined ? null : await parts.health.watch(() => parts.sessions.read(session));
    context.set('visitor', { origin, isSecure, loggedIn, address: parts.addressOf(context.env.incoming) });
    if (!['GET', 'HEAD'].includes(context.req.method) && !comesFromHere(context, origin))
      throw new Refused(403, 'this form does not come from a page of this hub');
    return await next();
  };

const elsewhere = ({ config }: HubParts): string =>
  config.server.url === null
    ? 'This hub answers to localhost alone until server.url in its configuration names it.\n'
    : `This hub is at ${config.server.url}\n`;

/** Browsers say it with every form; whoever does not is no browser of today. */
function comesFromHere({ req }: HubContext, origin: string): boolean {
  const said = req.header('origin');
  return said === undefined ? req.header('sec-fetch-site') === 'same-origin' : said === origin;
}

/** The user, who may do that; throws or leads to the login otherwise. */
export function userOf(context: HubContext, needed: Role = 'viewer'): LoggedIn {
  const { loggedIn } = context.get('visitor');
  if (loggedIn === null) throw new NotLoggedIn();
  if (!mayActAs(loggedIn.user.role, needed))
    throw new Refused(403, `this takes the role ${needed}; ${loggedIn.user.name} is ${loggedIn.user.role}`);
  return loggedIn;
}

export class NotLoggedIn extends Error {
  override readonly name = 'NotLoggedIn';
}

/** Fields of a form that changes nothing but who is logged in: that it comes from a page of this hub was looked at before. */
export async function fieldsOf(context: HubContext, { intake }: HubParts): Promise<(name: string) => string> {
  const type = context.req.header('content-type') ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) throw new Refused(415, 'a form is expected');
  const fields = await intake.forms.withBody(
    context.env.incoming,
    { sender: context.get('visitor').address, most: MOST_SMALL_BYTES },
    async (body) => new URLSearchParams(Buffer.from(body).toString('utf8')),
  );
  return (name) => clean(fields.get(name) ?? '');
}

/** Fields of any other form, with the word that only a page of that session has. */
export async function formOf(context: HubContext, parts: HubParts): Promise<(name: string) => string> {
  const field = await fieldsOf(context, parts);
  const { loggedIn } = context.get('visitor');
  if (loggedIn !== null && !isSameText(field('csrf'), loggedIn.csrf))
    throw new Refused(403, 'this form is of another session: go back, load the page again and repeat');
  return field;
}

/** How a user is named in acknowledgements and in the audit. */
export const whoIs = ({ user }: LoggedIn): string => (user.realm === 'pve' ? user.name : `${user.name}@${user.realm}`);
