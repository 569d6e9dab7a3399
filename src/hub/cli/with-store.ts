import { userInfo } from 'node:os';
import { problemText } from '../../config/given.ts';
import { ConfigError } from '../../model/faults.ts';
import type { HubConfig, StoreSettings } from '../config/hub-config.ts';
import { readHubConfig } from '../config/load-hub-config.ts';
import type { HubStore } from '../store/hub-store.ts';
import { openStore } from '../store/open-store.ts';
import type { HubTerminal } from './hub-terminal.ts';

export interface ConfigOptions {
  readonly config?: string;
}

/** The configuration, which must be right. */
export async function configOf({ config: path }: ConfigOptions, terminal: HubTerminal): Promise<HubConfig> {
  const { config, problems } = await readHubConfig(path, terminal.host, terminal.env);
  if (problems.length > 0) throw new ConfigError(problems.slice(0, 50).map(problemText).join('\n'));
  return config;
}

export const addressOf = (settings: StoreSettings): string =>
  settings.engine === 'sqlite' ? settings.path : settings.address;

export const passwordOf = (settings: StoreSettings): string | null =>
  settings.engine === 'sqlite' ? null : (settings.password?.reveal() ?? null);

/** The database of the configuration, with the schema of this version. */
export const storeOf = (settings: StoreSettings): Promise<HubStore> =>
  openStore(addressOf(settings), passwordOf(settings));

export async function withStore<T>(
  options: ConfigOptions,
  terminal: HubTerminal,
  work: (store: HubStore, config: HubConfig) => Promise<T>,
): Promise<T> {
  const config = await configOf(options, terminal);
  const store = await storeOf(config.store);
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}

/** Who is at the command line, for the audit. */
export function whoIsHere(): string {
  try {
    return `${userInfo().username} (command line)`;
  } catch {
    return `user ${process.getuid?.() ?? '?'} (command line)`;
  }
}
