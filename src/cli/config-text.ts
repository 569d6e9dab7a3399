import type { FileState } from '../config/config-file.ts';
import { placeOf, problemText } from '../config/given.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ShownValue } from '../model/config/config-origin.ts';
import { harmlessJson } from '../render/json.ts';
import { printable } from '../render/printable.ts';

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
  return harmlessJson(document);
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
