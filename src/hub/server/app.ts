import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { ASSETS } from '../pages/assets.ts';
import { nodeRoutes } from '../receive/node-routes.ts';
import { Refused, sentenceOf } from '../receive/refusal.ts';
import { StoreAway } from '../store/hub-store.ts';
import * as account from './account-routes.ts';
import * as acknowledgements from './acknowledgement-routes.ts';
import * as fleet from './fleet-routes.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import * as login from './login-routes.ts';
import { beginMaintenance, endMaintenance } from './maintenance-routes.ts';
import { answerMetrics } from './metrics.ts';
import { showNodes } from './nodes-route.ts';
import { logRequests } from './request-log.ts';
import * as settings from './settings-routes.ts';
import { tell } from './show-page.ts';
import { meet, NotLoggedIn, userOf } from './visitor.ts';

/** Every address of the hub. */
export function makeApp(parts: HubParts): Hono<HubEnv> {
  const app = new Hono<HubEnv>();
  app.use(logRequests(parts));

  // For nodes: signed, and the same under every name of the hub.
  app.route('/', nodeRoutes({ ...parts, addressOf: ({ env }: Context<HubEnv>) => parts.addressOf(env.incoming) }));

  // For programs.
  app.get('/healthz', (context) => context.text('ok\n'));
  app.get('/readyz', async (context) => {
    await parts.health.check();
    return context.text('ok\n');
  });
  app.get('/metrics', answerMetrics(parts));
  app.get('/assets/:name', answerAsset);

  // For people, from here on by the hub's own name.
  app.use(meet(parts));
  app.use(refuseNul);
  app.get('/login', login.showLogin(parts));
  app.post('/login', login.loginLocal(parts));
  app.post('/login/oidc', login.beginOidc(parts));
  app.get('/login/oidc', login.endOidc(parts));
  app.post('/login/pve', login.loginPve(parts));
  app.get('/first', login.showFirst(parts));
  app.post('/first', login.becomeFirst(parts));
  app.post('/logout', login.logout(parts));

  app.get('/', fleet.showFleet(parts));
  app.get('/clusters', fleet.showClusters(parts));
  app.get('/clusters/:id', fleet.showCluster(parts));
  app.get('/nodes', showNodes(parts));
  app.get('/nodes/:id', fleet.showNode(parts));
  app.get('/nodes/:id/report', fleet.showReport(parts));
  app.get('/nodes/:id/problems/:problemId{.+}', fleet.showProblem(parts));
  app.get('/problems', fleet.showProblems(parts));
  app.get('/changes', fleet.showChanges(parts));
  app.get('/search', fleet.showSearch(parts));
  app.get('/events', (context) => {
    userOf(context);
    // HEAD is answered by the same route, and of its stream nobody reads anything.
    if (context.req.method !== 'GET') return context.body(null, 200, { 'Content-Type': 'text/event-stream' });
    if (parts.events.isFull()) throw new Refused(503, 'too many pages are open', 30);
    return parts.events.answer(context);
  });

  app.get('/account', account.showAccount(parts));
  app.post('/account/password', account.changePassword(parts));
  app.post('/account/sessions/end', account.endSessions(parts));

  // For operators.
  app.post('/nodes/:id/problems/:problemId{.+}/acknowledge', acknowledgements.acknowledge(parts));
  app.post('/nodes/:id/problems/:problemId{.+}/withdraw', acknowledgements.withdraw(parts));

  for (const kind of ['node', 'cluster'] as const) {
    app.post(`/${kind}s/:id/maintenance`, beginMaintenance(parts, kind));
    app.post(`/${kind}s/:id/maintenance/end`, endMaintenance(parts, kind));
  }

  addSettings(app, parts);
  app.notFound((context) => tell(parts, context, 404, 'Not here', ['There is no such page.']));
  app.onError((error, context) => answerError(parts, error, context));
  return app;
}

/** For admins. */
function addSettings(app: Hono<HubEnv>, parts: HubParts): void {
  app.get('/settings', settings.show(parts));
  app.post('/settings/tokens', settings.addToken(parts));
  app.post('/settings/tokens/:id/remove', settings.removeToken(parts));
  app.get('/settings/nodes/:id/revoke', settings.confirm(parts, 'revoke'));
  app.post('/settings/nodes/:id/revoke', settings.revokeNode(parts));
  app.get('/settings/nodes/:id/forget', settings.confirm(parts, 'forget'));
  app.post('/settings/nodes/:id/forget', settings.forgetNode(parts));
  app.post('/settings/users', settings.addUser(parts));
  app.post('/settings/users/:id/role', settings.changeRole(parts));
  app.post('/settings/users/:id/remove', settings.removeUser(parts));
}

/** Nothing of the hub has a NUL in its name, and PostgreSQL takes none in a text. */
export const refuseNul: MiddlewareHandler<HubEnv> = async ({ req }, next) => {
  if (/%00/.test(new URL(req.url).pathname)) throw new Refused(404, 'there is no such page');
  return await next();
};

export function answerAsset(context: HubContext): Response {
  const asset = ASSETS.get(context.req.path);
  if (asset === undefined) return context.text('there is no such file\n', 404);
  const forEver = 'public, max-age=31536000, immutable';
  return context.body(asset.body, 200, {
    'Content-Type': asset.mediaType,
    'Cache-Control': forEver,
    'X-Content-Type-Options': 'nosniff',
  });
}

export function answerError(parts: HubParts, error: Error, context: HubContext): Response | Promise<Response> {
  if (error instanceof NotLoggedIn) return login.leadToLogin(context);
  if (error instanceof StoreAway) {
    context.header('Retry-After', '15');
    const sentences = ['What you asked for stands in it.', 'Nodes keep their reports and send them when it is back.'];
    return tell(parts, context, 503, 'The database is away', sentences);
  }
  if (error instanceof Refused) {
    if (error.retryAfter !== null) context.header('Retry-After', `${error.retryAfter}`);
    return tell(parts, context, error.status, error.status === 404 ? 'Not here' : 'Not done', [
      sentenceOf(error.message),
    ]);
  }
  parts.log(`fault: ${error.stack ?? error.message}`);
  return tell(parts, context, 500, 'A fault of the hub', ['This should not have happened; the log of the hub has it.']);
}
