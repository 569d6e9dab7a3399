import type { Policy } from '../model/config/config.ts';
import type { Kind } from '../model/config/kind.ts';
import { ABSOLUTE_PATH, choice, DURATION, integer, PERCENT, TIME_OF_DAY } from '../model/config/kinds.ts';
import { DEFAULT_MOUNT_SETTINGS as MOUNTS } from '../model/mounts/mounts.ts';

/** One value that can be configured. Loader, `config show`, docs/configuration.md and the example file follow this table. */
export interface Setting<T> {
  /** In the file: `mounts.probe_timeout` is `probe_timeout` below `[mounts]`. */
  readonly key: string;
  /** Ours first; then names that other programs gave it. */
  readonly environment: readonly [string, ...string[]];
  /** Its own flag, besides `--set`: as commander declares it, and what help says of it. */
  readonly flag?: { readonly form: string; readonly about: string };
  readonly kind: Kind<T>;
  /** As it would stand in the file. */
  readonly fallback: unknown;
  /** A value of the environment that makes no sense is one warning, and the next layer counts; elsewhere it is an error. */
  readonly isMildInEnvironment?: boolean;
  readonly doc: string;
}

export const POLICIES: readonly Policy[] = ['always', 'on-problem', 'on-change', 'new-problems', 'daily-digest'];

export const POLICY: Kind<Policy> = choice(POLICIES);

const setting = <T>(entry: Setting<T>): Setting<T> => entry;

const seconds = (ms: number): string => `${ms / 1000}s`;

/** By the section and the field of `Config` in which their values stand. */
export const SETTINGS = {
  mounts: {
    probeTimeoutMs: setting({
      key: 'mounts.probe_timeout',
      environment: ['PVE_DOCTOR_MOUNT_TIMEOUT', 'PROXMENUX_MOUNT_STAT_TIMEOUT'],
      kind: DURATION,
      fallback: seconds(MOUNTS.probeTimeoutMs),
      isMildInEnvironment: true,
      doc: 'How long a mount of the node has to answer before it is called hung.',
    }),
    containerTimeoutMs: setting({
      key: 'mounts.container_timeout',
      environment: ['PVE_DOCTOR_CONTAINER_TIMEOUT', 'PROXMENUX_LXC_EXEC_TIMEOUT'],
      kind: DURATION,
      fallback: seconds(MOUNTS.containerTimeoutMs),
      isMildInEnvironment: true,
      doc: 'How long a mount inside a container has to answer.',
    }),
    warningPercent: setting({
      key: 'mounts.capacity_warning',
      environment: ['PVE_DOCTOR_CAPACITY_WARNING'],
      flag: {
        form: '--capacity-warning <percent>',
        about: `mounts: used space or inodes from here on are a warning (${MOUNTS.warningPercent})`,
      },
      kind: PERCENT,
      fallback: MOUNTS.warningPercent,
      isMildInEnvironment: true,
      doc: 'Used space or inodes of a mount, in percent, from which on there is a warning.',
    }),
    criticalPercent: setting({
      key: 'mounts.capacity_critical',
      environment: ['PVE_DOCTOR_CAPACITY_CRITICAL'],
      flag: {
        form: '--capacity-critical <percent>',
        about: `and from here on critical (${MOUNTS.criticalPercent})`,
      },
      kind: PERCENT,
      fallback: MOUNTS.criticalPercent,
      isMildInEnvironment: true,
      doc: 'And from which on it is critical.',
    }),
  },
  history: {
    path: setting({
      key: 'history.path',
      environment: ['PVE_DOCTOR_HISTORY_PATH'],
      kind: ABSOLUTE_PATH,
      fallback: '/var/lib/pve-doctor',
      doc: 'The directory in which the history and what channels were told are kept.',
    }),
    keepDays: setting({
      key: 'history.keep_days',
      environment: ['PVE_DOCTOR_HISTORY_KEEP_DAYS'],
      kind: integer(1, 36_500),
      fallback: 400,
      doc: 'How many days a run is kept.',
    }),
  },
  notify: {
    policy: setting({
      key: 'notify.policy',
      environment: ['PVE_DOCTOR_NOTIFY_POLICY'],
      kind: POLICY,
      fallback: 'on-change',
      doc: 'When channels are told of a run that is sent, for those that say nothing else.',
    }),
    otherwise: setting({
      key: 'notify.otherwise',
      environment: ['PVE_DOCTOR_NOTIFY_OTHERWISE'],
      kind: choice(['root', 'nobody']),
      fallback: 'root',
      doc: 'Who is told of new problems where no channel is described: `root`, by PVE or by mail, or `nobody`.',
    }),
    digestAt: setting({
      key: 'notify.digest_at',
      environment: ['PVE_DOCTOR_NOTIFY_DIGEST_AT'],
      kind: TIME_OF_DAY,
      fallback: '07:00',
      doc: 'Local time of day from which on the daily digest is sent.',
    }),
    remindDays: setting({
      key: 'notify.remind_days',
      environment: ['PVE_DOCTOR_NOTIFY_REMIND_DAYS'],
      kind: integer(0, 3650),
      fallback: 7,
      doc: 'A critical problem that stands is repeated after so many days without a message; 0: never.',
    }),
    healthyDays: setting({
      key: 'notify.healthy_days',
      environment: ['PVE_DOCTOR_NOTIFY_HEALTHY_DAYS'],
      kind: integer(0, 3650),
      fallback: 30,
      doc: 'That the node is healthy is said after so many days without a message; 0: never.',
    }),
  },
} as const;

export const SETTING_LIST: readonly Setting<unknown>[] = Object.values(SETTINGS).flatMap((section) =>
  Object.values<Setting<unknown>>(section),
);

/** `mounts` of `mounts.probe_timeout`, and `probe_timeout`. */
export function splitKey(key: string): readonly [section: string, name: string] {
  const dot = key.indexOf('.');
  return [key.slice(0, dot), key.slice(dot + 1)];
}

export const SECTIONS: readonly string[] = [...new Set(SETTING_LIST.map(({ key }) => splitKey(key)[0]))];

/** The table of every channel: `[channel.NAME]`. */
export const CHANNEL = 'channel';

/** A channel's name also stands in the names of variables, where it is upper case and `-` becomes `_`. */
export const CHANNEL_NAME = /^[a-z][a-z0-9]{0,30}(?:-[a-z0-9]{1,30}){0,5}$/;

export const CHANNEL_NAME_WORDS = 'small letters, digits and "-", and begins with a letter';

/** `mail` and `api_key` of `channel.mail.api_key`. A key in quotes may have dots of its own. */
export function splitChannelKey(key: string): readonly [channel: string, name: string] {
  const [, channel = '', ...name] = key.split('.');
  return [channel, name.join('.')];
}
