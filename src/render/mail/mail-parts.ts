import { type Markup, markup } from '../markup.ts';
import { mark } from '../severity-mark.ts';
import { telling } from './finding-rows.ts';
import {
  type FindingRow,
  type FindingText,
  type List,
  type MailContent,
  moreText,
  type Pair,
  type Tone,
} from './mail-content.ts';
import * as template from './mail-template.ts';

/** Inline, for light mail programs; the style sheet in mail.mjml has those for dark ones. Contrast 4.5:1 or more on white. */
export const TONES: Readonly<Record<Tone, string>> = {
  critical: '#b3261e',
  warning: '#8a5300',
  notice: '#2b5f8c',
  unknown: '#68489f',
  healthy: '#25713a',
};

const toned = (text: string, tone: Tone | null): Markup =>
  tone === null ? markup`${text}` : template.toned({ severity: tone, tone: TONES[tone], text });

/** A list whose rows may have to be left out, and how it looks with those that are shown. */
export interface Part {
  readonly rows: readonly Markup[];
  /** How many items of the list each row stands for. */
  readonly telling: readonly number[];
  readonly total: number;
  /** Bytes that lists before it must leave. */
  readonly share: number;
  readonly frame: (shown: readonly Markup[], hidden: number) => Markup | null;
}

function part<T>(list: List<T>, share: number, toRow: (row: T) => Markup, frame: Part['frame']): Part {
  return { rows: list.rows.map(toRow), telling: list.rows.map(() => 1), total: list.total, share, frame };
}

const more = (hidden: number, row: (values: { readonly text: string }) => Markup): readonly Markup[] =>
  hidden === 0 ? [] : [row({ text: moreText(hidden) })];

const moreOf =
  (columns: number) =>
  ({ text }: { readonly text: string }): Markup =>
    template.moreRows({ columns, text });

const lineOf = (text: string): Markup => template.line({ text });

export const section = (title: string, body: readonly (Markup | readonly Markup[])[]): Markup =>
  template.section({ title, body: body.flat() });

const linesPart = (title: string, note: string, list: List<string>, share: number): Part =>
  part(list, share, lineOf, (shown, hidden) =>
    list.total === 0
      ? null
      : section(title, [note === '' ? [] : template.muted({ text: note }), shown, more(hidden, template.muted)]),
  );

const labelled = ([label, text]: Pair): Markup => template.labelled({ label, text });

function findingBody(text: FindingText): readonly Markup[] {
  return [
    ...text.evidence.map((fact) => template.fact({ text: fact })),
    ...text.texts.map(labelled),
    ...(text.commands.length === 0
      ? []
      : [template.commands({ lines: text.commands.map((command) => template.command({ text: command })) })]),
    ...text.notes.map(labelled),
  ];
}

function findingRow(row: FindingRow): Markup {
  if (row.kind === 'more') return template.moreFindings({ text: row.text });
  const tag = row.tag === '' ? null : template.tag({ text: row.tag });
  const body = findingBody(row);
  if (row.kind === 'member') return template.member({ title: row.title, tag, body });
  const { severity, code, title } = row;
  return template.finding({ ...{ severity, code, title, tag, body }, tone: TONES[severity], mark: mark(severity) });
}

const findingsPart = ({ findings }: MailContent): Part => ({
  rows: findings.rows.map(findingRow),
  telling: findings.rows.map(telling),
  total: findings.total,
  share: 36_000,
  frame: (shown, hidden) =>
    findings.total === 0
      ? null
      : markup`${section('Findings', [template.muted({ text: findings.note })])}${template.findings({
          rows: [...shown, ...more(hidden, template.moreFindings)],
        })}`,
});

const alertPart = ({ alert }: MailContent): Part =>
  part(
    alert.lines,
    7000,
    lineOf,
    (shown, hidden) =>
      markup`${[...shown, ...more(hidden, template.muted), ...alert.notes.map((text) => template.muted({ text }))]}`,
  );

const changeParts = ({ change }: MailContent): readonly Part[] =>
  (change?.lists ?? []).map(({ title, lines }) =>
    part(
      lines,
      3500,
      lineOf,
      (shown, hidden) => markup`${[template.subheading({ text: title }), ...shown, ...more(hidden, template.muted)]}`,
    ),
  );

const devicesPart = ({ devices }: MailContent): Part =>
  part(
    devices,
    5000,
    ({ name, use, holders }) =>
      markup`${[template.line({ text: markup`${name} (${use})` }), ...holders.map((text) => template.fact({ text }))]}`,
    (shown, hidden) =>
      devices.total === 0
        ? null
        : section('Devices in use that findings name', [
            template.muted({ text: 'What is in use is not removed. Stop what holds it first.' }),
            shown,
            more(hidden, template.muted),
          ]),
  );

const guestsPart = ({ guests, guestNote }: MailContent): Part =>
  part(
    guests,
    10_000,
    ({ vmid, name, status, health, tone }) => template.guest({ vmid, name, status, health: toned(health, tone) }),
    (shown, hidden) => {
      if (guests.total === 0 && guestNote === '') return null;
      const head = section('Guests', guestNote === '' ? [] : [template.paragraph({ text: guestNote })]);
      if (guests.total === 0) return head;
      return markup`${head}${template.guests({ rows: [...shown, ...more(hidden, moreOf(4))] })}`;
    },
  );

const mountsPart = ({ mounts, mountNote }: MailContent): Part =>
  part(
    mounts,
    8000,
    ({ status, tone, ...mount }) => template.mount({ ...mount, status: toned(status, tone) }),
    (shown, hidden) => {
      if (mounts.total === 0 && mountNote === '') return null;
      const none = mounts.total === 0 ? ' None is stale, missing, read-only or nearly full.' : '';
      const head = section('Mounts', mountNote === '' ? [] : [template.muted({ text: mountNote + none })]);
      if (mounts.total === 0) return head;
      return markup`${head}${template.mounts({ rows: [...shown, ...more(hidden, moreOf(3))] })}`;
    },
  );

/** Everything that can be long, in the order in which it is shown. */
export interface Parts {
  readonly alert: Part;
  readonly change: readonly Part[];
  readonly findings: Part;
  readonly unjudged: Part;
  readonly unseen: Part;
  readonly devices: Part;
  readonly guests: Part;
  readonly mounts: Part;
}

export const partsOf = (content: MailContent): Parts => ({
  alert: alertPart(content),
  change: changeParts(content),
  findings: findingsPart(content),
  unjudged: linesPart(
    'Could not be judged',
    'What these checks would have found is not known.',
    content.unjudged,
    5000,
  ),
  unseen: linesPart('Could not be seen', '', content.unseen, 4000),
  devices: devicesPart(content),
  guests: guestsPart(content),
  mounts: mountsPart(content),
});
