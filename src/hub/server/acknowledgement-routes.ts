import type { Handler } from 'hono';
import { nodePath, problemPath } from '../pages/addresses.ts';
import { SPANS } from '../pages/problem-page.ts';
import { Refused } from '../receive/refusal.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { reasonOf } from './reason.ts';
import { untilOf } from './until.ts';
import { formOf, userOf, whoIs } from './visitor.ts';

type Route = (parts: HubParts) => Handler<HubEnv>;

const namesOf = (context: HubContext): readonly [nodeId: string, problemId: string] => [
  context.req.param('id') ?? '',
  context.req.param('problemId') ?? '',
];

/** Somebody says that a problem is known. */
export const acknowledge: Route = (parts) => async (context) => {
  const operator = userOf(context, 'operator');
  const field = await formOf(context, parts);
  const [nodeId, id] = namesOf(context);
  const reason = reasonOf(field('reason'));
  const { store, now, health } = parts;
  const problem = await health.watch(() => store.problem(nodeId, id));
  if (problem === null) throw new Refused(404, 'this problem does not stand any more');
  // One instant: a span that is told is as long as it was chosen.
  const time = now();
  const [at, until] = [time.toISOString(), untilOf(SPANS, field, time)];
  const isCluster = field('scope') === 'cluster';
  const said = { id, severity: problem.severity, by: whoIs(operator), reason, at, until };
  await health.watch(async () => {
    await store.acknowledge(isCluster ? { clusterId: problem.clusterId } : { nodeId }, said);
    const where = isCluster ? `cluster ${problem.cluster}` : `${problem.cluster}/${problem.node}`;
    const detail = `${id} on ${where} until ${until ?? 'it is worse'}: ${reason}`;
    await store.audit({ at, who: said.by, action: 'acknowledge', detail });
  });
  return context.redirect(problemPath(nodeId, id), 303);
};

/** And takes it back. */
export const withdraw: Route = (parts) => async (context) => {
  const operator = userOf(context, 'operator');
  await formOf(context, parts);
  const [nodeId, id] = namesOf(context);
  const { store, now, health } = parts;
  const at = now().toISOString();
  const stands = await health.watch(async () => {
    const node = await store.node(nodeId);
    if (node === null || !(await store.withdraw(nodeId, id, whoIs(operator), at)))
      throw new Refused(404, 'nobody says that this problem is known');
    await store.audit({
      at,
      who: whoIs(operator),
      action: 'withdraw',
      detail: `${id} on ${node.cluster}/${node.node}`,
    });
    return (await store.problem(nodeId, id)) !== null;
  });
  return context.redirect(stands ? problemPath(nodeId, id) : nodePath(nodeId), 303);
};
