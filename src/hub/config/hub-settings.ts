import type { Kind } from '../../model/config/kind.ts';
import { ABSOLUTE_PATH, choice, integer, NAME, PASSWORD, TIME_OF_DAY, TOKEN } from '../../model/config/kinds.ts';
import {
  BOOLEAN,
  FINGERPRINT,
  HTTPS_ADDRESSES,
  ISSUER,
  LISTEN,
  NAMES,
  NETWORKS,
  ORIGIN,
  POSTGRESQL,
  SPAN,
} from './hub-kinds.ts';

/** One value that can be configured in the hub. Loader, `config show` and docs/hub.md follow this table. */
export interface HubSetting<T> {
  /** `server.listen` is `listen` below `[server]`. A secret also stands at `…_file` and `…_credential`. */
  readonly key: string;
  readonly kind: Kind<T>;
  /** As it would stand in the file; null: nothing. */
  readonly fallback: unknown;
  readonly doc: string;
}

const setting = <T>(key: string, kind: Kind<T>, fallback: unknown, doc: string): HubSetting<T> => ({
  ...{ key, kind, fallback, doc },
});

export const HUB_SETTINGS = {
  listen: setting('server.listen', LISTEN, '127.0.0.1:8470', 'Where it listens, unless systemd passes a socket.'),
  url: setting(
    'server.url',
    ORIGIN,
    null,
    'How browsers and nodes reach it. Without it only names of this machine count.',
  ),
  certificate: setting('server.certificate', ABSOLUTE_PATH, null, 'PEM with the chain; read again when it changes.'),
  key: setting('server.key', ABSOLUTE_PATH, null, "The certificate's private key, closed to others."),
  trustedProxies: setting(
    'server.trusted_proxies',
    NETWORKS,
    [],
    'Reverse proxies whose `X-Forwarded-For` is believed.',
  ),
  path: setting('store.path', ABSOLUTE_PATH, '/var/lib/pve-doctor-hub/hub.db', 'The file of the embedded SQLite.'),
  postgresql: setting('store.postgresql', POSTGRESQL, '', 'PostgreSQL instead: its address without a password.'),
  postgresqlPassword: setting('store.password', PASSWORD, null, 'Its password, where it asks for one.'),
  runDays: setting('retention.run_days', integer(1, 36_500), 90, 'How many days past reports are kept.'),
  changeDays: setting('retention.change_days', integer(1, 36_500), 400, 'How many days it is kept what changed.'),
  silentAfter: setting('retention.silent_after', SPAN, '26h', 'A node is silent when it was not heard for so long.'),
  policy: setting(
    'messages.policy',
    // What happens at every run means nothing where forty nodes report every quarter of an hour.
    choice(['on-change', 'new-problems', 'daily-digest']),
    'on-change',
    'When a `[channel.NAME]` is told of a cluster; each may have its own. Channels are those of a node: docs/configuration.md.',
  ),
  digestAt: setting('messages.digest_at', TIME_OF_DAY, '07:00', 'Local time of the daily digest.'),
  remindDays: setting(
    'messages.remind_days',
    integer(0, 3650),
    7,
    'A critical problem is repeated after so many days; 0: never.',
  ),
  healthyDays: setting('messages.healthy_days', integer(0, 3650), 30, 'Health is said after so many days; 0: never.'),
  local: setting('login.local', BOOLEAN, true, 'Users that the hub itself knows.'),
  idle: setting('login.idle', SPAN, '12h', 'A session ends after so long without a request.'),
  longest: setting('login.longest', SPAN, '7d', 'And in any case so long after the login.'),
  issuer: setting('oidc.issuer', ISSUER, null, 'OpenID Connect: the issuer, as it describes itself.'),
  clientId: setting('oidc.client_id', NAME, null, 'The name that the issuer gave the hub.'),
  clientSecret: setting('oidc.client_secret', PASSWORD, null, 'And the secret, where there is one.'),
  label: setting('oidc.label', NAME, 'Single sign-on', 'What the button says.'),
  scope: setting('oidc.scope', NAME, 'openid profile', 'What is asked of the issuer.'),
  nameClaim: setting('oidc.name_claim', NAME, 'preferred_username', 'The claim by which people are called.'),
  roleClaim: setting('oidc.role_claim', NAME, 'groups', 'The claim whose values decide the role.'),
  oidcAdmins: setting('oidc.admins', NAMES, [], 'Values of it that make an admin.'),
  oidcOperators: setting('oidc.operators', NAMES, [], 'Values that make an operator.'),
  oidcViewers: setting('oidc.viewers', NAMES, [], 'Values that make a viewer; `"*"` is everybody.'),
  pveNodes: setting(
    'pve.nodes',
    HTTPS_ADDRESSES,
    [],
    'Login by Proxmox VE: nodes of one cluster, asked in this order.',
  ),
  pveAuthority: setting('pve.authority', ABSOLUTE_PATH, null, 'A copy of `/etc/pve/pve-root-ca.pem` of that cluster.'),
  pveFingerprint: setting(
    'pve.fingerprint',
    FINGERPRINT,
    null,
    'Or the fingerprint of the one certificate that is accepted.',
  ),
  pveRealm: setting('pve.realm', NAME, 'pam', 'Realm of a name that is typed without one.'),
  pveRole: setting('pve.role', choice(['viewer', 'operator']), 'viewer', 'What somebody new is.'),
  pveAdmins: setting('pve.admins', NAMES, [], 'Users such as `"root@pam"` that are admins.'),
  pveOperators: setting('pve.operators', NAMES, [], 'And operators.'),
  metricsToken: setting(
    'metrics.token',
    TOKEN,
    null,
    '`/metrics` asks for this bearer token; without one only this machine is answered.',
  ),
} as const;

export type HubField = keyof typeof HUB_SETTINGS;

export const HUB_SETTING_LIST: readonly (readonly [field: string, setting: HubSetting<unknown>])[] =
  Object.entries<HubSetting<unknown>>(HUB_SETTINGS);
