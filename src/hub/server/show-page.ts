import { messagePage } from '../pages/login-pages.ts';
import type { PageContext } from '../pages/page-context.ts';
import type { HubContext, HubParts } from './hub-parts.ts';
import { whoIs } from './visitor.ts';

export type PageStatus = 200 | 400 | 401 | 403 | 404 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

export const silentBefore = ({ now, config }: HubParts): string =>
  new Date(now().getTime() - config.retention.silentAfterMs).toISOString();

/** What every page knows besides its rows. */
export function pageContext(parts: HubParts, context: HubContext): PageContext {
  // Nobody was met where the request ended before.
  const loggedIn = context.get('visitor')?.loggedIn ?? null;
  const { pathname, search } = new URL(context.req.url);
  return {
    now: parts.now().toISOString(),
    path: `${pathname}${search}`,
    viewer: loggedIn === null ? null : { name: whoIs(loggedIn), role: loggedIn.user.role },
    csrf: loggedIn?.csrf ?? '',
    awaySince: parts.health.awaySince(),
    silentBefore: silentBefore(parts),
  };
}

/** One thing to be told, and nothing else. */
export const tell = (
  parts: HubParts,
  context: HubContext,
  status: PageStatus,
  title: string,
  sentences: readonly string[],
): Response | Promise<Response> => context.html(messagePage(title, sentences, pageContext(parts, context)), status);
