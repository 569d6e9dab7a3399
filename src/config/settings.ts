import type { Policy } from '../model/config/config.ts';
import type { Kind } from '../model/config/kind.ts';
import { ABSOLUTE_PATH, choice, DURATION, integer, PERCENT, TIME_OF_DAY } from '../model/config/kinds.ts';
import { DEFAULT_MOUNT_SETTINGS as MOUNTS } from '../model/mounts/mount-settings.ts';

/** One value that can be configured. Loader, `config show`, docs/configuration.md and the example file follow this table. */
export interface Setting<T> {
  /** In the file: `mounts.probe_timeout` is `probe_timeout` below `[mounts]`. */
  readonly key: string;
  /** Ours first; then names that other programs gave it. */
  readonly environment: readonly [string, ...string[]];
  /** Its own flag, besides `--set`. */
  readonly flag: string | null;
  readonly kind: Kind<T>;
  /** As it would stand in the file. */
  readonly fallback: unknown;
  /** A value of the environment that makes no sense: an error, or one warning and the default. */
  readonly badEnvironment: 'error' | 'warning';
  readonly doc: string;
}

export const POLICIES: readonly Policy[] = ['always', 'on-problem', 'on-change', 'new-problems', 'daily-digest'];

export const POLICY: Kind<Policy> = choice(POLICIES);

const setting = <T>(entry: Setting<T>): Setting<T> => entry;

const seconds = (ms: number): string => `${ms / 1000}s`;

export const SETTINGS = {
  probeTimeout: setting({
    key: 'mounts.probe_timeout',
    environment: ['PVE_DOCTOR_MOUNT_TIMEOUT', 'PROXMENUX_MOUNT_STAT_TIMEOUT'],
    flag: null,
    kind: DURATION,
    fallback: seconds(MOUNTS.probeTimeoutMs),
    badEnvironment: 'warning',
    doc: 'How long a mount of the node has to answer before it is called hung.',
  }),
  containerTimeout: setting({
    key: 'mounts.container_timeout',
    environment: ['PVE_DOCTOR_CONTAINER_TIMEOUT', 'PROXMENUX_LXC_EXEC_TIMEOUT'],
    flag: null,
    kind: DURATION,
    fallback: seconds(MOUNTS.containerTimeoutMs),
    badEnvironment: 'warning',
    doc: 'How long a mount inside a container has to answer.',
  }),
  capacityWarning: setting({
    key: 'mounts.capacity_warning',
    environment: ['PVE_DOCTOR_CAPACITY_WARNING'],
    flag: '--capacity-warning',
    kind: PERCENT,
    fallback: MOUNTS.warningPercent,
    badEnvironment: 'warning',
    doc: 'Used space or inodes of a mount, in percent, from which on there is a warning.',
  }),
  capacityCritical: setting({
    key: 'mounts.capacity_critical',
    environment: ['PVE_DOCTOR_CAPACITY_CRITICAL'],
    flag: '--capacity-critical',
    kind: PERCENT,
    fallback: MOUNTS.criticalPercent,
    badEnvironment: 'warning',
    doc: 'And from which on it is critical.',
  }),
  historyPath: setting({
    key: 'history.path',
    environment: ['PVE_DOCTOR_HISTORY_PATH'],
    flag: null,
    kind: ABSOLUTE_PATH,
    fallback: '/var/lib/pve-doctor',
    badEnvironment: 'error',
    doc: 'The directory in which the history and what channels were told are kept.',
  }),
  keepDays: setting({
    key: 'history.keep_days',
    environment: ['PVE_DOCTOR_HISTORY_KEEP_DAYS'],
    flag: null,
    kind: integer(1, 36_500),
    fallback: 400,
    badEnvironment: 'error',
    doc: 'How many days a run is kept.',
  }),
  policy: setting({
    key: 'notify.policy',
    environment: ['PVE_DOCTOR_NOTIFY_POLICY'],
    flag: null,
    kind: POLICY,
    fallback: 'on-change',
    badEnvironment: 'error',
    doc: 'When channels are told of a run that is sent, for those that say nothing else.',
  }),
  otherwise: setting({
    key: 'notify.otherwise',
    environment: ['PVE_DOCTOR_NOTIFY_OTHERWISE'],
    flag: null,
    kind: choice(['root', 'nobody']),
    fallback: 'root',
    badEnvironment: 'error',
    doc: 'Who is told of new problems where no channel is described: `root`, by PVE or by mail, or `nobody`.',
  }),
  digestAt: setting({
    key: 'notify.digest_at',
    environment: ['PVE_DOCTOR_NOTIFY_DIGEST_AT'],
    flag: null,
    kind: TIME_OF_DAY,
    fallback: '07:00',
    badEnvironment: 'error',
    doc: 'Local time of day from which on the daily digest is sent.',
  }),
  remindDays: setting({
    key: 'notify.remind_days',
    environment: ['PVE_DOCTOR_NOTIFY_REMIND_DAYS'],
    flag: null,
    kind: integer(0, 3650),
    fallback: 7,
    badEnvironment: 'error',
    doc: 'A critical problem that stands is repeated after so many days without a message; 0: never.',
  }),
  healthyDays: setting({
    key: 'notify.healthy_days',
    environment: ['PVE_DOCTOR_NOTIFY_HEALTHY_DAYS'],
    flag: null,
    kind: integer(0, 3650),
    fallback: 30,
    badEnvironment: 'error',
    doc: 'That the node is healthy is said after so many days without a message; 0: never.',
  }),
} as const;

export const SETTING_LIST: readonly Setting<unknown>[] = Object.values(SETTINGS);

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
