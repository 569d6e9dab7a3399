import type { NotifySettings } from '../../model/config/config.ts';
import type { Secret } from '../../model/config/secret.ts';
import type { Role } from '../store/people.ts';

/** Read where no other file is asked for. */
export const HUB_CONFIG_PATH = '/etc/pve-doctor-hub/config.toml';

export interface ServerSettings {
  readonly listen: { readonly host: string; readonly port: number };
  /** As browsers and nodes reach it; null: only by a name of this machine. */
  readonly url: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
  /** Addresses or networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
}

export type StoreSettings =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgresql'; readonly address: string; readonly password: Secret | null };

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret | null;
  /** What the button says. */
  readonly label: string;
  readonly scope: string;
  readonly nameClaim: string;
  readonly roleClaim: string;
  readonly admins: readonly string[];
  readonly operators: readonly string[];
  readonly viewers: readonly string[];
}

export interface PveSettings {
  /** `https://pve1.example.org:8006`. */
  readonly nodes: readonly string[];
  /** PEM of the cluster's authority. */
  readonly authority: string | null;
  /** SHA-256 of the one certificate that is accepted. */
  readonly fingerprint: string | null;
  /** Of names without one. */
  readonly realm: string;
  readonly role: Role;
  readonly admins: readonly string[];
  readonly operators: readonly string[];
}

export interface HubConfig {
  readonly server: ServerSettings;
  readonly store: StoreSettings;
  readonly retention: { readonly runDays: number; readonly changeDays: number; readonly silentAfterMs: number };
  readonly login: { readonly local: boolean; readonly idleMs: number; readonly absoluteMs: number };
  readonly oidc: OidcSettings | null;
  readonly pve: PveSettings | null;
  /** Who is told of every cluster. */
  readonly messages: NotifySettings;
  readonly metrics: { readonly token: Secret | null };
}
