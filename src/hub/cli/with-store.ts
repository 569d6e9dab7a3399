import { userInfo } from 'node:os';
import { problemText } from '../../config/given.ts';
import { ConfigError } from '../../model/faults.ts';
import type { HubConfig } from '../config/hub-config.ts';
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

export async function withStore<T>(
  options: ConfigOptions,
  terminal: HubTerminal,
  work: (store: HubStore, config: HubConfig) => Promise<T>,
): Promise<T> {
  const config = await configOf(options, terminal);
  const store = await openStore(config.store);
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
