import type { Channel } from '../model/config/config.ts';
import type { Kind } from '../model/config/kind.ts';
import type { Delivery } from '../model/notify/delivery.ts';
import type { Message } from '../model/notify/message.ts';
import type { Client } from './client.ts';

/** One key of one type of channel. */
export interface ChannelKey<T> {
  readonly kind: Kind<T>;
  /** `required`; or what stands there when nothing is said, as in the file; or nothing; or what follows from keys before it. */
  readonly otherwise:
    | { readonly required: true }
    | { readonly value: unknown }
    | { readonly words: string }
    | { readonly words: string; readonly derive: (before: Readonly<Record<string, unknown>>) => unknown };
  /** As the example file shows it, where there is no default; a secret is named there, not written. */
  readonly example: string;
  readonly doc: string;
}

type Keys = Readonly<Record<string, ChannelKey<unknown>>>;

/** A channel with the values of these keys. */
export type ChannelWith<K extends Keys> = Channel & {
  readonly [N in keyof K]: K[N] extends ChannelKey<infer T> ? T : never;
};

export interface Misfit {
  /** As the file names it. */
  readonly key: string;
  readonly wrong: string;
}

/** What the file of a type says, in terms of its own channel. */
interface Declaration<K extends Keys, C = ChannelWith<K>> {
  readonly type: string;
  /** What it is, for the manual. */
  readonly doc: string;
  /** By the field of the channel; the file writes `apiKey` as `api_key`. */
  readonly keys: K;
  /** Values that do not fit together. */
  readonly misfit?: (channel: C) => Misfit | null;
  /** What must not be shown besides the channel's secrets as they are. */
  readonly alsoSecret?: (channel: C) => readonly string[];
  /** Why it cannot work on this host, as the end of a sentence. */
  readonly obstacle?: (channel: C) => string | null;
  /**
   * One channel for each recipient, where the other side answers for each: one that is refused waits by itself, and nobody else gets
   * anything twice.
   */
  readonly split?: (channel: C) => readonly C[];
  /** One message, once. What is answered may quote the other side, secrets included: `notify/deliver.ts` takes them out. */
  readonly deliver: (channel: C, message: Message, client: Client) => Promise<Delivery>;
}

/** One type of channel, for those who know no type. Every type has `type` and `policy` besides its keys. */
export interface ChannelType extends Required<Omit<Declaration<Keys, Channel>, 'misfit'>> {
  /** The channel, or the key at which its values do not fit together and why. `values` are named as in the file. */
  readonly make: (head: Omit<Channel, 'type'>, values: Readonly<Record<string, unknown>>) => Channel | Misfit;
}

const inFile = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The one place where values leave their table: they were judged by these very keys, and a channel comes from its own type. */
export function channelType<K extends Keys>(declaration: Declaration<K>): ChannelType {
  const { type, keys, misfit } = declaration;
  const fields = Object.keys(keys);
  const known = {
    alsoSecret: () => [],
    obstacle: () => null,
    split: (channel: Channel) => [channel],
    ...declaration,
    keys: Object.fromEntries(Object.entries(keys).map(([field, key]) => [inFile(field), key])),
    make: (head: Omit<Channel, 'type'>, values: Readonly<Record<string, unknown>>) => {
      const own = Object.fromEntries(fields.map((field) => [field, values[inFile(field)]]));
      const channel = { ...head, type, ...own } as ChannelWith<K>;
      return misfit?.(channel) ?? channel;
    },
  };
  return known as unknown as ChannelType;
}

export const required = <T>(kind: Kind<T>, example: string, doc: string): ChannelKey<T> => ({
  kind,
  otherwise: { required: true },
  example,
  doc,
});

export const preset = <T>(kind: Kind<T>, value: unknown, doc: string): ChannelKey<T> => ({
  kind,
  otherwise: { value },
  example: '',
  doc,
});

export const optional = <T>(kind: Kind<T>, example: string, doc: string): ChannelKey<T | null> => ({
  kind,
  otherwise: { words: 'none' },
  example,
  doc,
});
