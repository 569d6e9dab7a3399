import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

interface Manifest {
  readonly version: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const installed = (name: string): string => join(root, 'node_modules', name);

/** What the program of the node imports; all other dependencies are the hub's (docs/decisions/0002-dependencies.md). */
const OF_THE_NODE = ['commander', 'nodemailer', 'smol-toml'];

/** What is compiled into the program: these libraries, and what they need. */
function withTheirs(names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const needed of Object.keys(manifestOf(installed(name)).dependencies ?? {})) add(needed);
  };
  for (const name of names) add(name);
  return [...found].toSorted();
}

/** debian/copyright: our licence, those of the libraries word for word, and the runtime's notice. */
export function renderCopyright(): string {
  const words = {
    LICENSE: readFileSync(join(root, 'LICENSE'), 'utf8').trim(),
    LIBRARIES: withTheirs(OF_THE_NODE).map(libraryNotice).join('\n\n\n'),
    BUN: manifestOf(installed('bun')).version,
  };
  const template = readFileSync(join(root, 'packaging/debian/copyright'), 'utf8');
  return template.replace(/@(LICENSE|LIBRARIES|BUN)@/g, (_, name: keyof typeof words) => words[name]);
}

function libraryNotice(name: string): string {
  const folder = installed(name);
  const { version, license = 'no licence named' } = manifestOf(folder);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(?:\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} comes without the text of its licence`);
  const title = `The library ${name} ${version} (${license})`;
  return `${title}\n${'='.repeat(title.length)}\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
}
