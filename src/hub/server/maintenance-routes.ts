import type { Handler } from 'hono';
import { clusterPath, nodePath } from '../pages/addresses.ts';
import { MAINTENANCE_SPANS } from '../pages/maintenance-part.ts';
import { Refused } from '../receive/refusal.ts';
import type { Scope } from '../store/maintenance.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { reasonOf } from './reason.ts';
import { untilOf } from './until.ts';
import { formOf, userOf, whoIs } from './visitor.ts';

type Route = (parts: HubParts, kind: 'node' | 'cluster') => Handler<HubEnv>;

interface Place {
  readonly scope: Scope;
  readonly name: string;
  readonly path: string;
}

async function placeOf({ store, health }: HubParts, kind: 'node' | 'cluster', context: HubContext): Promise<Place> {
  const id = context.req.param('id') ?? '';
  return await health.watch(async () => {
    const [node, cluster] = kind === 'node' ? [await store.node(id), null] : [null, await store.cluster(id)];
    if (node !== null)
      return { scope: { nodeId: node.nodeId }, name: `${node.cluster}/${node.node}`, path: nodePath(node.nodeId) };
    if (cluster === null) throw new Refused(404, `this hub has no such ${kind}`);
    const { clusterId, name } = cluster;
    return { scope: { clusterId }, name: `cluster ${name}`, path: clusterPath(clusterId) };
  });
}

export const beginMaintenance: Route = (parts, kind) => async (context) => {
  const operator = userOf(context, 'operator');
  const field = await formOf(context, parts);
  const { store, health, now } = parts;
  const { scope, name, path } = await placeOf(parts, kind, context);
  const reason = reasonOf(field('reason'));
  const time = now();
  const until = untilOf(MAINTENANCE_SPANS, field, time);
  if (until === null) throw new Refused(422, 'maintenance has an end');
  const [at, by] = [time.toISOString(), whoIs(operator)];
  await health.watch(async () => {
    if (!(await store.beginMaintenance(scope, { by, reason, at, until })))
      throw new Refused(404, `nothing of ${name} reports to this hub`);
    await store.audit({ at, who: by, action: 'maintenance', detail: `${name} until ${until}: ${reason}` });
  });
  return context.redirect(path, 303);
};

export const endMaintenance: Route = (parts, kind) => async (context) => {
  const operator = userOf(context, 'operator');
  await formOf(context, parts);
  const { store, health, now } = parts;
  const { scope, name, path } = await placeOf(parts, kind, context);
  await health.watch(async () => {
    if (!(await store.endMaintenance(scope))) throw new Refused(404, `${name} is not in maintenance`);
    const at = now().toISOString();
    await store.audit({ at, who: whoIs(operator), action: 'end-maintenance', detail: name });
  });
  return context.redirect(path, 303);
};
