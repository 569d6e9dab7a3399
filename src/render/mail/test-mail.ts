import { htmlText } from '../markup.ts';
import { wrap } from '../wrap.ts';
import { TONES } from './mail-parts.ts';
import * as template from './mail-template.ts';

/** What stands in a mail that only shows that a channel works. */
export interface TestText {
  readonly subject: string;
  readonly node: string;
  readonly createdAt: string;
  readonly lines: readonly [first: string, ...others: readonly string[]];
}

/** In the layout of the real ones, so that a test shows how they will look. */
export function testMail({ subject, node, createdAt, lines }: TestText): {
  readonly text: string;
  readonly html: string;
} {
  const [first, ...others] = lines;
  const html = template.page({
    ...{ subject, preview: first, about: 'pve-doctor', node },
    ...{ status: 'notice', mark: 'TEST', tone: TONES.notice, grade: 'a test message' },
    facts: template.muted({ text: createdAt }),
    alertTitle: first,
    alert: others.map((text) => template.paragraph({ text })),
    ...{ sections: null, footer: template.muted({ text: 'Sent by `pve-doctor notify test`.' }) },
  });
  return { text: `${lines.flatMap((line) => wrap(line, 76)).join('\n')}\n`, html: htmlText(html) };
}
