import type { Markup } from '../../render/markup.ts';
import type { LoggedIn } from '../login/session.ts';
import { SCRIPT_ASSET, STYLE_ASSET } from './assets.ts';
import type { HubContext } from './hub-parts.ts';
import { framed, type Reader } from './views/frame.ts';
import { messageView } from './views/login-views.ts';
import { whoIs } from './visitor.ts';

const assets = { style: STYLE_ASSET.path, script: SCRIPT_ASSET.path };

export const readerOf = (loggedIn: LoggedIn): Reader => ({
  ...{ name: whoIs(loggedIn), role: loggedIn.user.role, csrf: loggedIn.csrf },
});

/** A page for whoever asks. */
export function showPage(
  context: HubContext,
  title: string,
  body: Markup,
  { status = 200, isLive = false }: { readonly status?: PageStatus; readonly isLive?: boolean } = {},
): Response | Promise<Response> {
  // Not there where the request ended before anybody was met.
  const loggedIn = context.get('visitor')?.loggedIn ?? null;
  const reader = loggedIn === null ? null : readerOf(loggedIn);
  return context.html(framed({ title, reader, isLive: isLive && reader !== null, assets }, body), status);
}

export type PageStatus = 200 | 400 | 401 | 403 | 404 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

export const messagePage = (
  context: HubContext,
  status: PageStatus,
  title: string,
  text: string,
): Response | Promise<Response> => showPage(context, title, messageView(text), { status });
