import { nearestName } from '../model/nearest-name.ts';
import { printable } from '../render/printable.ts';
import { CHANNEL_NAME } from './channel-name.ts';
import { ALL_CHANNEL_KEYS } from './channel-types.ts';
import { type Given, type Problem, problemAt } from './given.ts';
import { CHANNEL, SETTING_LIST } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const OURS = 'PVE_DOCTOR_';
const CHANNELS = `${OURS}CHANNEL_`;

/** Variables that are ours and are no values: the file itself, and what starts the program in a clone. */
const OTHERS: readonly string[] = ['CONFIG', 'EXAMPLE', 'RUNTIME'].map((name) => `${OURS}${name}`);

export interface FromEnvironment {
  readonly given: readonly Given[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** An empty variable counts as none: that is how a unit or a shell takes a value away. */
export function givenByEnvironment(environment: Environment): FromEnvironment {
  const set = Object.entries(environment)
    .flatMap(([name, text]) => (text === undefined || text.trim() === '' ? [] : [{ name, text }]))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const given = SETTING_LIST.flatMap((setting): Given[] => {
    const name = setting.environment.find((candidate) => set.some((variable) => variable.name === candidate));
    const text = set.find((variable) => variable.name === name)?.text;
    if (name === undefined || text === undefined) return [];
    return [{ key: setting.key, value: text, isText: true, origin: { kind: 'environment', name } }];
  });
  const problems: Problem[] = [];
  const warnings: string[] = [];
  for (const { name, text } of set.filter((variable) => variable.name.startsWith(OURS))) {
    const key = name.startsWith(CHANNELS) ? channelKeyOf(name) : null;
    if (key !== null) given.push({ key, value: text, isText: true, origin: { kind: 'environment', name } });
    else if (name.startsWith(CHANNELS))
      problems.push(problemAt({ kind: 'environment', name }, strangeChannelKey(name)));
    else if (!OTHERS.includes(name) && !SETTING_NAMES.includes(name)) warnings.push(strangeName(name));
  }
  return { given, problems, warnings };
}

const SETTING_NAMES: readonly string[] = SETTING_LIST.flatMap(({ environment }) => environment);

/**
 * `channel.mail-ops.api_key` of PVE_DOCTOR_CHANNEL_MAIL_OPS_API_KEY. One reading at most: names of channels have no `_`, and no
 * key ends with `_` and another key.
 */
function channelKeyOf(name: string): string | null {
  const rest = name.slice(CHANNELS.length).toLowerCase();
  const key = ALL_CHANNEL_KEYS.find((candidate) => rest.endsWith(`_${candidate}`));
  if (key === undefined || name !== name.toUpperCase()) return null;
  const channel = rest.slice(0, -key.length - 1).replaceAll('_', '-');
  return CHANNEL_NAME.test(channel) ? `${CHANNEL}.${channel}.${key}` : null;
}

function strangeChannelKey(name: string): string {
  const parts = name.slice(CHANNELS.length).toLowerCase().split('_');
  const guesses = parts.map((_, at) => nearestName(parts.slice(at + 1).join('_'), ALL_CHANNEL_KEYS));
  const nearest = guesses.find((guess) => guess !== null);
  const form = `names no key of a channel; the form is ${CHANNELS}NAME_KEY`;
  return nearest === undefined ? form : `${form}; did you mean the key ${nearest?.toUpperCase()}?`;
}

function strangeName(name: string): string {
  const nearest = nearestName(name, SETTING_NAMES);
  const end = nearest === null ? '' : `; did you mean ${nearest}?`;
  return `${printable(name)} is set, and no value has this name${end}`;
}
