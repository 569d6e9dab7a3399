import type { Attachment } from '../../model/notify/message.ts';
import type { Report } from '../../model/report/report.ts';
import { renderHtml } from '../html/html.ts';

/** `pve-doctor-pve1-2026-11-21.html`: no name of a node leads out of a folder, hides a file or ends in another type. */
export function fileNameOf({ node, takenAt }: Pick<Report, 'node' | 'takenAt'>, type: string): string {
  const harmless = node.replace(/[^0-9A-Za-z-]+/g, '-').replace(/^-+|-+$/g, '');
  const date = /^\d{4}-\d\d-\d\d/.exec(takenAt)?.[0] ?? 'undated';
  return `pve-doctor-${harmless.slice(0, 63) || 'node'}-${date}.${type}`;
}

/** The whole report. */
export const attachmentsOf = (report: Report): readonly Attachment[] => [
  { fileName: fileNameOf(report, 'html'), mediaType: 'text/html', content: renderHtml(report) },
];
