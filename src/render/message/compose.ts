import type { Change, Message } from '../../model/notify/message.ts';
import type { Report } from '../../model/report/report.ts';
import { instant } from '../counted.ts';
import { renderMail } from '../mail/mail.ts';
import { testMail } from '../mail/test-mail.ts';
import { attachmentsOf } from './attachments.ts';
import { briefText } from './brief.ts';
import { clip, MOST } from './clip.ts';
import { testSubject } from './subject.ts';
import { webhookJson, webhookTestJson } from './webhook.ts';

/** What a message is made of; who makes it gives the id and the time. */
export interface Composed {
  readonly id: string;
  readonly createdAt: string;
  readonly report: Report;
  readonly change: Change;
  readonly kind: 'report' | 'digest';
}

/** A report in every form that a channel may need. */
export function composeMessage({ id, createdAt, report, change, kind }: Composed): Message {
  const mail = renderMail(report, change, kind);
  const brief = briefText(report, change);
  const said = { id, createdAt, kind, node: report.node, subject: mail.subject };
  return {
    ...said,
    severity: report.status,
    ...{ text: mail.text, html: mail.html, brief },
    attachments: attachmentsOf(report),
    json: webhookJson({ ...said, text: brief }, report, change),
  };
}

/** What `notify test` sends. It looked at nothing, so its severity is that of the unknown. */
export function testMessage({ id, createdAt, node }: Pick<Message, 'id' | 'createdAt' | 'node'>): Message {
  const subject = testSubject(node);
  const named = clip(node, MOST.node);
  const lines = [
    'This message arrived, so this channel works.',
    `It is a test from ${named} and says nothing about the state of that node.`,
  ] as const;
  const mail = testMail({ subject, node: named, createdAt: clip(instant(createdAt), MOST.name), lines });
  const said = { id, createdAt, node, kind: 'test', subject } as const;
  const brief = `${lines.join('\n')}\n`;
  return {
    ...said,
    severity: 'unknown',
    ...{ text: mail.text, html: mail.html, brief, attachments: [] },
    json: webhookTestJson({ ...said, text: brief }),
  };
}
