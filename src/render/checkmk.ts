import type { MountStatus } from '../model/mounts/judged-mounts.ts';
import type { Report } from '../model/report/report.ts';
import { mountsWereRead, wereRead } from './coverage-words.ts';
import {
  countsOf,
  detailLines,
  exitCodeOf,
  headline,
  type PluginScope,
  plainNumber,
  scopeOf,
  troubleLines,
  unjudgedOf,
} from './plugin-summary.ts';

/**
 * The report as lines of a Checkmk local check (docs.checkmk.com, localchecks): state, quoted service, metrics, text, in
 * which `\n` is a line break. One malformed line makes the discovery of all local checks of the host fail, so service and
 * metric names are fixed, and everything else is escaped. One service for each area: services that come and go with
 * mounts would turn into "vanished" ones.
 */

const LONG_BYTES = 5000;
const HEAD_ROOM = 400;

const AREAS = [
  { service: 'PVE-Doctor storage', codes: /^(?:DM|LV|VOL|PATH|ID|CL|NODE)/, metrics: storageMetrics },
  { service: 'PVE-Doctor mounts', codes: /^(?:MNT|CT)/, metrics: mountMetrics },
] as const;

export function renderCheckmk(report: Report): string {
  const lines = AREAS.flatMap(({ service, codes, metrics }) => {
    const scope = scopeOf(report, (code) => codes.test(code));
    if (scope.checks.length + scope.problems.length === 0) return [];
    const text = [headline(scope, HEAD_ROOM), ...detailLines(scope, LONG_BYTES)].join('\\n');
    return [`${exitCodeOf(scope)} "${service}" ${[...commonMetrics(scope), ...metrics(report)].join('|')} ${text}\n`];
  });
  const trouble = troubleLines(report);
  // Only where there is something to say: a node that tells nobody needs no service for it.
  if (trouble.length > 0) lines.push(`1 "PVE-Doctor notification" - ${trouble.join('\\n')}\n`);
  if (lines.length > 0) return lines.join('');
  return `3 "${AREAS[0].service}" - no check was examined\n`;
}

function metric(name: string, value: number | null, limits = ''): readonly string[] {
  const number = plainNumber(value);
  return number === null ? [] : [`pve_doctor_${name}=${number}${limits}`];
}

/** `name=value;warn;crit`: from that value on. */
function commonMetrics(scope: PluginScope): readonly string[] {
  const { critical, warnings, notices } = countsOf(scope);
  return [
    ...metric('critical', critical, ';;1'),
    ...metric('warnings', warnings, ';1'),
    ...metric('notices', notices),
    ...metric('unjudged', unjudgedOf(scope).length),
  ];
}

function storageMetrics(report: Report): readonly string[] {
  const { score, summary, durationMs } = report;
  const known = wereRead(report, 'deviceMapper');
  return [
    ...metric('score', score),
    ...(known ? metric('entries', summary.totalEntries) : []),
    ...(known ? metric('duplicates', summary.duplicates) : []),
    ...(known ? metric('orphans', summary.orphans) : []),
    ...metric('guests', summary.guests),
    ...metric('seconds', durationMs / 1000),
  ];
}

function mountMetrics(report: Report): readonly string[] {
  if (!mountsWereRead(report)) return [];
  const { mounts } = report;
  const of = (status: MountStatus) => mounts.filter((row) => row.status === status).length;
  const used = mounts.flatMap(({ usedPercent }) => usedPercent ?? []);
  return [
    ...metric('mounts_ok', of('ok')),
    ...metric('mounts_not_ok', mounts.length - of('ok') - of('unknown')),
    ...metric('mounts_unknown', of('unknown')),
    ...metric('mounts_fullest_percent', used.length === 0 ? null : Math.max(...used)),
  ];
}
