import { nearestName } from '../model/nearest-name.ts';
import { CHANNEL_NAME } from './channel-name.ts';
import { ALL_CHANNEL_KEYS } from './channel-types.ts';
import type { Variable } from './from-environment.ts';
import { type Given, type Problem, problemAt } from './given.ts';
import { CHANNEL } from './settings.ts';

/** Keys of channels, by variables that begin with `start`. Loaded only where there is one. */
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
