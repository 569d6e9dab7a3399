import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../src/model/version.ts';
import { root } from './setup.mjs';

interface Release {
  readonly version: string;
  readonly date: Date;
  readonly changes: readonly string[];
}

export interface ChangelogSettings {
  /** The package. */
  readonly name: string;
  /** As Debian writes it. */
  readonly version: string;
  readonly maintainer: string;
  readonly date: Date;
}

/** Debian's changelog (deb-changelog(5)): what CHANGELOG.md has, and what waits in changelog.d for the next release. */
export function renderChangelog({ name, version, maintainer, date }: ChangelogSettings): string {
  const released = releases(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'));
  const waiting = released.some((release) => release.version === VERSION) ? [] : notes();
  const newest = waiting.length === 0 ? [] : [{ version, date, changes: waiting }];
  return [...newest, ...released].map((release) => entry(name, release, maintainer)).join('\n');
}

/** Semantic versions sort as Debian's do once a pre-release is written with `~` (deb-version(7)). */
export const debianVersion = (version: string): string => version.replace('-', '~');

/** Sections `## 1.2.0 - 2027-03-01`; each paragraph or item is a change. */
function releases(text: string): readonly Release[] {
  return text.split(/^## /m).flatMap((section) => {
    const [, version = '', day = ''] = /^(\d+\.\d+\.\d+\S*) - (\d{4}-\d\d-\d\d)\n/.exec(section) ?? [];
    if (version === '') return [];
    const changes = section.slice(section.indexOf('\n')).split(/\n\s*\n|\n(?=[-*] )/);
    return [{ version: debianVersion(version), date: new Date(`${day}T12:00:00Z`), changes: changes.map(plain) }];
  });
}

function notes(): readonly string[] {
  const folder = join(root, 'changelog.d');
  const files = readdirSync(folder).filter((name) => /^\d{4}-.*\.md$/.test(name));
  return files.toSorted().map((name) => plain(readFileSync(join(folder, name), 'utf8').replace('\n\n', ': ')));
}

const plain = (text: string): string =>
  text
    .replace(/^#+ |^[-*] /gm, '')
    .replace(/\s+/g, ' ')
    .trim();

function entry(name: string, { version, date, changes }: Release, maintainer: string): string {
  const items = changes.filter((change) => change !== '').map((change) => wrapped(change));
  const trailer = ` -- ${maintainer}  ${date.toUTCString().replace('GMT', '+0000')}`;
  return `${name} (${version}) unstable; urgency=medium\n\n${items.join('\n')}\n\n${trailer}\n`;
}

function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.pop();
    if (last === undefined) lines.push(word);
    else if (last.length + word.length < 76) lines.push(`${last} ${word}`);
    else lines.push(last, word);
  }
  return `  * ${lines.join('\n    ')}`;
}
