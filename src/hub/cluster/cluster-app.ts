import { Hono, type MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { answerAsset, answerError, refuseNul } from '../server/app.ts';
import * as fleet from '../server/fleet-routes.ts';
import type { HubEnv, HubParts } from '../server/hub-parts.ts';
import { showNodes } from '../server/nodes-route.ts';
import { securityHeaders } from '../server/security-headers.ts';
import { tell } from '../server/show-page.ts';
import type { PveVisitor } from './pve-visitor.ts';

/** The name under which the web interface of PVE keeps its ticket (proxmox-widget-toolkit Utils.js). */
const COOKIE = 'PVEAuthCookie';

export type WhoIs = (ticket: string) => Promise<PveVisitor | null>;

/** The pages of one cluster on one of its nodes: they only show. There is no form, so there is nothing that another site could send. */
export function makeClusterApp(parts: HubParts, whoIs: WhoIs): Hono<HubEnv> {
  const app = new Hono<HubEnv>();
  app.get('/assets/:name', answerAsset);
  app.use(meetVisitor(parts, whoIs));
  app.use(refuseNul);
  app.get('/', fleet.showFleet(parts));
  app.get('/clusters', fleet.showClusters(parts));
  app.get('/clusters/:id', fleet.showCluster(parts));
  app.get('/nodes', showNodes(parts));
  app.get('/nodes/:id', fleet.showNode(parts));
  app.get('/nodes/:id/problems/:problemId{.+}', fleet.showProblem(parts));
  app.get('/problems', fleet.showProblems(parts));
  app.get('/changes', fleet.showChanges(parts));
  app.get('/search', fleet.showSearch(parts));
  app.get('/events', (context) => parts.events.answer(context));
  app.notFound((context) => tell(parts, context, 404, 'Not here', ['There is no such page.']));
  app.onError((error, context) => answerError(parts, error, context));
  return app;
}

/** Whoever may audit the cluster in Proxmox VE may look, by the cookie that the browser has already. */
const meetVisitor =
  (parts: HubParts, whoIs: WhoIs): MiddlewareHandler<HubEnv> =>
  async (context, next) => {
    for (const [name, value] of Object.entries(securityHeaders(true))) context.header(name, value);
    const nobody = { origin: '', isSecure: true, address: '', loggedIn: null };
    context.set('visitor', nobody);
    const visitor = await whoIs(getCookie(context, COOKIE) ?? '').catch(() => 'silent' as const);
    if (visitor === 'silent')
      return await tell(parts, context, 503, 'Proxmox VE does not answer', [
        'This page asks the API of this node who you are, and had no answer. Look at pveproxy and pvedaemon on this node.',
      ]);
    if (visitor === null)
      return await tell(parts, context, 403, 'Log in to Proxmox VE first', [
        'This page is for users of this cluster who have the privilege Sys.Audit on /.',
        'Log in to its web interface under the same name of this node, port 8006, and load this page again.',
      ]);
    const user = {
      ...{ id: visitor.name, name: visitor.name, realm: 'pve' as const, role: 'viewer' as const, passwordHash: null },
      ...{ createdAt: '', lastLoginAt: null },
    };
    context.set('visitor', { ...nobody, loggedIn: { user, csrf: '' } });
    return await next();
  };
