import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { StoreAway } from '../store/hub-store.ts';
import type { IntakeCounters } from './counters.ts';
import type { openEnrolment } from './enrol.ts';
import type { Intake, NodeRequest } from './intake.ts';
import { Refused, someSeconds } from './refusal.ts';

type NodeContext = Context<{ Bindings: HttpBindings }>;

export interface NodeRouteParts {
  readonly intake: Intake;
  readonly enrol: ReturnType<typeof openEnrolment>;
  readonly counters: IntakeCounters;
  /** The address that the request comes from, seen through trusted proxies. */
  readonly addressOf: (context: Context) => string;
  readonly log: (line: string) => void;
}

/** What nodes may ask: src/model/hub/protocol.ts has the words. */
export function nodeRoutes({
  intake,
  enrol,
  counters,
  addressOf,
  log,
}: NodeRouteParts): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.post('/v1/enrol', async (context) => context.json(await enrol(context.env.incoming, addressOf(context)), 201));
  routes.put('/v1/reports/:nodeId/:takenAt', async (context) => {
    const { isNew, answer } = await intake.report(requestOf(context), context.req.param('takenAt'));
    return context.json(answer, isNew ? 201 : 200);
  });
  routes.post('/v1/heartbeat/:nodeId', async (context) => context.json(await intake.heartbeat(requestOf(context))));
  routes.all('/v1/*', (context) => context.json({ error: 'there is no such path in this version' }, 404));
  routes.onError((error, context) => {
    const refused =
      error instanceof StoreAway
        ? new Refused(
            503,
            'the database of the hub cannot be reached or written; nothing was kept',
            someSeconds(Math.random),
          )
        : error;
    if (!(refused instanceof Refused)) {
      log(`fault: ${error.stack ?? error.message}`);
      counters.count('500');
      return context.json({ error: 'a fault of the hub; its log has it' }, 500);
    }
    counters.count(`${refused.status}`);
    if (refused.retryAfter !== null) context.header('Retry-After', `${refused.retryAfter}`);
    // Of a body that was not read to its end nothing more is wanted.
    if ([408, 413, 503].includes(refused.status)) context.header('Connection', 'close');
    return context.json({ error: refused.message }, refused.status);
  });
  return routes;
}

const requestOf = (context: NodeContext): NodeRequest => ({
  method: context.req.method,
  path: context.req.path,
  header: (name) => context.req.header(name),
  nodeId: context.req.param('nodeId') ?? '',
  incoming: context.env.incoming,
});
