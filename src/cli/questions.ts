import type { HeldInterrupts } from '../host/interrupts.ts';
import type { Prompt } from '../host/prompt.ts';
import type { Block, Page } from '../render/page.ts';
import { hang, wrap } from '../render/wrap.ts';
import type { SteadyOutput } from './steady-output.ts';

/** Questions before a change of the node, which `clean` and `undo` ask alike. */

export type Answer = 'yes' | 'no' | 'all' | 'quit';

export interface QuestionIo {
  readonly print: (lines: Block) => Promise<void>;
  /** null when the input ended or a signal came. */
  readonly ask: (question: string) => Promise<string | null>;
  /** The terminal may have another width at each question. */
  readonly page: () => Page;
}

/** What the letters mean, said once before the first question. */
export const LETTERS = 'y = yes, n or Enter = no, a = yes to all the rest, q = quit everything';

const ANSWERS: Readonly<Record<string, Answer>> = {
  ...{ y: 'yes', yes: 'yes', n: 'no', no: 'no', '': 'no' },
  ...{ a: 'all', all: 'all', q: 'quit', quit: 'quit' },
};

/** Enter is no. What is none of the four letters is asked again. `left`: how many steps `a` is about; none where it is no other answer than `y`. */
export async function askAbout(what: string, left: number | null, io: QuestionIo): Promise<Answer> {
  for (;;) {
    const line = await io.ask(questionText(what, left, io.page()));
    const answer = line === null ? 'quit' : ANSWERS[line.trim().toLowerCase()];
    if (answer !== undefined) return answer;
    await io.print(hang('    ', 'Please answer y, n, a or q.', io.page().width));
  }
}

/** The choices stay in one piece, at the end of the last line. */
function questionText(what: string, left: number | null, { width }: Page): string {
  const choices = `(y/N${left === null ? '' : `/a=all ${left}`}/q)`;
  const lines = wrap(`${what} \`${choices}\``, width - 5).map((line) => `    ${line.replaceAll('`', '')}`);
  return `${lines.join('\n')} `;
}

interface Asker {
  readonly prompt: Prompt | null;
  readonly interrupts: HeldInterrupts;
  readonly output: SteadyOutput;
  readonly page: () => Page;
}

/** Asks on the terminal; nobody is asked whose output is lost. */
export async function askOnTerminal(text: string, { prompt, interrupts, page, output }: Asker): Promise<string | null> {
  if (prompt === null || output.lost() !== null) return null;
  const dropped = hang('    ', 'What was typed before the question is no answer to it.', page().width);
  return await prompt.ask({ text, whenTypedAhead: `\n${dropped.join('\n')}\n` }, interrupts.arrived);
}
