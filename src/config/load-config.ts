import { CONFIG_PATH, type Config, type ShownValue } from '../model/config/config.ts';
import { UsageError } from '../model/faults.ts';
import type { ConfiguredAcknowledgement } from './acknowledge-table.ts';
import type { LeftOut } from './channels.ts';
import { type ConfigFile, type FileState, givenByFileOf } from './config-file.ts';
import { type Environment, givenByEnvironment } from './from-environment.ts';
import { type Flags, givenByFlags } from './from-flags.ts';
import {
  type Chosen,
  choose,
  chooseDefault,
  complaint,
  type Given,
  type Problem,
  placeOf,
  problemText,
} from './given.ts';
import type { ConfigHost } from './secrets.ts';
import { CHANNEL, SETTING_LIST, SETTINGS, type Setting, splitKey } from './settings.ts';

/** Where the configuration is read from. */
export interface ConfigSource {
  /** Null: no file is read. */
  readonly file: ConfigFile | null;
  readonly environment: Environment;
  readonly flags: Flags;
  readonly host: ConfigHost;
}

export interface LoadedConfig {
  /** What is right of it, with defaults for the rest. */
  readonly config: Config;
  readonly values: readonly ShownValue[];
  readonly file: { readonly path: string; readonly state: FileState };
  /** Empty: the configuration is right. In the order of the file. */
  readonly problems: readonly Problem[];
  /** Things that are no errors, each to be said once. */
  readonly warnings: readonly string[];
  /** Problems that the file says are known. */
  readonly acknowledged: readonly ConfiguredAcknowledgement[];
  /** Channels that are described and cannot be used here and now: something is wrong, or only a unit of systemd can. */
  readonly leftOut: readonly LeftOut[];
}

const MOST_PROBLEMS = 50;

export function problemList(problems: readonly Problem[]): string {
  const [only] = problems;
  if (only !== undefined && problems.length === 1) return problemText(only);
  const lines = problems.slice(0, MOST_PROBLEMS).map(problemText);
  const more = problems.length > MOST_PROBLEMS ? [`and ${problems.length - MOST_PROBLEMS} more`] : [];
  return [`${problems.length} things are wrong:`, ...lines, ...more].join('\n  ');
}

/** Flags before environment before file before default. Wrong flags are thrown; everything else that is wrong is in `problems`. */
export async function readConfig(source: ConfigSource): Promise<LoadedConfig> {
  const flags = givenByFlags(source.flags);
  const environment = await givenByEnvironment(source.environment);
  const file = await givenByFileOf(source.file, source.host, [...environment.given, ...flags]);
  const given = [...file.given, ...environment.given, ...flags];
  const settings = chooseSettings(given);
  const described = given.filter(({ key }) => key.startsWith(`${CHANNEL}.`));
  // Without the file that describes them, what the environment says of channels would only look wrong.
  const channels =
    described.length === 0 || file.state === 'refused'
      ? { channels: [], values: [], problems: [], leftOut: [] }
      : await (await import('./channels.ts')).readChannels({
          given: described,
          policy: settings.policy,
          host: source.host,
          credentials: source.environment['CREDENTIALS_DIRECTORY'],
        });
  const problems = [...file.problems, ...environment.problems, ...settings.problems, ...channels.problems];
  const usage = problems.filter(({ isUsage }) => isUsage);
  if (usage.length > 0) throw new UsageError(problemList(usage));
  const { mounts, history, notify } = settings;
  return {
    config: { mounts, history, notify: { ...notify, channels: channels.channels } },
    values: [...settings.values, ...channels.values],
    file: { path: source.file?.path ?? CONFIG_PATH, state: file.state },
    problems: problems.toSorted((a, b) => a.line - b.line),
    warnings: [...environment.warnings, ...settings.warnings],
    acknowledged: file.acknowledged,
    leftOut: channels.leftOut,
  };
}

function chooseSettings(given: readonly Given[]) {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const chosen = new Map(
    SETTING_LIST.map((setting) => [setting.key, chooseSetting(setting, given, problems, warnings)]),
  );
  // What was chosen for a setting was judged by its kind.
  const chosenFor = <T>({ key }: Setting<T>) => chosen.get(key) as Chosen<T>;
  const valuesOf = <S extends Section>(section: S) =>
    Object.fromEntries(Object.entries(section).map(([field, one]) => [field, chosenFor(one).value])) as Values<S>;
  const mounts = valuesOf(SETTINGS.mounts);
  const { warningPercent, criticalPercent } = mounts;
  if (warningPercent > criticalPercent)
    warnings.push(
      `capacity: the warning at ${warningPercent} % is above the critical ${criticalPercent} %, so it never shows`,
    );
  const { policy: _, ...notify } = valuesOf(SETTINGS.notify);
  const values = [...chosen].map(([key, { shown, origin }]) => ({ key, shown, isSecret: false, origin }));
  const policy = chosenFor(SETTINGS.notify.policy);
  return { mounts, history: valuesOf(SETTINGS.history), policy, notify, problems, warnings, values };
}

type Section = Readonly<Record<string, Setting<unknown>>>;

type Values<S extends Section> = { readonly [N in keyof S]: S[N] extends Setting<infer T> ? T : never };

function chooseSetting<T>(
  setting: Setting<T>,
  given: readonly Given[],
  problems: Problem[],
  warnings: string[],
): Chosen<T> {
  const ignored: Problem[] = [];
  const own = given.filter(({ key }) => key === setting.key);
  const [, name] = splitKey(setting.key);
  const chosen =
    choose(setting.kind, own, (one, wrong) => {
      const mild = one.origin.kind === 'environment' && setting.isMildInEnvironment === true;
      (mild ? ignored : problems).push(complaint(one, name, wrong));
    }) ?? chooseDefault(setting.kind, setting.fallback, setting.key);
  for (const problem of ignored) {
    const from = chosen.origin.kind === 'default' ? '' : ` (${placeOf(chosen.origin)})`;
    warnings.push(`${problemText(problem)}; ${chosen.shown}${from} is used`);
  }
  return chosen;
}
