/**
 * Makes src/render/mail/mail-template.ts from mail.mjml: one function for the page and one for each fragment, each with the
 * values that it must be given. Run by `npm run mail-template`; a test compares.
 */
import { readFileSync } from 'node:fs';
import mjml2html from 'mjml';

export const SOURCE = new URL('../src/render/mail/mail.mjml', import.meta.url);
export const MADE = new URL('../src/render/mail/mail-template.ts', import.meta.url);

const HEAD = `// Made from mail.mjml by \`npm run mail-template\`. Change that file, not this one.

import { type Markup, type MarkupValue, markup } from '../markup.ts';
`;

interface Fragment {
  readonly name: string;
  readonly html: string;
}

/** No comment but conditional ones (for Outlook) and marks, no blank that a browser does not show. */
const compact = (html: string): string =>
  html
    .replace(/<!--(?!\[|>|<!\[)[\s\S]*?-->/g, '')
    .replace(/<[a-z][^>]*>/g, (tag) => tag.replace(/\s+/g, ' ').replace(/ ?(\/?>)$/, '$1'))
    .replace(/style="[^"]*"/g, (style) => style.replace(/([:;]) /g, '$1').replace(/;"$/, '"'))
    .replace(/(<style[^>]*>)([\s\S]*?)(<\/style>)/g, (_, begin: string, css: string, end: string) =>
      [begin, css.trim().replace(/\s*\n\s*/g, '\n'), end].join(''),
    )
    .replace(/[ \t]*\n\s*/g, '\n');

/** Fragments are cut out of what surrounds them, the inner ones first. */
function cut(html: string): readonly Fragment[] {
  const fragments: Fragment[] = [];
  const INNERMOST = /<!--\[\[(\w+)\]\]-->((?:(?!<!--\[\[)[\s\S])*)<!--\[\[\/\1\]\]-->\n?/;
  let rest = html;
  for (let found = INNERMOST.exec(rest); found !== null; found = INNERMOST.exec(rest)) {
    const [whole, name = '', inner = ''] = found;
    fragments.push({ name, html: inner.trim() });
    rest = rest.slice(0, found.index) + rest.slice(found.index + whole.length);
  }
  if (rest.includes('<!--[[')) throw new Error(`mail.mjml: a fragment is not closed: ${/<!--\[\[.*?-->/.exec(rest)}`);
  return [{ name: 'page', html: `${rest.trim()}\n` }, ...fragments.toSorted((a, b) => (a.name < b.name ? -1 : 1))];
}

function codeOf({ name, html }: Fragment): string {
  const slots = [...new Set([...html.matchAll(/{{(\w+)}}/g)].map(([, slot = '']) => slot))];
  const literal = html.replace(/[\\`]|\$(?={)/g, '\\$&').replace(/{{(\w+)}}/g, '$${slots.$1}');
  const types = slots.map((slot) => `  readonly ${slot}: MarkupValue;\n`).join('');
  return `\nexport const ${name} = (slots: {\n${types}}): Markup => markup\`${literal}\`;\n`;
}

/** The text of mail-template.ts as mail.mjml gives it now. */
export async function makeMailTemplate(): Promise<string> {
  const mjml = readFileSync(SOURCE, 'utf8').replace(/^<!--[\s\S]*?-->\s*/, '');
  const { html, errors } = await mjml2html(mjml, { keepComments: true, fonts: {}, validationLevel: 'strict' });
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  return HEAD + cut(compact(html)).map(codeOf).join('');
}
