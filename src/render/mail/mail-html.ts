import { repositoryPage } from '../../model/repository.ts';
import { htmlText, type Markup, markup } from '../markup.ts';
import { bytesOf } from '../message/clip.ts';
import { rowsThatFit } from '../message/fit.ts';
import { mark } from '../severity-mark.ts';
import type { MailContent, Pair } from './mail-content.ts';
import { type Part, partsOf, section, TONES } from './mail-parts.ts';
import * as template from './mail-template.ts';

/** Gmail shows the first 102 kB of a mail and hides the rest behind a link. */
export const MOST_HTML_BYTES = 100_000;

const titled = (title: string, rows: readonly Pair[]): Markup =>
  markup`${section(title, [])}${template.pairs({ rows: rows.map(([label, text]) => template.pair({ label, text })) })}`;

const muted = (texts: readonly (string | Markup)[]): readonly Markup[] => texts.map((text) => template.muted({ text }));

function links(): readonly Markup[] {
  const pages = [
    ['Documentation', repositoryPage('README.md')],
    ['What each check means', repositoryPage('docs/checks')],
  ] as const;
  return pages.flatMap(([text, address]) => (address === null ? [] : [template.link({ address, text })]));
}

type Shown = (part: Part) => Markup | null;

function pageOf(content: MailContent, parts: ReturnType<typeof partsOf>, shown: Shown): Markup {
  const { change, status, alert } = content;
  const changed =
    change === null
      ? null
      : section(change.title, [
          template.paragraph({ text: change.counts }),
          markup`${parts.change.map(shown).filter((one) => one !== null)}`,
        ]);
  return template.page({
    subject: content.subject,
    preview: content.preview,
    ...{ about: content.about, node: content.node, grade: content.grade },
    ...{ status, mark: mark(status), tone: TONES[status] },
    facts: muted(content.facts),
    alertTitle: alert.title,
    alert: shown(parts.alert),
    sections: [
      changed,
      ...[parts.findings, parts.unjudged, parts.unseen].map(shown),
      titled('Summary', content.summary),
      ...[parts.devices, parts.guests, parts.mounts].map(shown),
      titled('System', content.system),
    ].filter((one) => one !== null),
    footer: muted([...content.footer, ...links()]),
  });
}

/** What fits of each part: its first rows, without a heading that nothing follows. */
function framed(part: Part, count: number): Markup | null {
  const rows = part.rows.slice(0, count);
  const told = part.telling.slice(0, count);
  while (rows.length > 0 && told.at(-1) === 0) {
    rows.pop();
    told.pop();
  }
  return part.frame(rows, part.total - told.reduce((sum, items) => sum + items, 0));
}

const size = (html: Markup): number => bytesOf(htmlText(html));

/**
 * The mail as HTML. It is made once with no row at all; what is left of its room then goes to rows, whole ones, so that no
 * tag and no character is ever cut. A line that says how many are left out is in that first mail already.
 */
export function mailHtml(content: MailContent): string {
  const parts = partsOf(content);
  const { alert, change, findings, unjudged, unseen, mounts, devices, guests } = parts;
  const lists = [alert, ...change, findings, unjudged, unseen, mounts, devices, guests];
  const empty = size(pageOf(content, parts, (part) => framed(part, 0)));
  const counts = rowsThatFit(
    lists.map(({ rows, share }) => ({ sizes: rows.map(size), share })),
    MOST_HTML_BYTES - empty,
  );
  return htmlText(pageOf(content, parts, (part) => framed(part, counts[lists.indexOf(part)] ?? 0)));
}
