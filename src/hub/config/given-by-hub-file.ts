import { readChannelTables } from '../../config/channel-tables.ts';
import { type Given, type Problem, problemAt, shownName } from '../../config/given.ts';
import { readDocument } from '../../config/read-document.ts';
import { CHANNEL, splitKey } from '../../config/settings.ts';
import { isTable, typeOf } from '../../model/config/kind.ts';
import { didYouMean, nearestName } from '../../model/nearest-name.ts';
import { HUB_SETTING_LIST } from './hub-settings.ts';

/** Ways to name a secret instead of writing it down. */
export const REFERENCES = ['file', 'credential'] as const;

export const HUB_KEYS: readonly string[] = HUB_SETTING_LIST.flatMap(([, { key, kind }]) =>
  kind.isSecret ? [key, ...REFERENCES.map((reference) => `${key}_${reference}`)] : [key],
);

const SECTIONS: readonly string[] = [...new Set(HUB_KEYS.map((key) => splitKey(key)[0]))];

export interface HubFile {
  readonly given: readonly Given[];
  readonly problems: readonly Problem[];
}

/** Every value of the file with its line, and every name that is not known. */
export function givenByHubFile(path: string, bytes: Uint8Array): HubFile {
  const document = readDocument(path, bytes);
  if ('what' in document) return { given: [], problems: [document] };
  const given: Given[] = [];
  const problems: Problem[] = [];
  for (const [section, table] of Object.entries(document.root)) {
    const at = (name?: string) =>
      ({ kind: 'file', path, line: document.lineOf(name === undefined ? [section] : [section, name]) }) as const;
    if (section === CHANNEL) {
      const origin = (names: readonly string[]) => ({ kind: 'file', path, line: document.lineOf(names) }) as const;
      readChannelTables(table, { given, problems, origin });
    } else if (!SECTIONS.includes(section)) problems.push(problemAt(at(), unknownSection(section)));
    else if (!isTable(table))
      problems.push(problemAt(at(), `${section} must be a table, [${section}], and is ${typeOf(table)}`));
    else
      for (const [name, value] of Object.entries(table)) {
        const key = `${section}.${name}`;
        if (HUB_KEYS.includes(key)) given.push({ key, value, isText: false, origin: at(name) });
        else problems.push(problemAt(at(name), unknownKey(section, name)));
      }
  }
  return { given, problems };
}

function unknownSection(name: string): string {
  const nearest = nearestName(name, [...SECTIONS, CHANNEL]);
  return `unknown name ${shownName(name)}${nearest === null ? '' : `; did you mean [${nearest}]?`}`;
}

function unknownKey(section: string, name: string): string {
  const own = HUB_KEYS.map(splitKey)
    .filter(([known]) => known === section)
    .map(([, known]) => known);
  return `unknown key ${shownName(name)} in [${section}]; ${didYouMean(name, own) ?? `the keys there are ${own.join(', ')}`}`;
}
