import type { MiddlewareHandler } from 'hono';
import { printable } from '../../render/printable.ts';
import type { HubEnv, HubParts } from './hub-parts.ts';
import { whoIs } from './visitor.ts';

/** Longer is no address of ours. */
const LONGEST_PATH = 200;

/** Asked all the time by programs. */
const QUIET = /^\/(?:healthz|readyz|metrics|assets\/|events|v1\/)/;

/**
 * One line for what people ask, and for what was refused. Queries are left out: they hold what was searched for, one-time links
 * and the codes of logins.
 */
export const logRequests =
  ({ log, addressOf }: HubParts): MiddlewareHandler<HubEnv> =>
  async (context, next) => {
    const began = performance.now();
    await next();
    const { method, path } = context.req;
    const { status } = context.res;
    if (status < 400 && QUIET.test(path)) return;
    const loggedIn = context.get('visitor')?.loggedIn ?? null;
    const who = loggedIn === null ? '' : ` ${whoIs(loggedIn)}`;
    const took = Math.round(performance.now() - began);
    log(
      printable(
        `${method} ${path.slice(0, LONGEST_PATH)} ${status} ${took} ms from ${addressOf(context.env.incoming)}${who}`,
      ),
    );
  };
