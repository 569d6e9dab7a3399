import { bytesText } from '../model/mounts/mount-evidence.ts';
import type { MountReport } from '../model/mounts/mount-rows.ts';
import { counted } from './counted.ts';
import { jsonText } from './json.ts';
import { pageOf, type TextOptions } from './page.ts';
import { printable } from './printable.ts';
import { mountTable } from './text-mounts.ts';
import { hang } from './wrap.ts';

/** `pve-doctor mounts` for a terminal. */
export function renderMountReport(
  report: MountReport,
  options: Pick<TextOptions, 'width' | 'colour' | 'verbose'>,
): string {
  const page = pageOf(options);
  const lines = [
    ...(report.mounts.length === 0 ? ['No mounts to show.'] : mountTable(report.mounts, page)),
    ...(report.mounts.length === 0 ? [] : ['', `  ${totalsOf(report)}`]),
    ...(report.notSeen.length === 0 ? [] : ['', 'Not seen:']),
    ...report.notSeen.flatMap((sentence) => hang('  - ', printable(sentence), page.width)),
  ];
  return `${lines.join('\n')}\n`;
}

function totalsOf({ totals }: MountReport): string {
  const { mounts, unhealthy, full, totalBytes, usedBytes, availableBytes } = totals;
  const states = [`${unhealthy} unhealthy`, ...(full === 0 ? [] : [`${full} of them full`])].join(', ');
  const room =
    totalBytes === 0
      ? ''
      : `; ${bytesText(usedBytes)} used, ${bytesText(availableBytes)} of ${bytesText(totalBytes)} free`;
  return `${counted(mounts, 'mount')}, ${states}${room}`;
}

/** The same for programs (docs/mounts.schema.json). */
export const renderMountJson = (report: MountReport): string => jsonText(report);
