import type { MountSettings } from '../mounts/mounts.ts';

/**
 * When a channel is told of a run:
 * `always`: every run; `on-problem`: every run that ends with another status than 0; `on-change`: when a critical or warning
 * problem is new, worse, milder or resolved, or less can be looked at; `new-problems`: when one is new or worse, at most once a
 * day unless it is critical; `daily-digest`: once a day, with what changed since the last digest.
 */
export type Policy = 'always' | 'on-problem' | 'on-change' | 'new-problems' | 'daily-digest';

/** What all channels have. Their other values are those of their type's keys: `src/channels/`. */
export interface Channel {
  /** The name of its table in the file: `[channel.NAME]`. */
  readonly name: string;
  readonly type: string;
  readonly policy: Policy;
}

export interface HistorySettings {
  /** Where history and what channels were told is kept. */
  readonly path: string;
  readonly keepDays: number;
}

export interface NotifySettings {
  /** Who is told where no channel is described: root of this node, or nobody. */
  readonly otherwise: 'root' | 'nobody';
  /** A critical problem that stands is repeated after so many days without a message; 0: never. */
  readonly remindDays: number;
  /** Health is said after so many days without a message; 0: never. */
  readonly healthyDays: number;
  /** Local time of day, `HH:MM`, from which on the first run sends the daily digest. */
  readonly digestAt: string;
  readonly channels: readonly Channel[];
}

/** The effective configuration: flag before environment before file before default. */
export interface Config {
  readonly mounts: MountSettings;
  readonly history: HistorySettings;
  readonly notify: NotifySettings;
}

/** Read where no other file is asked for; nobody misses it. */
export const CONFIG_PATH = '/etc/pve-doctor/config.toml';

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
