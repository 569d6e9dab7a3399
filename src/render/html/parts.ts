import type { PrintedCommand } from '../../model/command/command.ts';
import type { Severity } from '../../model/finding.ts';
import type { Problem } from '../../model/report/problem.ts';
import type { OverallStatus } from '../../model/report/report.ts';
import { type Markup, type MarkupValue, markup } from '../markup.ts';
import { MARKS } from '../severity-mark.ts';
import type { Lookup } from './lookup.ts';

/** The small things of which every section is made. */

export type Tone = Severity | OverallStatus;

export interface Section {
  readonly id: string;
  readonly title: string;
  /** A number or a word that the contents show beside the title; empty for none. */
  readonly note: string;
  readonly body: Markup;
  /** There is nothing to see, or few want to. */
  readonly folded?: boolean;
}

export function section({ id, title, note, body, folded }: Section): Markup {
  const head = markup`<h2 id="${id}-h">${title}${note === '' ? null : markup` <span class="n">${note}</span>`}</h2>`;
  return markup`<section id="${id}" aria-labelledby="${id}-h">${
    folded
      ? markup`<details class="rest"><summary>${head}</summary>${body}</details>`
      : markup`${head}
${body}`
  }</section>
`;
}

/** A symbol that people see, with the word that everybody gets. */
export const badge = (tone: Tone, text: string, large = false): Markup =>
  markup`<span class="badge ${tone}${large ? ' large' : ''}"><i aria-hidden="true">${MARKS[tone].symbol}</i>${text}</span>`;

/** A section with nothing to show: that is known, or nobody could look. */
export const nothing = (title: Pick<Section, 'id' | 'title'>, note: string, text: string): Section => ({
  ...title,
  note,
  folded: true,
  body: markup`<p>${text}</p>`,
});

export const notKnown = (title: Pick<Section, 'id' | 'title'>, note: string, text: string): Section => ({
  ...title,
  note,
  body: markup`<p>${badge('unknown', 'Not known')} ${text}</p>`,
});

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

/**
 * Commands stand on lines of their own, and the page breaks them only for the eye. Before one that changes something stands what it
 * does, and when. A step is what is copied with all others of its kind.
 */
export const commands = (lines: readonly PrintedCommand[], isStep = false): Markup =>
  markup`${lines.map(({ line, change, does, guard }) => {
    const step = isStep ? markup` class="step ${change === null ? 'looks' : 'changes'}"` : null;
    const words =
      change === null || change === 'clean'
        ? null
        : markup`<p class="soft">Changes: it ${does}, only while ${guard}.</p>`;
    return markup`${words}<pre${step}><code>${line}</code></pre>`;
  })}`;

/** A share of a whole as a bar; the number stands beside it in words. */
export function bar(percent: number, tone: Tone | null = null): Markup {
  const width = Math.min(100, Math.max(0, percent)).toFixed(1);
  return markup`<svg class="bar${tone === null ? '' : ` ${tone}`}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="4" fill="currentColor"/></svg>`;
}

/** Where text quotes a command between backticks, the page sets it as code. */
export const prose = (text: string): Markup =>
  markup`${text.split(/`([^`]*)`/).map((part, at) => (at % 2 === 0 ? markup`${part}` : markup`<code>${part}</code>`))}`;

/** The codes of problems, each leading to the problem where it is shown. */
export const problemLinks = (problems: readonly Problem[], lookup: Lookup, most = 8): Markup => {
  const links = problems.slice(0, most).map((problem) => {
    const anchor = lookup.anchorOf(problem);
    const codes = problem.codes.join(' ');
    return anchor === null ? markup`${codes}` : markup`<a class="code" href="#${anchor}">${codes}</a>`;
  });
  const hidden = problems.length - links.length;
  return join([...links, ...(hidden > 0 ? [`and ${hidden} more`] : [])], ', ');
};

/** Marks what concerns guests: of these alone the page shows everything about one of them. */
export const ofGuests = (vmids: readonly number[]): Markup | null =>
  vmids.length === 0 ? null : markup` data-g="${[...new Set(vmids)].join(' ')}"`;

/** The same of the one row that stands for a guest. */
export const guestRow = (vmid: number, lookup: Lookup): Markup =>
  markup` id="g${vmid}"${ofGuests([vmid])} data-w="${lookup.guestLabel(vmid)}"`;

/** Guests by name, each leading to everything about it. */
export const guestLinks = (vmids: readonly number[], { guestLabel, hasRow }: Lookup, most = 20): Markup => {
  const links = vmids
    .slice(0, most)
    .map((vmid) => (hasRow(vmid) ? markup`<a href="#g${vmid}">${guestLabel(vmid)}</a>` : markup`${guestLabel(vmid)}`));
  return join([...links, ...(vmids.length > most ? [`and ${vmids.length - most} more`] : [])], ', ');
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
