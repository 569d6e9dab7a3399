import type { MountSettings } from '../mounts/mount-settings.ts';
import type { Secret } from './secret.ts';

/**
 * When a channel is told of a run:
 * `always`: every run; `on-problem`: every run that ends with another status than 0; `on-change`: when a critical or warning
 * problem is new, worse, milder or resolved, or less can be looked at; `new-problems`: when one is new or worse, at most once a
 * day unless it is critical; `daily-digest`: once a day, with what changed since the last digest.
 */
export type Policy = 'always' | 'on-problem' | 'on-change' | 'new-problems' | 'daily-digest';

interface AnyChannel {
  /** The name of its table in the file: `[channel.NAME]`. */
  readonly name: string;
  readonly policy: Policy;
}

interface Addresses {
  /** `Name <address>` or an address. */
  readonly from: string;
  readonly to: readonly string[];
}

/** Mailjet's Send API v3.1 (dev.mailjet.com/email/guides/send-api-v31). */
export interface MailjetChannel extends AnyChannel, Addresses {
  readonly type: 'mailjet';
  /** `https://api.mailjet.com`, or `https://api.us.mailjet.com` for accounts in the US. */
  readonly url: string;
  readonly apiKey: Secret;
  readonly apiSecret: Secret;
}

export interface SmtpChannel extends AnyChannel, Addresses {
  readonly type: 'smtp';
  readonly host: string;
  readonly port: number;
  /** `starttls`: refuses to go on without it; `tls`: from the first byte; `none`: in the clear, never with a password. */
  readonly security: 'starttls' | 'tls' | 'none';
  readonly user: string | null;
  readonly password: Secret | null;
  /** PEM file with the authority of a server whose certificate the system does not know. */
  readonly caFile: string | null;
}

/** The node's own mail program; on PVE mail to root goes on to PVE's notification targets. */
export interface SendmailChannel extends AnyChannel, Addresses {
  readonly type: 'sendmail';
}

/** PVE's notification framework (PVE::Notify, PVE 8.1 and later). */
export interface PveChannel extends AnyChannel {
  readonly type: 'pve';
}

/** PVE's notifications where this node has them, else mail to root: who is told where nobody described a channel. */
export interface NodeChannel extends AnyChannel {
  readonly type: 'node';
}

/** POST of JSON, docs/webhook.schema.json. */
export interface WebhookChannel extends AnyChannel {
  readonly type: 'webhook';
  readonly url: Secret;
  /** Sent as `Authorization: Bearer …`. */
  readonly token: Secret | null;
}

export interface NtfyChannel extends AnyChannel {
  readonly type: 'ntfy';
  readonly url: string;
  readonly topic: Secret;
  readonly token: Secret | null;
}

export interface GotifyChannel extends AnyChannel {
  readonly type: 'gotify';
  readonly url: string;
  readonly token: Secret;
}

export type Channel =
  | MailjetChannel
  | SmtpChannel
  | SendmailChannel
  | PveChannel
  | NodeChannel
  | WebhookChannel
  | NtfyChannel
  | GotifyChannel;

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
