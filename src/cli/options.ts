import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Setting } from '../config/settings.ts';

/** Options that several commands have, and what they mean for the configuration. */

/** The module of a command, loaded only when it is called; it takes the arguments, the options and the terminal. */
export type Load = () => Promise<(...given: never[]) => Promise<number>>;

/** Makes of a module what commander calls. */
export type Run = (load: Load) => (...given: readonly unknown[]) => Promise<void>;

/** What every command that reads the configuration accepts; besides it, `check` takes the flags that settings have of their own. */
export interface SettingsOptions {
  readonly config?: string;
  readonly set?: readonly string[];
}

/** Nodes are asked over ssh: what they published may be a quarter of an hour old. */
export const freshOption = (): Option =>
  new Option('--fresh', 'in a cluster, ask the other nodes now, over ssh, instead of reading what they published');

export const configOption = (): Option =>
  new Option('--config <file>', 'configuration to read instead of /etc/pve-doctor/config.toml');

export const setOption = (): Option =>
  new Option(
    '--set <key=value>',
    'one value of the configuration, such as mounts.probe_timeout=5s; repeatable',
  ).argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);

/** A setting that has a flag of its own. Its text goes to the configuration as it was typed, and is judged there. */
export function settingOption({ key, flag }: Pick<Setting<unknown>, 'key' | 'flag'>): Option {
  if (flag === undefined) throw new Error(`${key} has no flag`);
  return new Option(flag.form, flag.about);
}

export const fromOption = (): Option =>
  new Option('--from <file>', 'read a capture instead of this machine; works offline, without root');

export const colourOption = (): Option =>
  new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto');

export const vmidOption = (): Option => new Option('--vmid <id>', 'only what concerns this guest').argParser(vmid);

/** VMID: 100 to 999999999 (pve-common JSONSchema.pm pve_verify_vmid). */
function vmid(text: string): number {
  if (!/^[1-9]\d{2,8}$/.test(text)) throw new InvalidArgumentError('a VMID is a number from 100 to 999999999');
  return Number(text);
}

export const vmidArgument = (): Argument => new Argument('[vmid]', 'the guest; none for reboot').argParser(vmid);

export const newidOption = (): Option => new Option('--newid <id>', 'clone: the new number').argParser(vmid);

export const addOption = (): Option =>
  new Option('--add <bytes>', 'resize: how much is added, such as 32G').argParser(bytes);

const BYTES: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** As Proxmox VE takes it: `+32G`, `512M`. */
function bytes(text: string): number {
  const [, count, unit = ''] = /^([+-]?\d{1,15})([KMGT]?)$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('a size is a number with K, M, G or T behind it: 32G');
  return Number(count) * (BYTES[unit] ?? 1);
}

export const ageOption = (): Option =>
  new Option('--older-than <age>', 'only what was not touched since, such as 30d, 12h or 8w').argParser(age);

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds. */
function age(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('an age is a number of hours, days or weeks: 12h, 30d, 8w');
  return Number(count) * (UNITS[unit] ?? 0);
}

export const count = (what: string) => (text: string) => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError(`must be a number of ${what}, from 1 to 999999`);
  return Number(text);
};
