import { createInterface } from 'node:readline';

/** Asks on the terminal, line by line. */
export interface Prompt {
  /** The line without its end; null when the input has ended (Ctrl-D) or `stop` settles first. */
  readonly ask: (question: string, stop: Promise<void>) => Promise<string | null>;
  readonly close: () => void;
}

export const hasTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** The terminal stays in its own line mode, so Ctrl-C is a signal, and what ssh and serial consoles do to lines works. */
export function openPrompt(): Prompt {
  const lines: string[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  const reader = createInterface({ input: process.stdin, terminal: false });
  reader.on('line', (line) => {
    lines.push(line);
    wake();
  });
  reader.on('close', () => {
    ended = true;
    wake();
  });
  const nextLine = async (): Promise<string | null> => {
    while (lines.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return lines.shift() ?? null;
  };
  return {
    ask: async (question, stop) => {
      // What was typed before the question was shown is no answer to it.
      lines.length = 0;
      process.stdout.write(question);
      return Promise.race([nextLine(), stop.then(() => null)]);
    },
    close: () => reader.close(),
  };
}
