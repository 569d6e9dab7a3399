import { createHash } from 'node:crypto';
import { htmlText, type Markup, markup, trusted } from '../markup.ts';
import { BASE_STYLE } from './style-base.ts';
import { PART_STYLE } from './style-parts.ts';
import { PRINT_STYLE } from './style-print.ts';

/** What stands on a page without a script. */
export interface StaticPage {
  readonly title: string;
  /** Where the link at the very top leads, and what it says. */
  readonly skipTo: { readonly id: string; readonly text: string };
  readonly head: Markup;
  readonly body: Markup;
  readonly foot: string;
  /** Style of this page alone. */
  readonly style?: string;
}

/** Nothing is loaded, sent or framed, and no style runs but this one; there is no script. */
const policyFor = (style: string): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** One file that asks for nothing from anywhere. */
export function staticPage({ title, skipTo, head, body, foot, style = '' }: StaticPage): string {
  const whole = BASE_STYLE + PART_STYLE + style + PRINT_STYLE;
  return htmlText(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policyFor(whole))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title} - pve-doctor</title>
<style>${trusted(whole)}</style>
</head>
<body id="top">
<a class="skip" href="#${skipTo.id}">${skipTo.text}</a>
${head}<div class="wrap"><main>
${body}</main>
</div>
<footer><div class="wrap"><p>${foot}</p></div></footer>
</body>
</html>
`);
}
