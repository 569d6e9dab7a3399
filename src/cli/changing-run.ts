import { liveAccess } from '../apply/live-access.ts';
import { explainInterrupted, type Run, startRun } from '../apply/run.ts';
import { takeRunLock } from '../apply/run-lock.ts';
import { collect } from '../engine/collect.ts';
import { readActor } from '../host/actor.ts';
import { type JournalFile, openJournalFile } from '../host/journal-file.ts';
import { liveHost } from '../host/live-host.ts';
import { messageOf, UsageError } from '../model/faults.ts';
import type { Journal } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { renderJournalDamage } from '../render/history.ts';
import type { Block, Page } from '../render/page.ts';
import type { Interrupted } from '../repair/step-verdict.ts';
import { JOURNAL_PATH, readJournal } from '../store/journal.ts';
import { reportInterrupted } from './interrupted-runs.ts';
import type { Terminal } from './terminal.ts';

/** What a command that changes the node works with, once it is the only one. */
export interface ChangingRun {
  readonly journal: Journal;
  /** The first look, and what it says of steps whose end nobody saw, which comes before anything else is printed. */
  readonly begin: (print: (lines: Block) => Promise<void>, page: () => Page) => Promise<Beginning>;
  /** Opens the journal and writes the first records; throws, and nothing is changed, when that is not possible. */
  readonly start: (command: readonly string[], interrupted: readonly Interrupted[]) => Promise<Run>;
}

interface Beginning {
  readonly snapshot: Snapshot;
  readonly interrupted: readonly Interrupted[];
  /** A command of an earlier run lives: nothing may be changed beside it. */
  readonly isBusy: boolean;
}

/** Takes the lock, reads the journal, and lets go of both in the end. */
export async function withNode(terminal: Terminal, work: (node: ChangingRun) => Promise<number>): Promise<number> {
  const lock = takeRunLock();
  if ('refused' in lock) throw new UsageError(`${lock.refused}; nothing was changed`, 1);
  const opened: JournalFile[] = [];
  let started = false;
  try {
    const journal = await readJournal().catch((error: unknown) => {
      throw journalError('read', error);
    });
    const start: ChangingRun['start'] = async (command, interrupted) => {
      const file = await openJournalFile(JOURNAL_PATH).catch((error: unknown) => {
        throw journalError('opened for writing', error);
      });
      opened.push(file);
      const settings = { actor: readActor(terminal.env), pid: process.pid, command, nextId: journal.nextId };
      const run = await startRun(liveAccess(file), settings).catch((error: unknown) => {
        throw journalError('written', error);
      });
      started = true;
      await explainInterrupted(interrupted, run);
      return run;
    };
    const begin: ChangingRun['begin'] = async (print, page) => {
      const snapshot = await collect(liveHost(), null);
      await print(renderJournalDamage(journal, page()));
      const interrupted = await reportInterrupted(journal, snapshot.sections.deviceMapper.reading, page(), print);
      return { snapshot, interrupted, isBusy: interrupted.some(({ state }) => state === 'running') };
    };
    return await work({ journal, begin, start });
  } catch (error) {
    if (!started || error instanceof UsageError) throw error;
    await terminal.stderr.write(`pve-doctor: ${faultText(error)}\n`);
    return 70;
  } finally {
    await Promise.all(opened.map((file) => file.close()));
    lock.release();
  }
}

const journalError = (verb: string, error: unknown): UsageError =>
  new UsageError(
    `the journal ${JOURNAL_PATH} cannot be ${verb} (${messageOf(error)}), and without it nothing is changed`,
    73,
  );

/** main.ts would say that nothing was changed. */
const faultText = (error: unknown): string =>
  `a fault of pve-doctor itself in the middle of a run. \`pve-doctor history\` tells what was changed before it. ` +
  `Please report it with this text:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
