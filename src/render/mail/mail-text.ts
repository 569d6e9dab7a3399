import { styles } from '../colour.ts';
import { bytesOf } from '../message/clip.ts';
import { rowsThatFit } from '../message/fit.ts';
import { row as labelled, type Page } from '../page.ts';
import { mark } from '../severity-mark.ts';
import { hang, wrap } from '../wrap.ts';
import { telling } from './finding-rows.ts';
import { type FindingRow, type FindingText, type List, type MailContent, moreText, type Pair } from './mail-content.ts';

/** A few screens; who wants more has the attachment. */
export const MOST_TEXT_BYTES = 32_000;

/** RFC 5322 2.1.1: lines should have at most 78 characters, and must not have more than 998. */
const WIDTH = 76;
const MOST_LINE_BYTES = 990;

const PAGE: Page = { width: WIDTH, style: styles(false), verbose: false };

type Lines = readonly string[];

/** A single word can be longer than a line of mail may be: it goes on in the next, cut between characters. */
function shortLines(line: string): Lines {
  if (bytesOf(line) <= MOST_LINE_BYTES) return [line];
  const lines: string[] = [''];
  for (const character of line) {
    const last = lines.at(-1) ?? '';
    if (bytesOf(last + character) > MOST_LINE_BYTES) lines.push(character);
    else lines[lines.length - 1] = last + character;
  }
  return lines;
}

const heading = (title: string): Lines => ['', title.toUpperCase(), ''];
const bullet = (text: string): Lines => hang('  - ', text, WIDTH);
const pairLines = (pairs: readonly Pair[]): Lines => {
  const width = Math.max(...pairs.map(([label]) => label.length)) + 2;
  return pairs.flatMap(([label, text]) => hang(`  ${label.padEnd(width)}`, text, WIDTH));
};

/** A list of which only the first rows may fit, and what stands above and below them. */
interface Part {
  readonly rows: readonly Lines[];
  readonly telling: readonly number[];
  readonly total: number;
  readonly share: number;
  readonly head: Lines;
}

function part<T>(head: Lines, list: List<T>, share: number, toRow: (item: T) => Lines): Part {
  const { rows, total } = list;
  return { head, total, share, rows: rows.map(toRow), telling: rows.map(() => 1) };
}

/** Commands stand on lines of their own and are never broken by us, so that they can be copied. */
const bodyOf = ({ evidence, texts, commands, notes }: FindingText, indent: number): Lines => [
  ...evidence.flatMap((fact, at) => labelled(indent, at === 0 ? 'Evidence  - ' : '          - ', fact, PAGE)),
  ...texts.flatMap(([label, text]) => labelled(indent, label, text, PAGE)),
  ...commands.map((command) => `${' '.repeat(indent + 4)}${command}`),
  ...notes.flatMap(([label, text]) => labelled(indent, label, text, PAGE)),
];

function findingLines(row: FindingRow): Lines {
  if (row.kind === 'more') return ['', `    ${row.text}`];
  const tag = row.tag === '' ? '' : ` (${row.tag})`;
  if (row.kind === 'member') return ['', ...bullet(row.title + tag), ...bodyOf(row, 4)];
  return ['', ...hang(`${mark(row.severity)}  ${row.code}  `, row.title + tag, WIDTH), ...bodyOf(row, 2)];
}

function partsOf(content: MailContent): readonly Part[] {
  const { alert, change, findings, unjudged, unseen, devices, guests, mounts } = content;
  return [
    part([], alert.lines, 3000, bullet),
    ...(change?.lists ?? []).map(({ title, lines }) => part(['', `  ${title}`], lines, 1500, bullet)),
    {
      ...{ head: [...heading('Findings'), ...wrap(findings.note, WIDTH)], total: findings.total, share: 12_000 },
      ...{ rows: findings.rows.map(findingLines), telling: findings.rows.map(telling) },
    },
    part(heading('Could not be judged'), unjudged, 2000, bullet),
    part(heading('Could not be seen'), unseen, 1500, bullet),
    part(heading('Mounts that are not ok or nearly full'), mounts, 2500, ({ status, where, detail, used }) => [
      ...hang(`  ${status}  `, `${where}, ${used}`, WIDTH),
      ...hang('      ', detail, WIDTH),
    ]),
    part(heading('Devices in use that findings name'), devices, 1500, ({ name, use, holders }) => [
      ...hang('  - ', `${name}: ${use}`, WIDTH),
      ...holders.flatMap((holder) => hang('      ', holder, WIDTH)),
    ]),
    part(heading('Guests'), guests, 2500, ({ vmid, name, status, health }) =>
      hang(`  ${vmid.padEnd(6)}`, `${name}, ${status}: ${health}`, WIDTH),
    ),
  ];
}

const joined = (lines: Lines): string =>
  lines
    .flatMap(shortLines)
    .map((line) => `${line.trimEnd()}\n`)
    .join('');

function shown(part: Part, count: number): Lines {
  if (part.total === 0) return [];
  const told = part.telling.slice(0, count).reduce((sum, items) => sum + items, 0);
  const hidden = part.total - told;
  return [...part.head, ...part.rows.slice(0, count).flat(), ...(hidden === 0 ? [] : [`  ${moreText(hidden)}`])];
}

function textOf(content: MailContent, parts: readonly Part[], counts: readonly number[]): string {
  const { change, alert } = content;
  const blocks = parts.map((one, at) => shown(one, counts[at] ?? 0));
  const [alertLines = [], ...others] = blocks;
  const changes = others.slice(0, change?.lists.length ?? 0);
  const [findings = [], unjudged = [], unseen = [], mounts = [], devices = [], guests = []] = others.slice(
    changes.length,
  );
  return joined([
    ...wrap(`${content.about} of node ${content.node}`, WIDTH),
    '',
    ...hang(`  ${mark(content.status)}  `, content.grade, WIDTH),
    ...content.facts.flatMap((fact) => hang('  ', fact, WIDTH)),
    '',
    ...wrap(`${alert.title}${alertLines.length === 0 ? '' : ':'}`, WIDTH),
    ...alertLines,
    ...alert.notes.flatMap((note) => wrap(note, WIDTH)),
    ...(change === null ? [] : [...heading(change.title), ...hang('  ', change.counts, WIDTH), ...changes.flat()]),
    ...[...findings, ...unjudged, ...unseen],
    ...[...heading('Summary'), ...pairLines(content.summary)],
    ...devices,
    ...(content.guestNote === '' ? [] : [...heading('Guests'), ...hang('  ', content.guestNote, WIDTH)]),
    ...guests,
    ...mounts,
    ...(content.mountNote === '' ? [] : ['', ...hang('  ', content.mountNote, WIDTH)]),
    ...[...heading('System'), ...pairLines(content.system)],
    '',
    ...content.footer.flatMap((line) => wrap(line, WIDTH)),
  ]);
}

/** The mail as plain text, for readers of text and for those to whom HTML is not shown. */
export function mailText(content: MailContent): string {
  const parts = partsOf(content);
  const empty = bytesOf(textOf(content, parts, []));
  const counts = rowsThatFit(
    parts.map(({ rows, share }) => ({ sizes: rows.map((row) => bytesOf(joined(row))), share })),
    MOST_TEXT_BYTES - empty,
  );
  return textOf(content, parts, counts);
}
