import type { MountRow } from '../model/mounts/judged-mounts.ts';
import type { Report } from '../model/report/report.ts';
import { wereRead } from './coverage-words.ts';
import {
  cut,
  detailLines,
  headline,
  plainNumber,
  pluginText,
  troubleLines,
  unjudgedOf,
  wholeScope,
} from './plugin-summary.ts';
import { STATUS_WORDS } from './severity-mark.ts';

/**
 * The report as a monitoring plugin prints it (monitoring-plugins.org/doc/guidelines.html, sections 2 and 2.6): a status
 * line with performance data, then long text, then more performance data. Nagios and Naemon read 8 KiB
 * (MAX_PLUGIN_OUTPUT_LENGTH), NRPE 2 reads 1 KiB, so the first line alone fits there and says the essential.
 */

/** Bytes of the first line before its performance data. */
const HEAD_ROOM = 320;

/** Bytes of the long text, and mounts in the second part of the performance data: together below 8 KiB. */
const LONG_BYTES = 5000;
const MOST_MOUNTS = 20;

export function renderNagios(report: Report): string {
  const trouble = troubleLines(report);
  const first = `STORAGE ${STATUS_WORDS[report.status]} - ${headline(wholeScope(report), HEAD_ROOM, trouble.length)} | ${runData(report).join(' ')}`;
  const mounts = mountData(report.mounts);
  const details = [...trouble, ...detailLines(wholeScope(report), LONG_BYTES)];
  const last = [
    `node ${cut(pluginText(report.node), 80)}, grade ${report.grade}`,
    ...(mounts.length > 0 ? [mounts.join(' ')] : []),
  ];
  return `${[first, ...details, last.join(' | ')].join('\n')}\n`;
}

/** `'label'=value;warn;crit;min;max`. A value that is not known is left out: not every reader takes U for one. */
function datum(label: string, value: number | null, limits: string, unit = ''): readonly string[] {
  const number = plainNumber(value);
  return number === null ? [] : [`'${label}'=${number}${unit};${limits}`];
}

function runData(report: Report): readonly string[] {
  const { summary, score, durationMs } = report;
  const known = wereRead(report, 'deviceMapper');
  const count = (value: number) => (known ? value : null);
  return [
    ...datum('score', score, ';;0;100'),
    ...datum('critical', summary.critical, ';0;0'),
    ...datum('warnings', summary.warnings, '0;;0'),
    ...datum('notices', summary.notices, ';;0'),
    ...datum('unjudged', unjudgedOf(wholeScope(report)).length, ';;0'),
    ...datum('entries', count(summary.totalEntries), ';;0'),
    ...datum('duplicates', count(summary.duplicates), ';;0'),
    ...datum('orphans', count(summary.orphans), ';;0'),
    ...datum('busy', count(summary.busy), ';;0'),
    ...datum('guests', summary.guests, ';;0'),
    ...datum('running_guests', summary.runningGuests, ';;0'),
    ...datum('time', durationMs / 1000, ';;0', 's'),
  ];
}

/** Neither `=` nor a quote may stand in a label; a blank or anything odd breaks readers downstream. */
function label({ vmid, target }: MountRow): string {
  const plain = target.replaceAll(/[^\w./:@+-]/g, '_').replace(/^(?!\/)/, '_');
  return `${vmid === null ? '' : `${vmid}:`}${plain}`.slice(0, 64);
}

/** How full the fullest mounts are. */
function mountData(mounts: readonly MountRow[]): readonly string[] {
  const labels = new Set<string>();
  return mounts
    .toSorted((a, b) => (b.usedPercent ?? -1) - (a.usedPercent ?? -1))
    .filter((row) => row.usedPercent !== null && labels.size < MOST_MOUNTS && labels.size < labels.add(label(row)).size)
    .flatMap((row) => datum(label(row), row.usedPercent, ';;0;100', '%'));
}
