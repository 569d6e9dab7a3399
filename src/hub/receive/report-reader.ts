import { Worker } from 'node:worker_threads';
import type { PackedReport, ReadPacked } from './read-packed.ts';
import type { ReadReport } from './read-report.ts';
import { Refused, someSeconds } from './refusal.ts';
import { turns } from './turns.ts';

/** The largest reports take some seconds; on a machine with much else to do, some more. */
const LONGEST_MS = 60_000;

/** Where the thread begins: in the source, and in the program that `npm run build` makes, in which everything lies in one folder. */
const threadOf = (here: string): URL =>
  new URL(here.includes('/$bunfs/') ? './hub-report-thread.ts' : '../../hub-report-thread.ts', here);

interface Waiting {
  readonly report: PackedReport;
  readonly resolve: (read: ReadPacked) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads reports in a thread of its own, one at a time: the one that answers everybody is busy with none of them. Who sends many takes
 * turns with the others.
 */
export function reportReader({ longestMs = LONGEST_MS, thread = threadOf(import.meta.url) } = {}) {
  const waiting = turns<Waiting>();
  let worker: Worker | null = null;
  let current: Waiting | null = null;
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    const ended = worker;
    worker = null;
    clearTimeout(timer);
    void ended?.terminate();
  };
  const started = (): Worker => {
    if (worker !== null) return worker;
    const made = new Worker(thread);
    made.unref();
    made.on('message', (read: ReadPacked) => finish((one) => one.resolve(read)));
    made.on('error', (error) => worker === made && fail(error));
    made.on('exit', () => worker === made && fail(unread()));
    worker = made;
    return made;
  };
  const finish = (tell: (waiting: Waiting) => void): void => {
    clearTimeout(timer);
    if (current !== null) tell(current);
    current = null;
    next();
  };
  const fail = (error: unknown): void => {
    end();
    finish(({ reject }) => reject(error));
  };
  const next = (): void => {
    current ??= waiting.take() ?? null;
    if (current === null) return;
    timer = setTimeout(() => fail(unread()), longestMs);
    started().postMessage(current.report);
  };
  return {
    /** Throws `Refused` for what is no gzip of a report's size. */
    read: async (sender: string, report: PackedReport): Promise<ReadReport> => {
      const read = await new Promise<ReadPacked>((resolve, reject) => {
        waiting.add(sender, { report, resolve, reject });
        if (current === null) next();
      });
      if ('tooLarge' in read) throw new Refused(413, read.tooLarge);
      if ('damaged' in read) throw new Refused(400, read.damaged);
      return read;
    },
    close: end,
  };
}

/** Nothing is said of the report itself: the machine may have been busy with something else. */
const unread = (): Refused => new Refused(503, 'the report could not be read in time', someSeconds(Math.random));
