import { constants, openSync, readSync, writeSync } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';

/** Asks on the terminal, line by line. */
export interface Prompt {
  /** The line without its end; null when the input has ended (Ctrl-D) or `stop` settles first. */
  readonly ask: (question: Question, stop: Promise<void>) => Promise<string | null>;
  readonly close: () => void;
}

export interface Question {
  readonly text: string;
  /** Said first when something was typed before the question was shown: it is no answer to it. */
  readonly whenTypedAhead: string;
}

export const hasTerminal = (): boolean => isatty(0) && isatty(1);

/** How often a line is looked for. A read that waits could not be ended when a signal comes. */
const LOOK_MS = 30;

const CHUNK = 4096;

/**
 * The terminal stays in its own line mode while it is asked, so Ctrl-C is a signal, and what ssh and serial consoles do
 * to lines works. It is opened anew: reads that do not wait would otherwise not wait for whoever shares the descriptor.
 */
export function openPrompt(): Prompt {
  const fd = openSync('/proc/self/fd/0', constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  const terminal = new ReadStream(fd);
  return {
    ask: async ({ text, whenTypedAhead }, stop) => {
      if (dropTyped(fd, terminal)) writeSync(1, whenTypedAhead);
      writeSync(1, text);
      return await nextLine(fd, stop);
    },
    close: () => terminal.destroy(),
  };
}

/**
 * Throws away what was typed so far, an unfinished line included: only without line mode can that be read
 * (termios(3), ICANON). True when there was something.
 */
function dropTyped(fd: number, terminal: ReadStream): boolean {
  terminal.setRawMode(true);
  try {
    let dropped = false;
    while ((readSome(fd) ?? '') !== '') dropped = true;
    return dropped;
  } finally {
    terminal.setRawMode(false);
  }
}

/** In line mode a read gives one line, or nothing at Ctrl-D and when the terminal is gone. */
async function nextLine(fd: number, stop: Promise<void>): Promise<string | null> {
  let stopped = false;
  const ended = stop.then(() => {
    stopped = true;
  });
  let line = '';
  while (!stopped) {
    const text = readSome(fd);
    if (text === null) return null;
    line += text;
    if (line.endsWith('\n')) return line.slice(0, -1);
    if (text === '') await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
  }
  return null;
}

/** Empty: nothing is there yet. null: the input has ended. */
function readSome(fd: number): string | null {
  const buffer = Buffer.alloc(CHUNK);
  try {
    const length = readSync(fd, buffer);
    return length === 0 ? null : buffer.toString('utf8', 0, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return '';
    // The terminal is gone (tty_ioctl(4): a read after a hangup).
    if (code === 'EIO') return null;
    throw error;
  }
}
