import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChannelKey, ChannelType } from '../src/channels/channel-type.ts';
import { CHANNEL_TYPES } from '../src/channels/index.ts';
import { REFERENCES } from '../src/config/channel-keys.ts';
import { SECTIONS, SETTING_LIST, type Setting, splitKey } from '../src/config/settings.ts';
import { quoted } from '../src/model/config/kind.ts';

/** What documents say of the configuration, from the very tables by which it is read. */

const root = fileURLToPath(new URL('..', import.meta.url));

export const MANUAL = join(root, 'docs/configuration.md');
export const EXAMPLE = join(root, 'packaging/config.toml');

const WIDTH = 100;

const isSecret = ({ kind }: ChannelKey<unknown>): boolean => kind.isSecret;

/** As TOML writes a default of the tables, which is text, a number or a list of text. */
export const toml = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(toml).join(', ')}]` : typeof value === 'string' ? quoted(value) : `${value}`;

const code = (text: string): string => `\`${text}\``;

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replace(/[|<]/g, '\\$&')).join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

function settingsTable(): string {
  const names = ({ environment, flag }: Setting<unknown>) =>
    [...environment, ...(flag === undefined ? [] : [flag.form.replace(/ .*/, '')])].map(code).join(', ');
  const rows = SETTING_LIST.map((setting) => [
    code(setting.key),
    code(toml(setting.fallback)),
    names(setting),
    `${setting.doc} Must be ${setting.kind.wants}.`,
  ]);
  return table(['key', 'default', 'variable, flag', 'meaning'], rows);
}

function otherwise({ otherwise: other }: ChannelKey<unknown>): string {
  if ('required' in other) return 'needed';
  return 'value' in other ? code(toml(other.value)) : other.words;
}

const typeTable = ({ keys }: ChannelType): string =>
  table(
    ['key', 'default', 'meaning'],
    Object.entries(keys).map(([key, entry]) => [
      code(key),
      otherwise(entry),
      `${isSecret(entry) ? '**Secret.** ' : ''}${entry.doc} Must be ${entry.kind.wants}.`,
    ]),
  );

const typeSections = (): string =>
  [...CHANNEL_TYPES]
    .map(([name, type]) => {
      const start = `### ${code(name)}: ${type.doc}`;
      return Object.keys(type.keys).length === 0 ? `${start}\n\nNothing besides.` : `${start}\n\n${typeTable(type)}`;
    })
    .join('\n\n');

/** Parts of docs/configuration.md between `<!-- NAME -->` and `<!-- end -->`. */
const PARTS: ReadonlyMap<string, () => string> = new Map([
  ['settings', settingsTable],
  ['channel types', typeSections],
]);

/** The page with its made parts made anew. */
export function withMadeParts(page: string): string {
  return [...PARTS].reduce((text, [name, make]) => {
    const part = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
    if (!part.test(text)) throw new Error(`the page has no part <!-- ${name} -->`);
    return text.replace(part, (_, start: string, end: string) => `${start}\n${make()}\n\n${end}`);
  }, page);
}

export function comment(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.replaceAll('`', '').split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && `${line} ${word}`.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}

function settingLines(setting: Setting<unknown>): readonly string[] {
  const [, name] = splitKey(setting.key);
  return [...comment(setting.doc), `#${name} = ${toml(setting.fallback)}`];
}

function keyLines(channel: string, key: string, entry: ChannelKey<unknown>): readonly string[] {
  const { otherwise: other } = entry;
  if (isSecret(entry)) {
    const ways = `${key}, ${REFERENCES.map((reference) => `${key}_${reference}`).join(' or ')}`;
    return [...comment(`${entry.doc} One of ${ways}.`), `#${key}_file = "/etc/pve-doctor/${channel}-${key}"`];
  }
  const value = 'value' in other ? toml(other.value) : entry.example;
  const words = 'words' in other ? ` (${other.words})` : '';
  return [...comment(`${entry.doc.replace(/\.$/, '')}${words}.`), `#${key} = ${value}`];
}

function channelLines(name: string, type: ChannelType): readonly string[] {
  return [
    ...comment(`${type.doc.charAt(0).toUpperCase()}${type.doc.slice(1)}.`),
    `#[channel.${name}]`,
    `#type = ${quoted(name)}`,
    '# When it is told; notify.policy counts where this is left out.',
    '#policy = "on-change"',
    ...Object.entries(type.keys).flatMap(([key, entry]) => keyLines(name, key, entry)),
    '',
  ];
}

const HEAD = `# Configuration of pve-doctor, with every key and its default. Take the # away from what you change.
# What each key means, and how variables and flags set it: docs/configuration.md.
#
#   pve-doctor config check      is this file right?
#   pve-doctor config show       what counts, and where does it come from?
#   pve-doctor notify test       does it arrive?
#
# A file that holds a secret has mode 0600 and belongs to root. KEY_file names a file that holds only the
# secret, with the same demands; KEY_credential a credential that systemd loads for the unit (LoadCredential=).
`;

const CHANNELS_HEAD = `# Channels. The name after the dot is free: small letters, digits and "-". Several may have one type.
# Without a channel nobody is told anything.
`;

/** packaging/config.toml. */
export function exampleFile(): string {
  const sections = SECTIONS.map((section) => [
    `[${section}]`,
    ...SETTING_LIST.filter(({ key }) => splitKey(key)[0] === section).flatMap(settingLines),
    '',
  ]);
  const channels = [...CHANNEL_TYPES].flatMap(([name, type]) => channelLines(name, type));
  return [HEAD, ...sections.flat(), CHANNELS_HEAD, ...channels].join('\n');
}
