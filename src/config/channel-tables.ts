import type { Origin } from '../model/config/config.ts';
import { isTable, typeOf } from '../model/config/kind.ts';
import { type Given, type Problem, problemAt, shownName } from './given.ts';
import { CHANNEL, CHANNEL_NAME, CHANNEL_NAME_WORDS } from './settings.ts';

/** What was found in a file so far, and where a name stands in it. */
export interface FoundChannels {
  readonly given: Given[];
  readonly problems: Problem[];
  readonly origin: (names: readonly string[]) => Origin;
}

/** Which keys a channel may have depends on its type, which another layer may give: they are judged together. */
export function readChannelTables(table: unknown, { given, problems, origin }: FoundChannels): void {
  const form = 'a channel has a name: [channel.NAME]';
  if (!isTable(table)) {
    problems.push(problemAt(origin([CHANNEL]), form));
    return;
  }
  for (const [name, channel] of Object.entries(table)) {
    const at = origin([CHANNEL, name]);
    if (!isTable(channel)) problems.push(problemAt(at, `${form}, and ${shownName(name)} is ${typeOf(channel)}`));
    else if (!CHANNEL_NAME.test(name))
      problems.push(problemAt(at, `the name of a channel has only ${CHANNEL_NAME_WORDS}; ${shownName(name)} does not`));
    else if (Object.keys(channel).length === 0)
      problems.push(problemAt(at, `[channel.${name}] is empty: it needs a type`));
    else
      for (const [key, value] of Object.entries(channel))
        given.push({ key: `${CHANNEL}.${name}.${key}`, value, isText: false, origin: origin([CHANNEL, name, key]) });
  }
}
