import { htmlText, type Markup, markup } from '../markup.ts';
import { fitted, type Shown } from '../message/fit.ts';
import type { News, NewsLine } from '../message/news.ts';
import { MARKS, mark } from '../severity-mark.ts';
import { wrap } from '../wrap.ts';
import { FONT, MUTED, mailPage, TONES } from './mail-page.ts';
import { ATTACHED, moreText, WIDTH } from './mail-text.ts';

/** What stands in a mail that only shows that a channel works. */
export interface TestText {
  readonly subject: string;
  readonly about: readonly string[];
  readonly lines: readonly [first: string, ...others: readonly string[]];
}

/** In the layout of the real ones, so that a test shows how they will look. */
export function testMail({ subject, about, lines }: TestText): { readonly text: string; readonly html: string } {
  const [headline, ...others] = lines;
  const html = mailPage({
    ...{ subject, headline, tone: 'notice', mark: 'TEST', about: ['TEST', ...about] },
    body: others.map(
      (text) => markup`<p style="margin:22px 0 0">${text}</p>
`,
    ),
  });
  return { text: `${lines.flatMap((line) => wrap(line, WIDTH)).join('\n')}\n`, html };
}

/** Gmail shows the first 102 kB of a mail and hides the rest behind a link. */
export const MOST_HTML_BYTES = 100_000;

const muted = (text: string | Markup): Markup => markup`<p class="m" style="margin:4px 0 0;${MUTED}">${text}</p>
`;

const commandBox = (text: string): Markup =>
  markup`<div class="c" style="margin:4px 0 0;padding:5px 10px;background-color:#f0f2f4;font-family:Menlo,Consolas,'Courier New',monospace;font-size:13px;word-break:break-all">${text}</div>`;

function stepOf({ label, text, command }: NonNullable<NewsLine['step']>): Markup {
  const words = text === '' ? null : muted(label === 'Fix' ? text : `${label}: ${text}`);
  const box = command === '' ? null : commandBox(command);
  return label === 'Fix' ? markup`${box}${words}` : markup`${words}${box}`;
}

/** A symbol, and beside it the sentence: a table, since no other layout is the same in all mail programs. */
const rowOf = ({ tone, who, rest, codes, step }: NewsLine): Markup =>
  markup`<tr><td class="s-${tone}" width="16" valign="top" style="padding:5px 0;color:${TONES[tone]}">${MARKS[tone].symbol}</td><td valign="top" style="padding:5px 0 5px 6px;word-break:break-word"><b>${who}</b>${rest}${
    codes.length === 0 ? null : markup` <span class="m" style="${MUTED}">${codes.join(' ')}</span>`
  }${step === null ? null : stepOf(step)}</td></tr>
`;

const listOf = ({ title, rows, hidden }: Shown<Markup>): Markup =>
  markup`<h2 style="margin:22px 0 4px;font-size:16px;line-height:1.35">${title}</h2>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;${FONT}">
${rows}</table>
${hidden === 0 ? null : muted(moreText(hidden))}`;

/** The mail as HTML: what the plain text says. */
export const mailHtml = ({ subject, headline, status, about, lists, verdict, next }: News): string =>
  fitted(lists, MOST_HTML_BYTES, rowOf, htmlText, (shown) =>
    mailPage({
      subject,
      headline,
      tone: status,
      mark: mark(status),
      about,
      body: [
        ...shown.map(listOf),
        markup`<p style="margin:22px 0 0">${verdict}</p>
`,
        ...next.map(
          ([label, text]) => markup`<p style="margin:4px 0 0">${label} <code>${text}</code></p>
`,
        ),
        muted(ATTACHED),
      ],
    }),
  );
