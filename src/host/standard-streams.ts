import { write } from 'node:fs';
import { isatty, WriteStream } from 'node:tty';

/** How long a reader may take before a full pipe is tried again. */
const FULL_PIPE_MS = 5;

/**
 * Writes all of a text to a standard stream (1 or 2) before it answers: exiting after an unfinished write would cut a
 * report on a pipe at 64 KiB. `process.stdout` does it too, and costs 20 ms of CPU to set up (measured with Bun 1.4).
 * `closed` means that the reader went away (`| head`), which is no fault.
 */
export async function writeStandard(descriptor: 1 | 2, text: string): Promise<'written' | 'closed'> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const written = await writeSome(descriptor, bytes.subarray(at));
    if (written === 'closed') return 'closed';
    if (written === 0) await new Promise((resolve) => setTimeout(resolve, FULL_PIPE_MS));
    at += written;
  }
  return 'written';
}

function writeSome(descriptor: number, bytes: Uint8Array): Promise<number | 'closed'> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, (error, written) => {
      if (error === null) resolve(written);
      else if (error.code === 'EAGAIN') resolve(0);
      else if (error.code === 'EPIPE') resolve('closed');
      else reject(error);
    });
  });
}

/** Of a terminal that does not know its width: a serial console says 0. */
const USUAL_COLUMNS = 80;

/** Width of the terminal on standard output; undefined where there is none. */
export const terminalColumns = (): number | undefined =>
  isatty(1) ? new WriteStream(1).columns || USUAL_COLUMNS : undefined;

export const outputIsTerminal = (): boolean => isatty(1);
