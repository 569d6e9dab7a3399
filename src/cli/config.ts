import type { FileState } from '../config/config-file.ts';
import { placeOf, problemText } from '../config/given.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ShownValue } from '../model/config/config.ts';
import { UsageError } from '../model/faults.ts';
import { troubleSentence } from '../model/notify/trouble.ts';
import { jsonText } from '../render/json.ts';
import { printable } from '../render/printable.ts';
import type { SettingsOptions } from './options.ts';
import { readSettings } from './settings.ts';
import { type Terminal, warn } from './terminal.ts';

interface ConfigShowOptions extends SettingsOptions {
  readonly format: 'text' | 'json';
}

const WRONG = 78;

/** What counts, and where it comes from. What is wrong is said besides, and ends it with 78. */
export async function runConfigShow(options: ConfigShowOptions, terminal: Terminal): Promise<number> {
  const loaded = await readSettings(options, terminal, false);
  const { problems, warnings, leftOut } = loaded;
  await terminal.stdout.write(options.format === 'json' ? configJson(loaded) : configText(loaded));
  const left = problems.length > 0 ? [] : leftOut.map(({ name, because }) => `channel ${name}: ${because}`);
  for (const sentence of [...warnings, ...left, ...problems.map(problemText)]) await warn(terminal, sentence);
  return problems.length > 0 ? WRONG : 0;
}

export async function runConfigCheck(
  file: string | undefined,
  options: SettingsOptions,
  terminal: Terminal,
): Promise<number> {
  if (file !== undefined && options.config !== undefined)
    throw new UsageError('config check takes one file: either as its argument or with --config');
  const loaded = await readSettings(file === undefined ? options : { ...options, config: file }, terminal, false);
  for (const warning of loaded.warnings) await warn(terminal, warning);
  await terminal.stdout.write(verdictText(loaded));
  for (const sentence of await unreachedChannels(loaded)) await terminal.stdout.write(`${printable(sentence)}\n`);
  return loaded.problems.length > 0 ? WRONG : 0;
}

/** Channels that are described as they should be, and that news does not reach all the same. */
async function unreachedChannels(loaded: LoadedConfig): Promise<readonly string[]> {
  if (loaded.problems.length > 0) return [];
  const { typeOfChannel } = await import('../channels/index.ts');
  const { channelTroubles } = await import('./channel-trouble.ts');
  const unable = loaded.config.notify.channels.flatMap((channel) => {
    const why = typeOfChannel(channel).obstacle(channel);
    return why === null ? [] : [`channel ${channel.name} ${why}`];
  });
  return [...unable, ...channelTroubles(loaded, new Date().toISOString()).map(troubleSentence)];
}

const FILE_WORDS: Readonly<Record<FileState, string>> = {
  read: 'was read',
  absent: 'does not exist',
  refused: 'is not used: see what is wrong with it',
  'not-asked': 'was not asked for',
};

/**
 * Every value, in the order of the file, with its origin as a comment. `(hidden)` and `(none)` are no TOML, so what is pasted from
 * here into a file is refused rather than taken for a password.
 */
export function configText({ values, file }: LoadedConfig): string {
  const lines = [`# ${printable(file.path)} ${FILE_WORDS[file.state]}`];
  const named = values.map((value) => ({ ...value, ...splitLast(value.key) }));
  const assignment = ({ name, shown }: (typeof named)[number]) => printable(`${name} = ${shown ?? '(none)'}`);
  const width = Math.min(48, Math.max(...named.map((value) => assignment(value).length)));
  let table = '';
  for (const value of named) {
    if (value.table !== table) lines.push('', `[${printable(value.table)}]`);
    table = value.table;
    lines.push(`${assignment(value).padEnd(width)}  # ${placeOf(value.origin)}`);
  }
  return `${lines.join('\n')}\n`;
}

function splitLast(key: string): { readonly table: string; readonly name: string } {
  const dot = key.lastIndexOf('.');
  return { table: key.slice(0, dot), name: key.slice(dot + 1) };
}

/** For programs; docs/configuration.md describes it. A value is written as the file writes it. */
export function configJson({ values, file, problems, warnings, leftOut }: LoadedConfig): string {
  const shownValue = ({ key, shown, isSecret, origin }: ShownValue) => ({ key, value: shown, isSecret, origin });
  const document = {
    schemaVersion: 1,
    file,
    values: values.map(shownValue),
    problems: problems.map(problemText),
    warnings,
    leftOut,
  };
  return jsonText(document);
}

/** The verdict of `config check`, a line for each thing that is wrong. */
export function verdictText({ problems, file, config, leftOut }: LoadedConfig): string {
  const path = printable(file.path);
  if (problems.length > 0) return problems.map((problem) => `${problemText(problem)}\n`).join('');
  const unseen = leftOut.map(({ name, because }) => `channel ${name} could not be looked at whole: ${because}\n`);
  const channels = config.notify.channels.map(({ name, type }) => `${name} (${type})`);
  const told =
    channels.length === 0 ? 'no channel can be used here, so nobody is told' : `channels: ${channels.join(', ')}`;
  const start = file.state === 'absent' ? `${path} does not exist, and need not` : `${path} is right`;
  return `${printable(`${start}${leftOut.length === 0 ? '' : ', as far as it can be seen here'}; ${told}`)}\n${unseen.join('')}`;
}
