/** Where a value of the configuration comes from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string }
  /** A secret in a file of its own, and where that file is named. */
  | { readonly kind: 'secret-file'; readonly path: string; readonly named: Origin }
  /** A credential that systemd passes (systemd.exec(5), LoadCredential=), and where it is named. */
  | { readonly kind: 'credential'; readonly name: string; readonly named: Origin };

/** One value of the effective configuration, as it may be shown: a secret is hidden. */
export interface ShownValue {
  /** `mounts.probe_timeout`, `channel.mail.host`. */
  readonly key: string;
  /** As it would stand in the file; `(hidden)` for a secret; null where nothing is set. */
  readonly shown: string | null;
  readonly isSecret: boolean;
  readonly origin: Origin;
}
