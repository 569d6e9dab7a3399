import type { MountReport } from '../model/mounts/mount-report.ts';
import { styles } from './colour.ts';
import { harmlessJson } from './json.ts';
import type { Page, TextOptions } from './page.ts';
import { printable } from './printable.ts';
import { mountTable } from './text-mounts.ts';
import { hang } from './wrap.ts';

/** `pve-doctor mounts` for a terminal. */
export function renderMountReport(
  report: MountReport,
  options: Pick<TextOptions, 'width' | 'colour' | 'verbose'>,
): string {
  const page: Page = { width: options.width, style: styles(options.colour), verbose: options.verbose };
  const lines = [
    ...(report.mounts.length === 0 ? ['No remote mounts to show.'] : mountTable(report.mounts, page)),
    ...(report.notSeen.length === 0 ? [] : ['', 'Not seen:']),
    ...report.notSeen.flatMap((sentence) => hang('  - ', printable(sentence), page.width)),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same for programs (docs/mounts.schema.json). */
export const renderMountJson = (report: MountReport): string => harmlessJson(report);
