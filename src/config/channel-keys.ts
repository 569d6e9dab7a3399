import type { ChannelType } from '../channels/channel-type.ts';
import { CHANNEL_TYPES } from '../channels/index.ts';
import { nearestName } from '../model/nearest-name.ts';
import type { Variable } from './from-environment.ts';
import { type Given, type Problem, problemAt } from './given.ts';
import { CHANNEL, CHANNEL_NAME, splitChannelKey } from './settings.ts';

/** Ways to name a secret instead of writing it down: `password_file`, `password_credential`. */
export const REFERENCES = ['file', 'credential'] as const;

/** Keys that may stand in the table of a channel of this type, `type` and `policy` included. */
export const keysOf = ({ keys }: ChannelType): readonly string[] => [
  'type',
  'policy',
  ...Object.entries(keys).flatMap(([key, { kind }]) => [
    key,
    ...(kind.isSecret ? REFERENCES.map((reference) => `${key}_${reference}`) : []),
  ]),
];

/** Every key of every type. */
export const ALL_CHANNEL_KEYS: readonly string[] = [...new Set([...CHANNEL_TYPES.values()].flatMap(keysOf))];

/**
 * The first value of the file that is a secret; null where none is. `url` is one in some types of channel: what any layer calls
 * the channel's type counts, and where none does, every type.
 */
export function firstSecret(given: readonly Given[], others: readonly Given[]): Given | null {
  const inChannels = (all: readonly Given[]) => all.filter(({ key }) => key.startsWith(`${CHANNEL}.`));
  const types = new Map<string, ChannelType[]>();
  for (const { key, value } of inChannels([...given, ...others])) {
    const [channel, name] = splitChannelKey(key);
    const type = name === 'type' && typeof value === 'string' ? CHANNEL_TYPES.get(value) : undefined;
    if (type !== undefined) types.set(channel, [...(types.get(channel) ?? []), type]);
  }
  const isSecret = ({ key }: Given): boolean => {
    const [channel, name] = splitChannelKey(key);
    const possible = types.get(channel) ?? [...CHANNEL_TYPES.values()];
    return possible.some(({ keys }) => Object.hasOwn(keys, name) && keys[name]?.kind.isSecret === true);
  };
  return inChannels(given).find(isSecret) ?? null;
}

/** Keys of channels, by variables that begin with `start`. */
export function givenByChannelVariables(variables: readonly Variable[], start: string) {
  const given: Given[] = [];
  const problems: Problem[] = [];
  for (const { name, text } of variables) {
    const key = channelKeyOf(name, start);
    const origin = { kind: 'environment', name } as const;
    if (key === null) problems.push(problemAt(origin, strangeKey(name, start)));
    else given.push({ key, value: text, isText: true, origin });
  }
  return { given, problems };
}

/**
 * `channel.mail-ops.api_key` of PVE_DOCTOR_CHANNEL_MAIL_OPS_API_KEY. One reading at most: names of channels have no `_`, and no
 * key ends with `_` and another key.
 */
function channelKeyOf(name: string, start: string): string | null {
  const rest = name.slice(start.length).toLowerCase();
  const key = ALL_CHANNEL_KEYS.find((candidate) => rest.endsWith(`_${candidate}`));
  if (key === undefined || name !== name.toUpperCase()) return null;
  const channel = rest.slice(0, -key.length - 1).replaceAll('_', '-');
  return CHANNEL_NAME.test(channel) ? `${CHANNEL}.${channel}.${key}` : null;
}

function strangeKey(name: string, start: string): string {
  const parts = name.slice(start.length).toLowerCase().split('_');
  const guesses = parts.map((_, at) => nearestName(parts.slice(at + 1).join('_'), ALL_CHANNEL_KEYS));
  const nearest = guesses.find((guess) => guess !== null);
  const form = `names no key of a channel; the form is ${start}NAME_KEY`;
  return nearest === undefined ? form : `${form}; did you mean the key ${nearest?.toUpperCase()}?`;
}
