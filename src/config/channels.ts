import type { ChannelKey, ChannelType } from '../channels/channel-type.ts';
import { CHANNEL_TYPES } from '../channels/index.ts';
import type { Channel, Policy, ShownValue } from '../model/config/config.ts';
import { choice } from '../model/config/kinds.ts';
import { didYouMean } from '../model/nearest-name.ts';
import { keysOf, REFERENCES } from './channel-keys.ts';
import {
  type Chosen,
  choose,
  chooseDefault,
  complaint,
  type Given,
  type Problem,
  problemAt,
  shownName,
} from './given.ts';
import { type ConfigHost, readReference } from './secrets.ts';
import { CHANNEL, POLICY, splitChannelKey } from './settings.ts';

/** A channel that is described and cannot be used here and now. */
export interface LeftOut {
  readonly name: string;
  readonly because: string;
  /** What is said of it is wrong, wherever it is read; else only this process cannot use it. */
  readonly isWrong: boolean;
}

export interface Channels {
  readonly channels: readonly Channel[];
  readonly values: readonly ShownValue[];
  readonly problems: readonly Problem[];
  readonly leftOut: readonly LeftOut[];
}

export interface ChannelSource {
  /** The weakest layer first. */
  readonly given: readonly Given[];
  readonly policy: Chosen<Policy>;
  readonly host: ConfigHost;
  readonly credentials: string | undefined;
}

const TYPE = choice([...CHANNEL_TYPES.keys()]);

/** Every channel that any layer names. One with anything wrong is not among them: half of it would send to half the people. */
export async function readChannels(source: ChannelSource): Promise<Channels> {
  const all = [...Map.groupBy(source.given, ({ key }) => splitChannelKey(key)[0])];
  const read = await Promise.all(all.map(([name, given]) => readChannel(name, given, source)));
  return {
    channels: read.flatMap(({ channel }) => channel ?? []),
    values: read.flatMap(({ values }) => values),
    problems: read.flatMap(({ problems }) => problems),
    leftOut: read.flatMap(leftOutOf),
  };
}

/** For whoever goes on although something is wrong: this channel is one that nobody reaches. */
const leftOutOf = ({ name, problems, leftOut }: Draft): readonly LeftOut[] =>
  problems.length === 0 ? leftOut : [{ name, because: 'its configuration is wrong', isWrong: true }];

/** One channel while it is read. */
interface Draft {
  readonly name: string;
  readonly given: readonly Given[];
  readonly problems: Problem[];
  readonly leftOut: LeftOut[];
  readonly values: ShownValue[];
}

const givenAs = (draft: Draft, key: string): readonly Given[] =>
  draft.given.filter((one) => splitChannelKey(one.key)[1] === key);

const complainOf = (draft: Draft, name: string) => (one: Given, wrong: string) => {
  draft.problems.push(complaint(one, name, wrong));
};

async function readChannel(
  name: string,
  given: readonly Given[],
  source: ChannelSource,
): Promise<Draft & { readonly channel: Channel | null }> {
  const draft: Draft = { name, given, problems: [], leftOut: [], values: [] };
  const type = choose(TYPE, givenAs(draft, 'type'), complainOf(draft, 'type'));
  const known = type === null ? undefined : CHANNEL_TYPES.get(type.value);
  if (type === null || known === undefined) {
    if (draft.problems.length === 0) missing(draft, `has no type; it is ${TYPE.wants}`);
    return { ...draft, channel: null };
  }
  for (const one of given) {
    const strange = strangeKey(splitChannelKey(one.key)[1], type.value, known);
    if (strange !== null) draft.problems.push(problemAt(one.origin, strange));
  }
  note(draft, 'type', type);
  const policy = choose(POLICY, givenAs(draft, 'policy'), complainOf(draft, 'policy')) ?? source.policy;
  note(draft, 'policy', policy);
  const values: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(known.keys)) values[key] = await readKey(draft, key, entry, values, source);
  return { ...draft, channel: finish(draft, known, policy.value, values) };
}

/** A channel as a whole lacks something: the message has the line on which it is first named. */
function missing(draft: Draft, what: string): void {
  const [first] = draft.given;
  draft.problems.push(problemAt(first?.origin ?? { kind: 'default' }, `channel ${draft.name} ${what}`));
}

function note(draft: Draft, key: string, { shown, origin }: Chosen<unknown>, isSecret = false): void {
  draft.values.push({ key: `${CHANNEL}.${draft.name}.${key}`, shown, isSecret, origin });
}

function strangeKey(name: string, typeName: string, type: ChannelType): string | null {
  const own = keysOf(type);
  if (own.includes(name)) return null;
  const start = `unknown key ${shownName(name)} in a channel of type ${typeName}`;
  const meant = didYouMean(name, own);
  if (meant !== null) return `${start}; ${meant}`;
  const homes = [...CHANNEL_TYPES].filter(([, other]) => keysOf(other).includes(name)).map(([home]) => home);
  return homes.length > 0
    ? `${start}; it is one of ${homes.join(', ')}`
    : `${start}; the keys there are ${own.join(', ')}`;
}

async function readKey(
  draft: Draft,
  key: string,
  entry: ChannelKey<unknown>,
  before: Readonly<Record<string, unknown>>,
  source: ChannelSource,
): Promise<unknown> {
  const { kind, otherwise } = entry;
  const trouble = () => draft.problems.length + draft.leftOut.length;
  const known = trouble();
  const given = kind.isSecret ? await readSecret(draft, key, source) : givenAs(draft, key);
  const chosen = choose(kind, given, complainOf(draft, key));
  if (chosen !== null) {
    note(draft, key, chosen, kind.isSecret);
    return chosen.value;
  }
  // What was said of it is wrong, so nothing is known of it.
  if (trouble() > known) return null;
  if ('required' in otherwise) missing(draft, `has no ${key}`);
  const fallback = fallbackOf(otherwise, before);
  if (fallback === null) return null;
  const preset = chooseDefault(kind, fallback, key);
  note(draft, key, preset);
  return preset.value;
}

/** Null where nothing stands there, or where what it follows from is wrong. */
function fallbackOf(otherwise: ChannelKey<unknown>['otherwise'], before: Readonly<Record<string, unknown>>): unknown {
  if ('value' in otherwise) return otherwise.value;
  return 'derive' in otherwise ? (otherwise.derive(before) ?? null) : null;
}

/**
 * A secret is written down, or a file or a credential is named that holds it. The strongest layer that says any of these counts;
 * what is found comes back as if it had been given.
 */
async function readSecret(draft: Draft, key: string, source: ChannelSource): Promise<readonly Given[]> {
  const flag = givenAs(draft, key).find(({ origin }) => origin.kind === 'flag');
  if (flag !== undefined) {
    draft.problems.push(
      problemAt(flag.origin, 'a secret is never taken from the command line, where others can see it'),
    );
    return [];
  }
  const ways = [key, ...REFERENCES.map((reference) => `${key}_${reference}`)];
  const given = draft.given.filter((one) => ways.includes(splitChannelKey(one.key)[1]));
  const strongest = given.filter(({ origin }) => origin.kind === given.at(-1)?.origin.kind);
  const [first, second] = strongest;
  if (first === undefined) return [];
  if (second !== undefined) {
    draft.problems.push(problemAt(second.origin, `${ways.join(', ')}: only one of them can be set`));
    return [];
  }
  const [, name] = splitChannelKey(first.key);
  const reference = REFERENCES.find((candidate) => name === `${key}_${candidate}`);
  if (reference === undefined) return strongest;
  const target = typeof first.value === 'string' ? first.value : '';
  const found = await readReference(reference, target, first.origin, source.host, source.credentials);
  if ('wrong' in found) draft.problems.push(complaint(first, name, found.wrong));
  else if ('unseen' in found) {
    draft.leftOut.push({ name: draft.name, because: `${key}: ${found.unseen}`, isWrong: false });
    note(draft, key, { value: null, shown: '(not seen here)', origin: first.origin }, true);
  } else return [{ key: first.key, value: found.text, isText: true, origin: found.origin }];
  return [];
}

function finish(
  draft: Draft,
  type: ChannelType,
  policy: Policy,
  values: Readonly<Record<string, unknown>>,
): Channel | null {
  if (draft.problems.length > 0 || draft.leftOut.length > 0) return null;
  const made = type.make({ name: draft.name, policy }, values);
  if (!('wrong' in made)) return made;
  const [one] = givenAs(draft, made.key).toReversed();
  if (one === undefined) missing(draft, `: ${made.key} ${made.wrong}`);
  else draft.problems.push(complaint(one, made.key, made.wrong));
  return null;
}
