import type { Handler } from 'hono';
import { hashPassword, passwordComplaint } from '../login/password.ts';
import { isRole, USER_NAME, USER_NAME_WORDS } from '../login/roles.ts';
import type { LoggedIn } from '../login/session.ts';
import { confirmPage, settingsPage } from '../pages/settings-page.ts';
import { CLUSTER_NAME_WORDS, hashOf, isClusterName, newToken } from '../receive/enrol.ts';
import { Refused } from '../receive/refusal.ts';
import type { NodeRow } from '../store/hub-store.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { pageContext } from './show-page.ts';
import { formOf, userOf, whoIs } from './visitor.ts';

type Route = (parts: HubParts) => Handler<HubEnv>;

const MOST_AUDIT = 200;

/** `newToken`: just made, to be shown once. `said`: what was just done. */
async function page(parts: HubParts, context: HubContext, newToken: string | null, said: string) {
  userOf(context, 'admin');
  const { store, now, health } = parts;
  const [tokens, users, audit] = await health.watch(() =>
    Promise.all([store.tokens(now().toISOString()), store.users(), store.audited(MOST_AUDIT)]),
  );
  const hubUrl = context.get('visitor').origin;
  const rows = { tokens, users, audit, newToken, hubUrl, said };
  return context.html(settingsPage(rows, pageContext(parts, context)));
}

/** A map: of a plain object every address could ask for `constructor`. */
const DONE = new Map([
  ['remove-token', 'The token is of no use any more.'],
  ['revoke-node', 'Nothing of that node is taken any more.'],
  ['forget-node', 'Nothing is kept of that node any more.'],
  ['add-user', 'The user can log in.'],
  ['role', 'The role was changed.'],
  ['remove-user', 'The user and its sessions are gone.'],
]);

export const show: Route = (parts) => async (context) =>
  await page(parts, context, null, DONE.get(context.req.query('done') ?? '') ?? '');

type Field = (name: string) => string;

interface Change {
  readonly parts: HubParts;
  readonly context: HubContext;
  readonly field: Field;
  readonly admin: LoggedIn;
}

/** An admin's form: does the work, writes it down, and shows the settings again. */
const change =
  (action: string, work: (change: Change) => Promise<string>): Route =>
  (parts) =>
  async (context) => {
    const admin = userOf(context, 'admin');
    const field = await formOf(context, parts);
    await parts.health.watch(async () => {
      const detail = await work({ parts, context, field, admin });
      await parts.store.audit({ at: parts.now().toISOString(), who: whoIs(admin), action, detail });
    });
    return context.redirect(`/settings?done=${action}`, 303);
  };

const idOf = (context: HubContext): string => context.req.param('id') ?? '';

const gone = (what: string): Refused => new Refused(404, `there is no such ${what} any more`);

export const addToken: Route = (parts) => async (context) => {
  const admin = userOf(context, 'admin');
  const field = await formOf(context, parts);
  const [cluster, hours, uses] = [field('cluster').trim(), Number(field('hours')), Number(field('uses'))];
  const isRight = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  if (!isRight(hours, 720) || !isRight(uses, 1000))
    throw new Refused(422, 'a token is good for 1 to 720 hours and 1 to 1000 nodes');
  if (cluster !== '' && !isClusterName(cluster)) throw new Refused(422, `a cluster has ${CLUSTER_NAME_WORDS}`);
  const token = newToken();
  const at = parts.now();
  const expiresAt = new Date(at.getTime() + hours * 3_600_000).toISOString();
  const row = { cluster, createdAt: at.toISOString(), createdBy: whoIs(admin), expiresAt, usesLeft: uses };
  await parts.health.watch(async () => {
    await parts.store.addToken({ ...row, hash: hashOf(token) });
    const detail = `${cluster === '' ? 'any cluster' : cluster}, ${uses} nodes, until ${expiresAt}`;
    await parts.store.audit({ at: at.toISOString(), who: whoIs(admin), action: 'add-token', detail });
  });
  return await page(parts, context, token, '');
};

export const removeToken = change('remove-token', async ({ parts, context }) => {
  if (!(await parts.store.removeToken(idOf(context)))) throw gone('token');
  return idOf(context);
});

async function nodeOf({ store, health }: HubParts, context: HubContext): Promise<NodeRow> {
  const node = await health.watch(() => store.node(idOf(context)));
  if (node === null) throw gone('node');
  return node;
}

export const confirm =
  (parts: HubParts, action: 'revoke' | 'forget'): Handler<HubEnv> =>
  async (context) => {
    userOf(context, 'admin');
    return context.html(confirmPage({ node: await nodeOf(parts, context), action }, pageContext(parts, context)));
  };

export const revokeNode = change('revoke-node', async ({ parts, context }) => {
  const { store, now, intake } = parts;
  const node = await nodeOf(parts, context);
  if (!(await store.revoke(node.nodeId, now().toISOString()))) throw gone('node');
  intake.nodes.forget(node.nodeId);
  return `${node.cluster}/${node.node}`;
});

export const forgetNode = change('forget-node', async ({ parts, context }) => {
  const { store, intake } = parts;
  const node = await nodeOf(parts, context);
  if (node.revokedAt === null) throw new Refused(422, 'only a revoked node can be forgotten: it would come back');
  if (!(await store.forget(node.nodeId))) throw gone('node');
  intake.nodes.forget(node.nodeId);
  return `${node.cluster}/${node.node}`;
});

export const addUser = change('add-user', async ({ parts, field }) => {
  const [name, role, password] = [field('name'), field('role'), field('password')];
  if (!USER_NAME.test(name)) throw new Refused(422, USER_NAME_WORDS.replace(/\.$/, ''));
  if (!isRole(role)) throw new Refused(422, 'there is no such role');
  const complaint = passwordComplaint(password);
  if (complaint !== null) throw new Refused(422, complaint);
  const passwordHash = await hashPassword(password);
  const createdAt = parts.now().toISOString();
  const user = await parts.store.addUser({ name, realm: 'local', role, passwordHash, createdAt });
  if (user === 'taken') throw new Refused(409, 'there is a user of that name already');
  return `${name}@local as ${role}`;
});

/** Nobody takes the administration from himself: the last one could not give it back. */
const mayNotBe = (admin: LoggedIn, id: string): void => {
  if (admin.user.id === id) throw new Refused(422, 'another admin has to do this to you');
};

export const changeRole = change('role', async ({ parts, context, field, admin }) => {
  const [id, role] = [idOf(context), field('role')];
  mayNotBe(admin, id);
  const user = (await parts.store.users()).find((one) => one.id === id);
  if (!isRole(role)) throw new Refused(422, 'there is no such role');
  if (user === undefined || !(await parts.store.changeUser(id, { role }))) throw gone('user');
  return `${user.name}@${user.realm}: ${user.role} becomes ${role}`;
});

export const removeUser = change('remove-user', async ({ parts, context, admin }) => {
  const id = idOf(context);
  mayNotBe(admin, id);
  const user = (await parts.store.users()).find((one) => one.id === id);
  if (user === undefined || !(await parts.store.removeUser(user.id))) throw gone('user');
  return `${user.name}@${user.realm}`;
});
