import type { ReportedFinding, Severity } from '../../model/finding.ts';
import type { OverallStatus } from '../../model/report/report.ts';
import { type Markup, type MarkupValue, markup } from '../markup.ts';
import { MARKS } from '../severity-mark.ts';
import { shellWords } from '../shell-words.ts';
import type { Lookup } from './lookup.ts';

/** The small things of which every section is made. */

export type Tone = Severity | OverallStatus;

export interface Section {
  readonly id: string;
  readonly title: string;
  /** A number or a word that the contents show beside the title; empty for none. */
  readonly note: string;
  readonly body: Markup;
}

export const section = ({ id, title, note, body }: Section): Markup =>
  markup`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}${note === '' ? null : markup` <span class="n">${note}</span>`}</h2>
${body}</section>
`;

/** A symbol that people see, with the word that everybody gets. */
export const badge = (tone: Tone, text: string, large = false): Markup =>
  markup`<span class="badge ${tone}${large ? ' large' : ''}"><i aria-hidden="true">${MARKS[tone].symbol}</i>${text}</span>`;

export const join = (parts: readonly MarkupValue[], between: MarkupValue = ''): Markup =>
  markup`${parts.map((part, at) => (at === 0 ? markup`${part}` : markup`${between}${part}`))}`;

export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

export interface Table {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Markup[];
  /** `tall`: scrolls in a window of its own; `stack`: on a telephone each row becomes a small list. */
  readonly look?: 'tall' | 'stack';
}

/** A table that scrolls in its own region, which the keyboard can reach. */
export const table = ({ id, caption, columns, rows, look }: Table): Markup =>
  markup`<div class="scroll${look === undefined ? '' : ` ${look}`}" role="region" aria-labelledby="${id}-c" tabindex="0"><table id="${id}"><caption id="${id}-c">${caption}</caption>
<thead><tr>${columns.map(({ title, numeric }) => markup`<th scope="col"${numeric ? markup` class="num"` : null}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => markup`${row}\n`)}</tbody></table></div>
`;

export const more = (label: string, body: Markup): Markup =>
  markup`<details class="more"><summary>${label}</summary>${body}</details>`;

/** What is left out of a list, and where all of it is. */
export const left = (hidden: number, what: string): Markup | null =>
  hidden <= 0
    ? null
    : markup`<p class="soft">and ${hidden} more ${what}: <code>pve-doctor check --format json</code> has all of them</p>`;

/** Commands stand on lines of their own, quoted for a shell, and the page breaks them only for the eye. */
export const commands = (lines: readonly (readonly string[])[]): Markup =>
  markup`${lines.map((argv) => markup`<pre><code>${shellWords(argv)}</code></pre>`)}`;

/** A share of a whole as a bar; the number stands beside it in words. */
export function bar(percent: number, tone: Tone | null = null): Markup {
  const width = Math.min(100, Math.max(0, percent)).toFixed(1);
  return markup`<svg class="bar${tone === null ? '' : ` ${tone}`}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="4" fill="currentColor"/></svg>`;
}

/** Where text quotes a command between backticks, the page sets it as code. */
export const prose = (text: string): Markup =>
  markup`${text.split(/`([^`]*)`/).map((part, at) => (at % 2 === 0 ? markup`${part}` : markup`<code>${part}</code>`))}`;

/** The codes of findings, each leading to the finding where it is shown. */
export const codeLinks = (findings: readonly ReportedFinding[], lookup: Lookup, most = 8): Markup => {
  const links = findings.slice(0, most).map((finding) => {
    const anchor = lookup.anchorOf(finding);
    return anchor === null ? markup`${finding.code}` : markup`<a class="code" href="#${anchor}">${finding.code}</a>`;
  });
  const hidden = findings.length - links.length;
  return join([...links, ...(hidden > 0 ? [`and ${hidden} more`] : [])], ' ');
};

export interface Fold {
  readonly total: number;
  /** Rows that are shown without unfolding. */
  readonly atOnce: number;
  /** `more VMIDs`, `more mounts`. */
  readonly what: string;
}

/** A long table: its first rows, further ones unfolded, and how many are only counted. */
export function foldedTable(whole: Table, { total, atOnce, what }: Fold): Markup {
  const rest = whole.rows.slice(atOnce);
  const folded = { ...whole, id: `${whole.id}-more`, caption: `${whole.caption}, continued`, rows: rest };
  return markup`${table({ ...whole, rows: whole.rows.slice(0, atOnce) })}${rest.length === 0 ? null : more(`${rest.length} more ${what}`, table(folded))}${left(total - whole.rows.length, what)}`;
}
