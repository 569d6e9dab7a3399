import type { Problem } from '../report/problem.ts';
import { isUnjudged, type Report } from '../report/report.ts';

/**
 * A number that stands alone, with its unit: a size, a share, an age, a count. Digits in names (`vm-102-disk-0`, `10.9.0.2`, `sda1`)
 * are no such number.
 */
const MOVING =
  /(?<![\w\-/.:@])\d+(?:,\d{3})*(?:\.\d+)?(?: ?(?:%|[KMGTP]i?B|kB|bytes?|ms|s|min|seconds?|minutes?|hours?|days?|weeks?))?(?![\w\-/:@]|[.,]\d)/g;

/** Words of a report without what is another number at each look. */
const steady = (text: string): string => text.replace(MOVING, '#');

const said = (...parts: readonly unknown[]): string => JSON.stringify(parts);

/**
 * What makes a report news, as lines in an order of their own: two reports of the same node with the same content say the same, and
 * the second one need not travel. How full something is counts only where it changes a verdict, a guest that was started counts.
 * docs/hub-protocol.md has the list.
 */
export function contentOf(report: Report): string {
  const { status, grade, toolVersion, schemaVersion, node, host } = report;
  const lines = [
    said('report', schemaVersion, toolVersion, node, host?.pveVersion ?? null, host?.kernelRelease ?? null),
    said('verdict', status, grade, steady(report.gradeBecause)),
    ...report.problems.map(problemLine),
    ...report.checks.map((check) => said('check', check.code, check.outcome, isUnjudged(check), steady(check.because))),
    ...report.sections.map(({ name, state, because }) => said('section', name, state, steady(because))),
    ...report.notSeen.map((sentence) => said('not-seen', steady(sentence))),
    ...(report.trouble ?? []).map(({ channel, because }) => said('trouble', channel, steady(because))),
    ...report.entries.map(({ uuid, name, class: kind, inUse }) => said('entry', uuid, name, kind, inUse)),
    ...report.guests.map(({ vmid, name, type, status: state, lock }) => said('guest', vmid, name, type, state, lock)),
    ...report.leftovers.map(({ vmid, entries, volumes }) =>
      said('leftover', vmid, [...entries].sort(), [...volumes].sort()),
    ),
    ...report.mounts.map((mount) => said('mount', mount.target, mount.source, mount.fstype, mount.status, mount.full)),
  ];
  return `${lines.sort().join('\n')}\n`;
}

const problemLine = ({ id, kind, severity, who, what, codes, findings, next, acknowledged }: Problem): string =>
  said(
    ...['problem', id, kind, severity, who, steady(what)],
    ...[[...codes].sort(), [...findings].sort(), steady(next.text), next.repairable],
    acknowledged === null ? null : [acknowledged.by, acknowledged.reason, acknowledged.until],
  );
