import { markup } from '../markup.ts';
import { wrap } from '../wrap.ts';
import { mailPage } from './mail-page.ts';
import { WIDTH } from './mail-text.ts';

/** What stands in a mail that only shows that a channel works. */
export interface TestText {
  readonly subject: string;
  readonly about: readonly string[];
  readonly lines: readonly [first: string, ...others: readonly string[]];
}

/** In the layout of the real ones, so that a test shows how they will look. */
export function testMail({ subject, about, lines }: TestText): { readonly text: string; readonly html: string } {
  const [headline, ...others] = lines;
  const html = mailPage({
    ...{ subject, headline, tone: 'notice', mark: 'TEST', about: ['TEST', ...about] },
    body: others.map(
      (text) => markup`<p style="margin:22px 0 0">${text}</p>
`,
    ),
  });
  return { text: `${lines.flatMap((line) => wrap(line, WIDTH)).join('\n')}\n`, html };
}
