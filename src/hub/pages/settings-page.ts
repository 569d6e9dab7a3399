import { instant } from '../../render/counted.ts';
import { badge, table } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import { ROLES } from '../login/roles.ts';
import type { NodeRow, TokenRow } from '../store/hub-store.ts';
import type { AuditRow, UserRow } from '../store/people.ts';
import { nodePath, nodesPath } from './addresses.ts';
import { hubPage } from './frame.ts';
import type { PageContext } from './page-context.ts';
import { link, postButton, postForm, when } from './page-parts.ts';

export interface SettingsPage {
  readonly tokens: readonly TokenRow[];
  readonly users: readonly UserRow[];
  readonly audit: readonly AuditRow[];
  /** Just made: shown once, kept nowhere. */
  readonly newToken: string | null;
  /** As nodes reach this hub. */
  readonly hubUrl: string;
  /** What was just done or refused; empty for nothing. */
  readonly said: string;
}

/** Who may report, who may look, and what was done: for administrators. */
export const settingsPage = (page: SettingsPage, context: PageContext): string =>
  hubPage(
    {
      title: 'Settings',
      head: markup`<h1>Settings</h1>${page.said === '' ? null : markup`<p role="status">${badge('notice', 'Done')} ${page.said}</p>`}`,
      body: markup`${tokensOf(page, context)}${nodesOf()}${usersOf(page, context)}${auditOf(page, context)}`,
    },
    context,
  );

function tokensOf({ tokens, newToken, hubUrl }: SettingsPage, { csrf, now }: PageContext): Markup {
  const rows = tokens.map(
    ({ id, cluster, expiresAt, usesLeft, createdBy }) =>
      markup`<tr><th scope="row">${cluster === '' ? 'any cluster' : cluster}</th><td class="num">${usesLeft}</td><td>${expiresAt <= now ? badge('unknown', 'over') : instant(expiresAt)}</td><td>${createdBy}</td><td>${postButton(`/settings/tokens/${encodeURIComponent(id)}/remove`, csrf, 'Remove')}</td></tr>`,
  );
  const shown =
    newToken === null
      ? null
      : markup`<div class="told notice" role="status"><p>The token, shown once. On one node of the cluster; it enrols the others too:</p><pre><code>pve-doctor enrol ${hubUrl} --cluster</code></pre><p>and when it asks:</p><pre><code>${newToken}</code></pre></div>\n`;
  return markup`<section aria-labelledby="tokens-h"><h2 id="tokens-h">Enrolment</h2>${shown}<p>A token lets so many nodes of one cluster in, once each. Each makes its own key; the token is of no use afterwards.</p>${rows.length === 0 ? null : table({ id: 'tokens', caption: 'Tokens', columns: [{ title: 'Cluster' }, { title: 'Nodes left', numeric: true }, { title: 'Until' }, { title: 'By' }, { title: '' }], rows })}${postForm(
    '/settings/tokens',
    csrf,
    markup`<label>Cluster, as it calls itself; empty for any <input name="cluster" maxlength="100"></label>
<label>Nodes <input name="uses" type="number" min="1" max="1000" value="40"></label>
<label>Hours <input name="hours" type="number" min="1" max="720" value="24"></label>
<button class="main" type="submit">Make a token</button>`,
    'fields',
  )}</section>
`;
}

const nodesOf = (): Markup =>
  markup`<section aria-labelledby="nodes-h"><h2 id="nodes-h">Nodes</h2><p>Nodes are revoked and forgotten in ${link(nodesPath(), 'their list')}; ${link(nodesPath({ state: 'revoked' }), 'revoked ones')} are forgotten there.</p></section>
`;

function usersOf({ users }: SettingsPage, { csrf, now }: PageContext): Markup {
  const rows = users.map(
    ({ id, name, realm, role, lastLoginAt }) =>
      markup`<tr><th scope="row">${name}</th><td>${realm}</td><td>${postForm(`/settings/users/${encodeURIComponent(id)}/role`, csrf, markup`<label><span class="vh">Role of ${name}</span><select name="role">${ROLES.map((one) => markup`<option${one === role ? markup` selected` : null}>${one}</option>`)}</select></label> <button type="submit">Change</button>`, 'inline')}</td><td>${lastLoginAt === null ? 'never' : when(lastLoginAt, now)}</td><td>${postButton(`/settings/users/${encodeURIComponent(id)}/remove`, csrf, 'Remove')}</td></tr>`,
  );
  return markup`<section aria-labelledby="users-h"><h2 id="users-h">Users</h2><p>A viewer looks, an operator says that problems are known, an admin sees this page.</p>${table({ id: 'users', caption: 'Who may look', columns: [{ title: 'User' }, { title: 'Known by' }, { title: 'Role' }, { title: 'Logged in' }, { title: '' }], rows })}${postForm(
    '/settings/users',
    csrf,
    markup`<label>User <input name="name" required maxlength="64" autocapitalize="none" autocomplete="off"></label>
<label>Password, at least 12 characters <input name="password" type="password" minlength="12" maxlength="500" required autocomplete="new-password"></label>
<label>Role <select name="role">${ROLES.map((role) => markup`<option>${role}</option>`)}</select></label>
<button class="main" type="submit">Make a user</button>`,
    'fields',
  )}</section>
`;
}

const auditOf = ({ audit }: SettingsPage, { now }: PageContext): Markup =>
  markup`<section aria-labelledby="audit-h"><h2 id="audit-h">What was done</h2>${
    audit.length === 0
      ? markup`<p>Nothing yet.</p>`
      : markup`<ul class="list">${audit.map(({ at, who, action, detail }) => markup`<li>${when(at, now)} <b>${who}</b> ${action} <span class="soft">${detail}</span></li>\n`)}</ul>`
  }</section>
`;

/** Asks once more, since there is no way back but a new token. */
export const confirmPage = (
  { node, action }: { readonly node: NodeRow; readonly action: 'revoke' | 'forget' },
  context: PageContext,
): string =>
  hubPage(
    {
      title: `${action === 'revoke' ? 'Revoke' : 'Forget'} ${node.node}`,
      head: markup`<p class="crumbs">${link('/settings', 'Settings')}</p><h1>${action === 'revoke' ? 'Revoke' : 'Forget'} ${node.node}?</h1>`,
      body: markup`<section><p>${
        action === 'revoke'
          ? `Its key counts no longer, and its problems are in no list. To let it in again, it needs a new token. Nothing happens on the node itself.`
          : `All that it reported is deleted. A node that enrols again begins anew.`
      }</p>${postButton(`/settings${nodePath(node.nodeId)}/${action}`, context.csrf, `${action === 'revoke' ? 'Revoke' : 'Forget'} ${node.node} of ${node.cluster}`)}</section>`,
    },
    context,
  );
