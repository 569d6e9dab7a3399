import type { Change } from '../../model/notify/message.ts';
import type { Report } from '../../model/report/report.ts';
import { mailHtml } from './mail-html.ts';
import { mailText } from './mail-text.ts';
import { mailContent } from './make-content.ts';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A report as a mail, to somebody who was last told when `change` says; the whole report is to be attached. */
export function renderMail(report: Report, change: Change, kind: 'report' | 'digest'): Mail {
  const content = mailContent(report, change, kind);
  return { subject: content.subject, text: mailText(content), html: mailHtml(content) };
}
