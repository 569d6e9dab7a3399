import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Product, SHARED } from './products.ts';
import { root } from './setup.mjs';

const SCRIPTS = ['preinst', 'postinst', 'prerm', 'postrm'] as const;

/** A file of Debian's own for a package: its own one, or the one that both have, with the name of the package in it. */
function controlFile({ name, debian }: Product, file: string): string {
  const own = join(root, debian, file);
  const text = readFileSync(existsSync(own) ? own : join(root, SHARED, file), 'utf8');
  return text.replaceAll('@PACKAGE@', name);
}

export const controlTemplate = (product: Product): string => controlFile(product, 'control');

export const maintainerScripts = (product: Product): readonly (readonly [name: string, text: string])[] =>
  SCRIPTS.map((name) => [name, controlFile(product, name)]);

/** What both packages override, and what only this one has to. */
export const lintianOverrides = (product: Product): string =>
  [SHARED, product.debian]
    .map((folder) =>
      readFileSync(join(root, folder, 'lintian-overrides'), 'utf8').replaceAll('@PACKAGE@', product.name),
    )
    .join('');
