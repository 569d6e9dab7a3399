import { CHECKS } from '../../src/checks/index.ts';
import type { Check } from '../../src/model/check.ts';
import { SEVERITIES, type Severity } from '../../src/model/finding.ts';
import type { Harm } from '../../src/model/harm.ts';
import { SEVERITY_OF } from '../../src/problems/severity.ts';

/** The tables of docs/reference.md that the code says: what each check finds, what that does, and how bad it is. */

const WORDS: Readonly<Record<Harm, readonly [name: string, meaning: string]>> = {
  corruption: [
    'corruption',
    'two write to one thing at once and do not know of each other: what is there is being destroyed',
  ],
  data: ['data', 'data cannot be reached, is lost, or is about to be'],
  operation: ['operation', 'a start, a migration, a backup or the next guest of that number fails, or would do harm'],
  redundancy: ['redundancy', 'one more failure takes it'],
  room: ['room', 'room runs out'],
  housekeeping: ['housekeeping', 'it takes space, or could be tidier'],
  'no-sight': ['no sight', 'nothing about guests can be judged'],
  'less-sight': ['less sight', 'something could not be looked at'],
};

const HARMS = Object.keys(WORDS) as readonly Harm[];

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const harmTable = (): readonly string[] => [
  row('what it does', 'means', 'while it hits a guest that runs', 'otherwise'),
  '|---|---|---|---|',
  ...HARMS.map((harm) => {
    const [name, meaning] = WORDS[harm];
    return row(name, meaning, SEVERITY_OF[harm].running, SEVERITY_OF[harm].otherwise);
  }),
];

function doesOf({ harms }: Pick<Check, 'harms'>): string {
  const rows = HARMS.flatMap((harm) => (harms[harm] === undefined ? [] : [[harm, harms[harm]] as const]));
  return rows.map(([harm, when]) => (when === '' ? WORDS[harm][0] : `${WORDS[harm][0]}: ${when}`)).join('; ');
}

const checkTable = (): readonly string[] => [
  row('code', 'finds', 'what it does', 'severity'),
  '|---|---|---|---|',
  ...CHECKS.map((check) =>
    row(`[${check.code}](checks/${check.code}.md)`, check.title, doesOf(check), severitiesOf(check)),
  ),
];

function severitiesOf({ harms }: Pick<Check, 'harms'>): string {
  const rows = HARMS.flatMap((harm) => (harms[harm] === undefined ? [] : [SEVERITY_OF[harm]]));
  const all = new Set(rows.flatMap(({ running, otherwise }) => [running, otherwise]));
  return SEVERITIES.filter((severity) => all.has(severity)).join(', ');
}

const replaced = (text: string, head: string, table: readonly string[]): string => {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.startsWith(head));
  if (from < 0) throw new Error(`no table begins with ${head}`);
  const length = lines.slice(from).findIndex((line) => !line.startsWith('|'));
  return lines.toSpliced(from, length, ...table).join('\n');
};

/** The page with these tables as the code has them. */
export const withSeverities = (reference: string): string =>
  replaced(replaced(reference, '| what it does |', harmTable()), '| code |', checkTable());

/** `critical while it hits a guest that runs, otherwise a warning (it is open); a warning (it is closed)`. */
function severityWords({ harms }: Pick<Check, 'harms'>): string {
  const words = HARMS.flatMap((harm) => {
    const when = harms[harm];
    if (when === undefined) return [];
    const { running, otherwise } = SEVERITY_OF[harm];
    return [
      [
        running === otherwise
          ? ONE[running]
          : `${ONE[running]} while it hits a guest that runs, otherwise ${ONE[otherwise]}`,
        when,
      ] as const,
    ];
  });
  const byWords = [...Map.groupBy(words, ([severity]) => severity)];
  return byWords
    .map(([severity, rows]) => {
      const when = rows.flatMap(([, one]) => (one === '' ? [] : [one])).join('; ');
      return when === '' ? severity : `${severity} (${when})`;
    })
    .join('; ');
}

const ONE: Readonly<Record<Severity, string>> = { critical: 'critical', warning: 'a warning', notice: 'a notice' };

const LINE = /\nSeverity: .*\n/;

/** The page of a check with its severity as the code has it: the last line of what it reports. */
export function withSeverity(code: string, page: string): string {
  const check = CHECKS.find((one) => one.code === code);
  if (check === undefined) return page;
  const line = `\nSeverity: ${severityWords(check)}.\n`;
  return LINE.test(page) ? page.replace(LINE, line) : page.replace('\n## Cause\n', `${line}\n## Cause\n`);
}
