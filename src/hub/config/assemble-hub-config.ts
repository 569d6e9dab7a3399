import { type Chosen, type Problem, problemAt } from '../../config/given.ts';
import { type ConfigHost, tooOpen } from '../../config/secrets.ts';
import type { Channel, Origin } from '../../model/config/config.ts';
import type { HubConfig, OidcSettings, PveSettings, StoreSettings } from './hub-config.ts';
import { HUB_SETTINGS, type HubField, type HubSetting } from './hub-settings.ts';

/** By field of the table; null where nothing is set. */
export type Chosens = { readonly [F in HubField]: Chosen<ValueOf<F>> | null };

type ValueOf<F extends HubField> = (typeof HUB_SETTINGS)[F] extends HubSetting<infer T> ? T : never;

const LOOPBACK = /^(?:127\.|::1$)/;

const MOST_PEM_BYTES = 256 * 1024;

/** Single values as what the program uses, with what does not fit together. */
export async function assembleHubConfig(
  chosen: Chosens,
  channels: readonly Channel[],
  host: ConfigHost,
): Promise<{ readonly config: HubConfig; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const wrong = (field: HubField, what: string): void => {
    problems.push(problemAt(chosen[field]?.origin ?? NOWHERE, `${HUB_SETTINGS[field].key} ${what}`));
  };
  /** What has a default is always there. */
  const of = <F extends HubField>(field: F): ValueOf<F> => (chosen[field] as Chosen<ValueOf<F>>).value;
  const maybe = <F extends HubField>(field: F): ValueOf<F> | null =>
    (chosen[field] as Chosen<ValueOf<F>> | null)?.value ?? null;
  const parts: Parts = { of, maybe, wrong };
  const config: HubConfig = {
    server: {
      listen: of('listen'),
      ...{ url: maybe('url'), certificate: maybe('certificate'), key: maybe('key') },
      trustedProxies: of('trustedProxies'),
    },
    store: storeOf(parts),
    retention: { runDays: of('runDays'), changeDays: of('changeDays'), silentAfterMs: of('silentAfter') },
    login: { local: of('local'), idleMs: of('idle'), absoluteMs: of('longest') },
    oidc: oidcOf(parts),
    pve: await pveOf(parts, host),
    messages: {
      // Nobody is told without being asked for: the hub is no node with a root.
      ...{ otherwise: 'nobody', cluster: 'one', channels },
      ...{ remindDays: of('remindDays'), healthyDays: of('healthyDays'), digestAt: of('digestAt') },
    },
    metrics: { token: maybe('metricsToken') },
  };
  checkServer(parts);
  if (!config.login.local && config.oidc === null && config.pve === null)
    wrong('local', 'is false, and nobody could log in: [oidc] or [pve] must say how else');
  return { config, problems };
}

const NOWHERE: Origin = { kind: 'default' };

interface Parts {
  readonly of: <F extends HubField>(field: F) => ValueOf<F>;
  readonly maybe: <F extends HubField>(field: F) => ValueOf<F> | null;
  readonly wrong: (field: HubField, what: string) => void;
}

function checkServer({ of, maybe, wrong }: Parts): void {
  const { host } = of('listen');
  const [certificate, key] = [maybe('certificate'), maybe('key')];
  if ((certificate === null) !== (key === null))
    wrong(certificate === null ? 'key' : 'certificate', 'needs the other one of certificate and key beside it');
  // Passwords and sessions would cross the network readably.
  if (!LOOPBACK.test(host) && certificate === null && of('trustedProxies').length === 0)
    wrong(
      'listen',
      'is no address of this machine alone: it needs a certificate and key, or trusted_proxies before it',
    );
  if (!LOOPBACK.test(host) && maybe('url') === null)
    wrong('listen', 'is no address of this machine alone: server.url must say how browsers reach it');
}

function storeOf({ of, maybe, wrong }: Parts): StoreSettings {
  const address = of('postgresql');
  const password = maybe('postgresqlPassword');
  if (address !== '') return { engine: 'postgresql', address, password };
  if (password !== null) wrong('postgresqlPassword', 'is of no use without store.postgresql');
  return { engine: 'sqlite', path: of('path') };
}

function oidcOf({ of, maybe, wrong }: Parts): OidcSettings | null {
  const [issuer, clientId] = [maybe('issuer'), maybe('clientId')];
  if (issuer === null && clientId === null) return null;
  if (issuer === null || clientId === null) {
    wrong(issuer === null ? 'clientId' : 'issuer', 'needs issuer and client_id together');
    return null;
  }
  const [admins, operators, viewers] = [of('oidcAdmins'), of('oidcOperators'), of('oidcViewers')];
  if (admins.includes('*')) wrong('oidcAdmins', 'would make everybody an admin');
  if ([...admins, ...operators, ...viewers].length === 0)
    wrong('issuer', 'lets nobody in: admins, operators or viewers must name values of the role claim');
  const named = { label: of('label'), scope: of('scope'), nameClaim: of('nameClaim'), roleClaim: of('roleClaim') };
  return { issuer, clientId, clientSecret: maybe('clientSecret'), ...named, admins, operators, viewers };
}

async function pveOf({ of, maybe, wrong }: Parts, host: ConfigHost): Promise<PveSettings | null> {
  const nodes = of('pveNodes');
  if (nodes.length === 0) return null;
  const [path, fingerprint] = [maybe('pveAuthority'), maybe('pveFingerprint')];
  if (path !== null && fingerprint !== null)
    wrong('pveFingerprint', 'and pve.authority do not go together: one is enough');
  const file = path === null ? null : await host.readSmallFile(path, MOST_PEM_BYTES);
  if (file !== null && file.state !== 'read') wrong('pveAuthority', 'names a file that cannot be read');
  // Whoever can write it says which servers get passwords.
  const open = file?.state === 'read' ? tooOpen(path ?? '', file.mode & ~0o044, file.ownerUid, host.ownUid()) : null;
  if (open !== null) wrong('pveAuthority', `names a file that ${open}`);
  const authority = file?.state === 'read' ? Buffer.from(file.bytes).toString('utf8') : null;
  const people = { role: of('pveRole'), admins: of('pveAdmins'), operators: of('pveOperators') };
  return { nodes, authority, fingerprint, realm: of('pveRealm'), ...people };
}
