import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledLibraries, bundledRuntime, type Library } from './bundled-libraries.ts';
import { type Product, SHARED } from './products.ts';
import { root } from './setup.mjs';

/** debian/copyright: our licence, those of the libraries in the program word for word, and the runtime's notice. */
export function renderCopyright(product: Product): string {
  const words = {
    PACKAGE: product.name,
    RULE: '='.repeat(product.name.length),
    LICENSE: readFileSync(join(root, 'LICENSE'), 'utf8').trim(),
    LIBRARIES: bundledLibraries(product).map(libraryNotice).join('\n\n\n'),
    BUN: bundledRuntime('bun').version,
  };
  const template = readFileSync(join(root, SHARED, 'copyright'), 'utf8');
  return template.replace(/@(PACKAGE|RULE|LICENSE|LIBRARIES|BUN)@/g, (_, name: keyof typeof words) => words[name]);
}

function libraryNotice(library: Library): string {
  const title = `The library ${library.name} ${library.version} (${library.license})`;
  return `${title}\n${'='.repeat(title.length)}\n\n${licenceText(library)}`;
}

/** Of the file that holds it, or of the end of the README, where some have it. */
function licenceText({ name, folder }: Library): string {
  const files = readdirSync(folder);
  const own = files.find((entry) => /^licen[cs]e(?:\.|$)/i.test(entry));
  if (own !== undefined) return readFileSync(join(folder, own), 'utf8').trim();
  const readme = files.find((entry) => /^readme\.md$/i.test(entry));
  const [, text] = readme === undefined ? [] : readFileSync(join(folder, readme), 'utf8').split(/^#+ licen[cs]e$/im);
  if (text === undefined || !/copyright/i.test(text)) throw new Error(`${name} comes without the text of its licence`);
  return text.trim();
}
