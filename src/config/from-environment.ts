import { didYouMean } from '../model/nearest-name.ts';
import { printable } from '../render/printable.ts';
import type { Given, Problem } from './given.ts';
import { SETTING_LIST } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const OURS = 'PVE_DOCTOR_';
const CHANNELS = `${OURS}CHANNEL_`;

/** Variables that are ours and are no values: the file itself, and what starts the program in a clone. */
const OTHERS: readonly string[] = ['CONFIG', 'EXAMPLE', 'RUNTIME'].map((name) => `${OURS}${name}`);

export interface Variable {
  readonly name: string;
  readonly text: string;
}

export interface FromEnvironment {
  readonly given: readonly Given[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** An empty variable counts as none: that is how a unit or a shell takes a value away. */
export async function givenByEnvironment(environment: Environment): Promise<FromEnvironment> {
  const set: readonly Variable[] = Object.entries(environment)
    .flatMap(([name, text]) => (text === undefined || text.trim() === '' ? [] : [{ name, text }]))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const given = SETTING_LIST.flatMap((setting): Given[] => {
    const name = setting.environment.find((candidate) => set.some((variable) => variable.name === candidate));
    const text = set.find((variable) => variable.name === name)?.text;
    if (name === undefined || text === undefined) return [];
    return [{ key: setting.key, value: text, isText: true, origin: { kind: 'environment', name } }];
  });
  const own = set.filter(({ name }) => name.startsWith(OURS));
  const ofChannels = own.filter(({ name }) => name.startsWith(CHANNELS));
  const known = [...OTHERS, ...SETTING_NAMES, ...ofChannels.map(({ name }) => name)];
  const warnings = own.filter(({ name }) => !known.includes(name)).map(({ name }) => strangeName(name));
  if (ofChannels.length === 0) return { given, problems: [], warnings };
  const { givenByChannelVariables } = await import('./channel-keys.ts');
  const channels = givenByChannelVariables(ofChannels, CHANNELS);
  return { given: [...given, ...channels.given], problems: channels.problems, warnings };
}

const SETTING_NAMES: readonly string[] = SETTING_LIST.flatMap(({ environment }) => environment);

function strangeName(name: string): string {
  const meant = didYouMean(name, SETTING_NAMES);
  return `${printable(name)} is set, and no value has this name${meant === null ? '' : `; ${meant}`}`;
}
