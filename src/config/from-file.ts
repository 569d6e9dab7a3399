import { isTable, typeOf } from '../model/config/kind.ts';
import { didYouMean, nearestName } from '../model/nearest-name.ts';
import { acknowledgementOf, type ConfiguredAcknowledgement } from './acknowledge-table.ts';
import { type FoundChannels, readChannelTables } from './channel-tables.ts';
import { type Given, type Problem, problemAt, shownName } from './given.ts';
import { readDocument } from './read-document.ts';
import { CHANNEL, SECTIONS, SETTING_LIST, splitKey } from './settings.ts';

export interface FromFile {
  /** Null where it is no TOML. */
  readonly given: readonly Given[] | null;
  readonly acknowledged: readonly ConfiguredAcknowledgement[];
  readonly problems: readonly Problem[];
}

/** Every value of the file, with its line; and every name that is not known. Values are judged later, with all others. */
export function givenByFile(path: string, bytes: Uint8Array): FromFile {
  const document = readDocument(path, bytes);
  if ('what' in document) return { given: null, acknowledged: [], problems: [document] };
  const found: Found = {
    given: [],
    acknowledged: [],
    problems: [],
    origin: (names) => ({ kind: 'file', path, line: document.lineOf(names) }),
  };
  for (const [name, value] of Object.entries(document.root)) {
    if (name === CHANNEL) readChannelTables(value, found);
    else if (name === ACKNOWLEDGE) readAcknowledgements(value, found);
    else if (SECTIONS.includes(name)) readSection(name, value, found);
    else found.problems.push(problemAt(found.origin([name]), unknownTop(name)));
  }
  return found;
}

const ACKNOWLEDGE = 'acknowledge';

/** An entry that is wrong hides nothing. */
function readAcknowledgements(entries: unknown, { acknowledged, problems, origin }: Found): void {
  for (const [at, entry] of (Array.isArray(entries) ? entries : [entries]).entries()) {
    const read = acknowledgementOf(entry);
    if (typeof read === 'string') problems.push(problemAt(origin([ACKNOWLEDGE]), `acknowledge ${at + 1} ${read}`));
    else acknowledged.push(read);
  }
}

interface Found extends FoundChannels {
  readonly acknowledged: ConfiguredAcknowledgement[];
}

function unknownTop(name: string): string {
  const home = SETTING_LIST.map(({ key }) => splitKey(key)).find(([, known]) => known === name)?.[0];
  if (home !== undefined) return `${name} stands below [${home}]`;
  const nearest = nearestName(name, [...SECTIONS, CHANNEL, ACKNOWLEDGE]);
  return `unknown name ${shownName(name)}${nearest === null ? '' : `; did you mean [${nearest}]?`}`;
}

function readSection(section: string, table: unknown, { given, problems, origin }: Found): void {
  if (!isTable(table)) {
    problems.push(problemAt(origin([section]), `${section} must be a table, [${section}], and is ${typeOf(table)}`));
    return;
  }
  for (const [name, value] of Object.entries(table)) {
    const key = `${section}.${name}`;
    if (SETTING_LIST.some((setting) => setting.key === key))
      given.push({ key, value, isText: false, origin: origin([section, name]) });
    else problems.push(problemAt(origin([section, name]), unknownKey(section, name)));
  }
}

function unknownKey(section: string, name: string): string {
  const keys = SETTING_LIST.map(({ key }) => splitKey(key));
  const home = keys.find(([, known]) => known === name)?.[0];
  const start = `unknown key ${shownName(name)} in [${section}]`;
  if (home !== undefined) return `${start}; it stands below [${home}]`;
  const own = keys.filter(([known]) => known === section).map(([, known]) => known);
  return `${start}; ${didYouMean(name, own) ?? `the keys there are ${own.join(', ')}`}`;
}
