import { type Markup, markup } from '../../../render/markup.ts';
import { ROLES } from '../../login/roles.ts';
import type { AuditRow, NodeRow, TokenRow, UserRow } from '../../store/hub-store.ts';
import { csrfField, nodePath, table, time } from './frame.ts';

export interface SettingsPage {
  readonly tokens: readonly TokenRow[];
  readonly nodes: readonly NodeRow[];
  readonly users: readonly UserRow[];
  readonly audit: readonly AuditRow[];
  /** Shown once, right after it was made; null otherwise. */
  readonly newToken: string | null;
  readonly csrf: string;
}

const button = (action: string, csrf: string, id: string, text: string): Markup =>
  markup`<form method="post" action="${action}">${csrfField(csrf)}<input type="hidden" name="id" value="${id}"><button>${text}</button></form> `;

export const settingsView = ({
  tokens,
  nodes,
  users,
  audit,
  newToken,
  csrf,
}: SettingsPage): Markup => markup`<h2>Tokens for nodes</h2>
${newToken === null ? null : markup`<p class="said">The new token. It is shown only now:</p><pre data-copy="yes">${newToken}</pre>`}
${table(
  ['Cluster', 'Made', 'Ends', 'Uses left', ''],
  tokens.map(
    (token) =>
      markup`<tr><td>${token.cluster === '' ? 'any' : token.cluster}</td><td>${time(token.createdAt)} by ${token.createdBy}</td><td>${time(token.expiresAt)}</td><td>${token.usesLeft}</td><td>${button('/settings/tokens/remove', csrf, token.id, 'Remove')}</td></tr>\n`,
  ),
  'There is no token: no node can enrol.',
)}
<form class="card" method="post" action="/settings/tokens">${csrfField(csrf)}
<label for="cluster">Cluster; empty for any</label><input id="cluster" name="cluster" maxlength="100">
<label for="hours">Good for hours</label><input id="hours" name="hours" type="number" min="1" max="720" value="24" required>
<label for="uses">Nodes that may use it</label><input id="uses" name="uses" type="number" min="1" max="1000" value="40" required>
<p><button>Make a token</button></p></form>
<h2>Nodes</h2>
${table(
  ['Node', 'Cluster', 'Enrolled', 'Last heard', ''],
  nodes.map(
    (node) =>
      markup`<tr><td><a href="${nodePath(node.nodeId)}">${node.node}</a></td><td>${node.cluster}</td><td>${time(node.enrolledAt)}</td><td>${time(node.lastContactAt)}</td><td>${node.revokedAt === null ? button('/settings/nodes/revoke', csrf, node.nodeId, 'Revoke') : button('/settings/nodes/forget', csrf, node.nodeId, 'Forget all of it')}</td></tr>\n`,
  ),
  'No node has enrolled.',
)}
<h2>Users</h2>
${table(
  ['Name', 'From', 'Role', 'Last login', ''],
  users.map(
    (user) =>
      markup`<tr><td>${user.name}</td><td>${user.realm}</td><td><form method="post" action="/settings/users/role">${csrfField(csrf)}<input type="hidden" name="id" value="${user.id}"><select name="role" aria-label="Role of ${user.name}">${ROLES.map((role) => (role === user.role ? markup`<option selected>${role}</option>` : markup`<option>${role}</option>`))}</select> <button>Change</button></form></td><td>${time(user.lastLoginAt)}</td><td>${button('/settings/users/remove', csrf, user.id, 'Remove')}</td></tr>\n`,
  ),
  'Nobody.',
)}
<p class="dim">Local users are added by <code>pve-doctor-hub user add</code> on the hub.</p>
<h2>Audit</h2>
${table(
  ['When', 'Who', 'What', ''],
  audit.map(
    (row) => markup`<tr><td>${time(row.at)}</td><td>${row.who}</td><td>${row.action}</td><td>${row.detail}</td></tr>\n`,
  ),
  'Nothing yet.',
)}`;
