import { splitChannelKey } from './channel-name.ts';
import { CHANNEL_TYPES } from './channel-types.ts';
import type { Given } from './given.ts';
import { CHANNEL } from './settings.ts';

/**
 * The first value of the file that is a secret; null where none is. `url` is one in some types of channel: what any layer calls
 * the channel's type counts, and where none does, every type.
 */
export function firstSecret(given: readonly Given[], others: readonly Given[]): Given | null {
  const inChannels = (all: readonly Given[]) => all.filter(({ key }) => key.startsWith(`${CHANNEL}.`));
  const types = new Map<string, string[]>();
  for (const { key, value } of inChannels([...given, ...others])) {
    const [channel, name] = splitChannelKey(key);
    if (name === 'type' && typeof value === 'string' && CHANNEL_TYPES.has(value))
      types.set(channel, [...(types.get(channel) ?? []), value]);
  }
  const isSecret = ({ key }: Given): boolean => {
    const [channel, name] = splitChannelKey(key);
    return (types.get(channel) ?? [...CHANNEL_TYPES.keys()]).some((type) => {
      const own = Object.entries(CHANNEL_TYPES.get(type)?.keys ?? {});
      return own.some(([known, { kind }]) => known === name && kind.isSecret);
    });
  };
  return inChannels(given).find(isSecret) ?? null;
}
