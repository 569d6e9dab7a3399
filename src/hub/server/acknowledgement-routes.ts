import type { Handler } from 'hono';
import { nodePath, problemPath } from '../pages/addresses.ts';
import { SPANS } from '../pages/problem-page.ts';
import { Refused } from '../receive/refusal.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { formOf, userOf, whoIs } from './visitor.ts';

type Route = (parts: HubParts) => Handler<HubEnv>;

const LONGEST_REASON = 500;

const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { d: DAY_MS, w: 7 * DAY_MS };

const LONGEST_DAYS = 366;

/** The end of that day in UTC. */
function endOf(date: string, now: Date): string {
  const end = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T23:59:59.999Z`) : Number.NaN;
  const days = (end - now.getTime()) / DAY_MS;
  if (!(days > 0 && days <= LONGEST_DAYS))
    throw new Refused(422, 'the day has to be today or later, and within a year; nothing was acknowledged');
  return new Date(end).toISOString();
}

/** A day where one is given, else one of the spans that the form offers; null: until it gets worse. */
function untilOf(span: string, date: string, now: Date): string | null {
  if (date !== '') return endOf(date, now);
  const known = SPANS.find(([value]) => value === span)?.[0];
  if (known === undefined) throw new Refused(422, 'there is no such time');
  const [, count, unit = ''] = /^(\d+)([dw])$/.exec(known) ?? [];
  return count === undefined ? null : new Date(now.getTime() + Number(count) * (UNITS[unit] ?? 0)).toISOString();
}

const namesOf = (context: HubContext): readonly [nodeId: string, problemId: string] => [
  context.req.param('id') ?? '',
  context.req.param('problemId') ?? '',
];

/** Somebody says that a problem is known. */
export const acknowledge: Route = (parts) => async (context) => {
  const operator = userOf(context, 'operator');
  const field = await formOf(context, parts);
  const [nodeId, id] = namesOf(context);
  const reason = field('reason').trim();
  if (reason === '' || reason.length > LONGEST_REASON)
    throw new Refused(422, `an acknowledgement has a reason of up to ${LONGEST_REASON} characters`);
  const { store, now, health } = parts;
  const problem = await health.watch(() => store.problem(nodeId, id));
  if (problem === null) throw new Refused(404, 'this problem does not stand any more');
  // One instant: a span that is told is as long as it was chosen.
  const time = now();
  const [at, until] = [time.toISOString(), untilOf(field('until'), field('date').trim(), time)];
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
