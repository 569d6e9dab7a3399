import { type LoadedConfig, problemList, readConfig } from '../config/load-config.ts';
import { SETTING_LIST } from '../config/settings.ts';
import { ownUid, readSmallFile } from '../host/small-file.ts';
import { CONFIG_PATH } from '../model/config/config.ts';
import { ConfigError } from '../model/faults.ts';
import { type SettingsOptions, settingOption } from './options.ts';
import { type Terminal, warn } from './terminal.ts';

/**
 * The configuration of a command, with its warnings said. `needed`: whatever is wrong ends the command, as where something is to be
 * sent. `helpful`: the node is checked with what is right of it, and one warning is printed. A file named with `--config` is
 * needed in any case. A capture gives the same report on every machine, so this machine's own file counts for nothing there.
 * Throws UsageError and ConfigError.
 */
export async function loadSettings(
  options: SettingsOptions,
  terminal: Terminal,
  configuration: 'needed' | 'helpful',
  isCapture = false,
): Promise<LoadedConfig> {
  const loaded = await readSettings(options, terminal, isCapture);
  const { problems, warnings } = loaded;
  if (problems.length > 0 && (configuration === 'needed' || options.config !== undefined))
    throw new ConfigError(problemList(problems));
  for (const warning of warnings) await warn(terminal, warning);
  if (problems.length > 0) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    const [first = ''] = problemList(problems.slice(0, 1)).split('\n');
    await warn(
      terminal,
      `the configuration is wrong: ${first}${more}; going on with what is right of it, ` +
        '`pve-doctor config check` tells everything',
    );
  }
  return loaded;
}

/** Everything about the configuration, right or wrong; only wrong flags are thrown. */
export async function readSettings(
  options: SettingsOptions,
  terminal: Terminal,
  isCapture: boolean,
): Promise<LoadedConfig> {
  const { env } = terminal;
  const named = options.config ?? (isCapture ? undefined : env['PVE_DOCTOR_CONFIG'] || undefined);
  const path = named ?? CONFIG_PATH;
  const isRead = named !== undefined || !isCapture;
  return await readConfig({
    file: isRead ? { path, mustExist: named !== undefined } : null,
    environment: env,
    flags: { set: options.set ?? [], named: flagsIn(options) },
    host: { readSmallFile, ownUid },
  });
}

/** Flags that settings have of their own, as typed. */
const flagsIn = (options: SettingsOptions): ReadonlyMap<string, string> =>
  new Map(
    SETTING_LIST.filter(({ flag }) => flag !== undefined).flatMap((setting) => {
      const text: unknown = { ...options }[settingOption(setting).attributeName()];
      return typeof text === 'string' ? [[setting.key, text]] : [];
    }),
  );
