import type { Handler } from 'hono';
import { isRole } from '../login/roles.ts';
import type { LoggedIn } from '../login/session.ts';
import { hashOf, newToken } from '../receive/enrol.ts';
import { Refused } from '../receive/refusal.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { showPage } from './show-page.ts';
import { settingsView } from './views/settings-view.ts';
import { formOf, userOf, whoIs } from './visitor.ts';

type Route = (parts: HubParts) => Handler<HubEnv>;

const MOST_AUDIT = 200;

async function page({ store, now, health }: HubParts, context: HubContext, token: string | null) {
  const { csrf } = userOf(context, 'admin');
  const [tokens, nodes, users, audit] = await health.watch(() =>
    Promise.all([store.tokens(now().toISOString()), allNodes(store), store.users(), store.audited(MOST_AUDIT)]),
  );
  return showPage(context, 'Settings', settingsView({ tokens, nodes, users, audit, newToken: token, csrf }));
}

const allNodes = async (store: HubParts['store']) => [
  ...(await store.nodes({ revoked: true })),
  ...(await store.nodes({ revoked: false })),
];

export const show: Route = (parts) => async (context) => await page(parts, context, null);

/** An admin's form: does the work, writes it down, and shows the settings again. */
const change =
  (
    action: string,
    work: (parts: HubParts, field: (name: string) => string, admin: LoggedIn) => Promise<string>,
  ): Route =>
  (parts) =>
  async (context) => {
    const admin = userOf(context, 'admin');
    const field = await formOf(context, parts);
    await parts.health.watch(async () => {
      const detail = await work(parts, field, admin);
      await parts.store.audit({ at: parts.now().toISOString(), who: whoIs(admin), action, detail });
    });
    return context.redirect('/settings', 303);
  };

const gone = (what: string): Refused => new Refused(404, `there is no such ${what} any more`);

export const addToken: Route = (parts) => async (context) => {
  const admin = userOf(context, 'admin');
  const field = await formOf(context, parts);
  const [cluster, hours, uses] = [field('cluster').trim(), Number(field('hours')), Number(field('uses'))];
  const isRight = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  if (!isRight(hours, 720) || !isRight(uses, 1000) || cluster.length > 100)
    throw new Refused(422, 'a token is good for 1 to 720 hours and 1 to 1000 nodes');
  const token = newToken();
  const at = parts.now();
  const expiresAt = new Date(at.getTime() + hours * 3_600_000).toISOString();
  const row = { cluster, createdAt: at.toISOString(), createdBy: whoIs(admin), expiresAt, usesLeft: uses };
  await parts.health.watch(async () => {
    await parts.store.addToken({ ...row, hash: hashOf(token) });
    const detail = `${cluster === '' ? 'any cluster' : cluster}, ${uses} nodes, until ${expiresAt}`;
    await parts.store.audit({ at: at.toISOString(), who: whoIs(admin), action: 'add-token', detail });
  });
  return await page(parts, context, token);
};

export const removeToken = change('remove-token', async ({ store }, field) => {
  if (!(await store.removeToken(field('id')))) throw gone('token');
  return field('id');
});

export const revokeNode = change('revoke-node', async ({ store, now, intake }, field) => {
  const node = await store.node(field('id'));
  if (node === null || !(await store.revoke(node.nodeId, now().toISOString()))) throw gone('node');
  intake.nodes.forget(node.nodeId);
  return `${node.cluster}/${node.node}`;
});

export const forgetNode = change('forget-node', async ({ store, intake }, field) => {
  const node = await store.node(field('id'));
  if (node === null || node.revokedAt === null || !(await store.forget(node.nodeId))) throw gone('revoked node');
  intake.nodes.forget(node.nodeId);
  return `${node.cluster}/${node.node}`;
});

/** Nobody takes the administration from himself: the last one could not give it back. */
const mayNotBe = (admin: LoggedIn, id: string): void => {
  if (admin.user.id === id) throw new Refused(422, 'another admin has to do this to you');
};

export const changeRole = change('role', async ({ store }, field, admin) => {
  const [id, role] = [field('id'), field('role')];
  mayNotBe(admin, id);
  const user = (await store.users()).find((one) => one.id === id);
  if (!isRole(role)) throw new Refused(422, 'there is no such role');
  if (user === undefined || !(await store.changeUser(id, { role }))) throw gone('user');
  return `${user.name}@${user.realm}: ${user.role} becomes ${role}`;
});

export const removeUser = change('remove-user', async ({ store }, field, admin) => {
  mayNotBe(admin, field('id'));
  const user = (await store.users()).find(({ id }) => id === field('id'));
  if (user === undefined || !(await store.removeUser(user.id))) throw gone('user');
  return `${user.name}@${user.realm}`;
});
