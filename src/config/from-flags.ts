import { UsageError } from '../model/faults.ts';
import { didYouMean } from '../model/nearest-name.ts';
import { type Given, shownName } from './given.ts';
import { CHANNEL, CHANNEL_NAME, CHANNEL_NAME_WORDS, SETTING_LIST, splitChannelKey } from './settings.ts';

/** Values of the command line. */
export interface Flags {
  /** `KEY=VALUE`, as `--set` takes it. */
  readonly set: readonly string[];
  /** Of flags that have a name of their own, by the key of the setting. */
  readonly named: ReadonlyMap<string, string>;
}

/** Wrong usage is thrown at once: whoever typed it is there. The value is never repeated; it may be a secret. */
export function givenByFlags({ set, named }: Flags): readonly Given[] {
  const given = new Map<string, Given>();
  for (const { key, flag } of SETTING_LIST) {
    const text = named.get(key);
    if (text !== undefined) given.set(key, fromFlag(key, text, flag?.form.split(' ')[0] ?? key));
  }
  for (const assignment of set) {
    const equals = assignment.indexOf('=');
    if (equals < 1) throw new UsageError('--set takes KEY=VALUE, for example mounts.probe_timeout=5s');
    const key = assignment.slice(0, equals).trim();
    const strange = strangeKey(key);
    if (strange !== null) throw new UsageError(`--set: ${strange}`);
    const other = given.get(key);
    if (other !== undefined) throw new UsageError(`${key} is given twice on the command line`);
    given.set(key, fromFlag(key, assignment.slice(equals + 1), `--set ${key}`));
  }
  return [...given.values()];
}

const fromFlag = (key: string, value: string, name: string): Given => ({
  key,
  value,
  isText: true,
  origin: { kind: 'flag', name },
});

function strangeKey(key: string): string | null {
  const known = SETTING_LIST.map((setting) => setting.key);
  if (known.includes(key)) return null;
  const [channel, name] = splitChannelKey(key);
  if (key.startsWith(`${CHANNEL}.`) && name !== '')
    return CHANNEL_NAME.test(channel) ? null : `the name of a channel has only ${CHANNEL_NAME_WORDS}`;
  const meant = didYouMean(key, known);
  const shown = key.split('.').map(shownName).join('.');
  return `unknown key ${shown}${meant === null ? '' : `; ${meant}`}; docs/configuration.md lists them`;
}
