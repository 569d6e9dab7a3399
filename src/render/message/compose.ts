import type { Attachment, Change, Message } from '../../model/notify/message.ts';
import type { Report } from '../../model/report/report.ts';
import { findingKey } from '../../model/report/report-history.ts';
import { renderClusterHtml } from '../cluster/html.ts';
import { minute } from '../counted.ts';
import { renderHtml } from '../html/html.ts';
import { mailHtml, testMail } from '../mail/mail-html.ts';
import { mailText } from '../mail/mail-text.ts';
import { briefText } from './brief.ts';
import { clip, MOST } from './clip.ts';
import { newsOf } from './news.ts';
import { testSubject } from './subject.ts';
import { webhookJson, webhookTestJson } from './webhook.ts';

/** `pve-doctor-pve1-2026-11-21.html`: no name of a node leads out of a folder, hides a file or ends in another type. */
export function fileNameOf({ node, takenAt }: Pick<Report, 'node' | 'takenAt'>, type: string): string {
  const name = node.replace(/[^0-9A-Za-z-]+/g, '-').replace(/^-+|-+$/g, '');
  const date = /^\d{4}-\d\d-\d\d/.exec(takenAt)?.[0] ?? 'undated';
  return `pve-doctor-${name.slice(0, 63) || 'node'}-${date}.${type}`;
}

/** The whole report. */
export const attachmentsOf = (report: Report): readonly Attachment[] => [
  {
    fileName: fileNameOf(report, 'html'),
    mediaType: 'text/html',
    content: report.cluster === undefined ? renderHtml(report) : renderClusterHtml(report.cluster.report),
  },
];

/** What a message is made of; who makes it gives the id and the time. */
export interface Composed {
  readonly id: string;
  readonly createdAt: string;
  readonly report: Report;
  readonly change: Change;
  readonly kind: 'report' | 'digest';
}

/** A report in every form that a channel may need, the whole one attached. */
export const composeMessage = (composed: Composed): Message => ({
  ...textsOf({ ...composed, report: unacknowledged(composed.report) }),
  attachments: attachmentsOf(composed.report),
});

/** All of a message but what is attached; its size is bounded. */
export function textsOf({ id, createdAt, report, change, kind }: Composed): Omit<Message, 'attachments'> {
  const news = newsOf(report, change, kind);
  const brief = briefText(news, report);
  const said = { id, createdAt, kind, node: report.node, subject: news.subject };
  return {
    ...said,
    severity: report.status,
    ...{ text: mailText(news), html: mailHtml(news), brief },
    json: webhookJson({ ...said, text: brief }, report, change),
  };
}

/** What somebody acknowledged is no news; the attached report has it. */
function unacknowledged(report: Report): Report {
  const problems = report.problems.filter(({ acknowledged }) => acknowledged === null);
  if (problems.length === report.problems.length) return report;
  const keys = new Set(problems.flatMap(({ findings }) => findings));
  return { ...report, problems, findings: report.findings.filter((finding) => keys.has(findingKey(finding))) };
}

/** What `notify test` sends. It looked at nothing, so its severity is that of the unknown. */
export function testMessage({ id, createdAt, node }: Pick<Message, 'id' | 'createdAt' | 'node'>): Message {
  const subject = testSubject(node);
  const named = clip(node, MOST.node);
  const lines = [
    'This message arrived, so this channel works.',
    `It is a test from ${named} and says nothing about the state of that node.`,
  ] as const;
  const mail = testMail({ subject, about: [named, clip(minute(createdAt), MOST.name)], lines });
  const said = { id, createdAt, node, kind: 'test', subject } as const;
  const brief = `${lines.join('\n')}\n`;
  return {
    ...said,
    severity: 'unknown',
    ...{ text: mail.text, html: mail.html, brief, attachments: [] },
    json: webhookTestJson({ ...said, text: brief }),
  };
}
