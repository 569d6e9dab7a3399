import { firstSecret } from '../../config/channel-keys.ts';
import { readChannels } from '../../config/channels.ts';
import {
  type Chosen,
  choose,
  chooseDefault,
  complaint,
  type Given,
  type Problem,
  problemAt,
  problemOfFile,
} from '../../config/given.ts';
import { belongsToOther, type ConfigHost, octal, readReference, tooOpen } from '../../config/secrets.ts';
import { CHANNEL, splitKey } from '../../config/settings.ts';
import { shellWords } from '../../model/command/shell-words.ts';
import type { Channel, Policy, ShownValue } from '../../model/config/config.ts';
import type { Secret } from '../../model/config/secret.ts';
import { assembleHubConfig, type Chosens } from './assemble-hub-config.ts';
import { givenByHubFile, REFERENCES } from './given-by-hub-file.ts';
import { HUB_CONFIG_PATH, type HubConfig } from './hub-config.ts';
import { HUB_SETTING_LIST, type HubSetting } from './hub-settings.ts';

export interface LoadedHubConfig {
  /** What is right of it, with defaults for the rest. */
  readonly config: HubConfig;
  readonly values: readonly ShownValue[];
  readonly path: string;
  /** Empty: it is right. In the order of the file. */
  readonly problems: readonly Problem[];
}

const MOST_BYTES = 256 * 1024;

/** The file, and what it names. `asked`: the file of the command line, which must be there. */
export async function readHubConfig(
  asked: string | undefined,
  host: ConfigHost,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<LoadedHubConfig> {
  const path = asked ?? HUB_CONFIG_PATH;
  const file = await readFile(path, asked !== undefined, host);
  const problems: Problem[] = [...file.problems];
  const chosen = new Map<string, Chosen<unknown> | null>();
  for (const [field, setting] of HUB_SETTING_LIST)
    chosen.set(field, await chooseOne(setting, file.given, { host, environment, problems }));
  const chosens = Object.fromEntries(chosen) as Chosens;
  const described = file.given.filter(({ key }) => key.startsWith(`${CHANNEL}.`));
  const channels = await readChannels({
    given: described,
    // A default stands there whatever the file says.
    policy: chosens.policy as Chosen<Policy>,
    ...{ host, credentials: environment['CREDENTIALS_DIRECTORY'] },
  });
  const assembled = await assembleHubConfig(chosens, channels.channels, host);
  const values = HUB_SETTING_LIST.map(([field, { key, kind }]): ShownValue => {
    const one = chosen.get(field) ?? null;
    return { key, shown: one?.shown ?? null, isSecret: kind.isSecret, origin: one?.origin ?? { kind: 'default' } };
  });
  const all = [
    ...problems,
    ...channels.problems,
    ...policyProblems(channels.channels, described),
    ...assembled.problems,
  ].toSorted((a, b) => a.line - b.line);
  return { config: assembled.config, values: [...values, ...channels.values], path, problems: all };
}

/** A node's policies that speak of every run have no meaning for a cluster whose nodes report all the time. */
const policyProblems = (channels: readonly Channel[], given: readonly Given[]): readonly Problem[] =>
  channels.flatMap(({ name, policy }) =>
    policy === 'always' || policy === 'on-problem'
      ? given
          .filter(({ key }) => key === `${CHANNEL}.${name}.policy`)
          .map(({ origin }) =>
            problemAt(origin, `policy ${policy} is for a node; here it is on-change, new-problems or daily-digest`),
          )
      : [],
  );

async function readFile(
  path: string,
  mustExist: boolean,
  host: ConfigHost,
): Promise<{ readonly given: readonly Given[]; readonly problems: readonly Problem[] }> {
  const refused = (what: string) => ({ given: [], problems: [problemOfFile(path, what)] });
  const content = await host.readSmallFile(path, MOST_BYTES);
  if (content.state === 'absent') return mustExist ? refused('does not exist') : { given: [], problems: [] };
  if (content.state === 'unreadable') return refused(content.because);
  const { mode, ownerUid } = content;
  if ((mode & 0o022) !== 0)
    return refused(`can be written by others (mode ${octal(mode)}): ${shellWords(['chmod', 'go-w', path])}`);
  if (ownerUid !== 0 && ownerUid !== host.ownUid()) return refused(belongsToOther(path, ownerUid));
  const { given, problems } = givenByHubFile(path, content.bytes);
  const secrets = HUB_SETTING_LIST.filter(([, { kind }]) => kind.isSecret).map(([, { key }]) => key);
  const secret = given.find(({ key }) => secrets.includes(key)) ?? firstSecret(given, []) ?? undefined;
  // A unit's configuration belongs to root and is read through the group of the hub's user.
  const open = secret === undefined ? null : tooOpen(path, mode & ~0o040, ownerUid, host.ownUid());
  if (secret === undefined || open === null) return { given, problems };
  return { given: [], problems: [...problems, problemAt(secret.origin, `a secret stands here, and the file ${open}`)] };
}

interface Reading {
  readonly host: ConfigHost;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly problems: Problem[];
}

async function chooseOne(
  { key, kind, fallback }: HubSetting<unknown>,
  given: readonly Given[],
  { host, environment, problems }: Reading,
): Promise<Chosen<unknown> | null> {
  const [, name] = splitKey(key);
  const complain = (one: Given, wrong: string): void => {
    problems.push(complaint(one, name, wrong));
  };
  const named = REFERENCES.flatMap((reference) => given.filter((one) => one.key === `${key}_${reference}`));
  const own = given.filter((one) => one.key === key);
  const [first] = named;
  if (first !== undefined && named.length + own.length > 1) {
    complain(first, 'stands twice: a secret is written once, or its file or credential is named');
    return null;
  }
  if (first === undefined)
    return choose(kind, own, complain) ?? (fallback === null ? null : chooseDefault(kind, fallback, key));
  const reference = first.key.endsWith('_file') ? 'file' : 'credential';
  if (typeof first.value !== 'string') {
    complain(first, `as ${reference} must be text`);
    return null;
  }
  const read = await readReference(reference, first.value, first.origin, host, environment['CREDENTIALS_DIRECTORY']);
  if ('text' in read)
    return choose<unknown>(
      kind as HubSetting<Secret>['kind'],
      [{ ...first, value: read.text, origin: read.origin }],
      complain,
    );
  complain(first, 'wrong' in read ? read.wrong : read.unseen);
  return null;
}
