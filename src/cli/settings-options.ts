import { Option } from 'commander';

/** What every command that reads the configuration accepts. */
export interface SettingsOptions {
  readonly config?: string;
  readonly set?: readonly string[];
  readonly capacityWarning?: number;
  readonly capacityCritical?: number;
}

export const configOption = (): Option =>
  new Option('--config <file>', 'configuration to read instead of /etc/pve-doctor/config.toml');

export const setOption = (): Option =>
  new Option(
    '--set <key=value>',
    'one value of the configuration, such as mounts.probe_timeout=5s; repeatable',
  ).argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
