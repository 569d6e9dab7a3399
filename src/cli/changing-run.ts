import { liveAccess } from '../apply/live-access.ts';
import { explainInterrupted, type Run, startRun } from '../apply/run.ts';
import { takeRunLock } from '../apply/run-lock.ts';
import { collect } from '../engine/collect.ts';
import { readActor } from '../host/actor.ts';
import { type JournalFile, openJournalFile } from '../host/journal-file.ts';
import { liveHost } from '../host/live-host.ts';
import { bootId, stepProcesses } from '../host/step-processes.ts';
import { messageOf, UsageError } from '../model/faults.ts';
import { type Journal, stepToken } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { renderInterrupted, renderJournalDamage } from '../render/history.ts';
import type { Block, Page } from '../render/page.ts';
import { findInterrupted, type Interrupted, type OpenSteps } from '../repair/step-verdict.ts';
import { JOURNAL_PATH, readJournal } from '../store/journal.ts';
import type { Terminal } from './terminal.ts';

/** What a command that changes the node works with, once it is the only one. */
export interface ChangingRun {
  readonly journal: Journal;
  readonly look: () => Promise<Snapshot>;
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
  const lock = await takeRunLock();
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
    const look = () => collect(liveHost(), null);
    const begin: ChangingRun['begin'] = async (print, page) => {
      const snapshot = await look();
      const interrupted = findInterrupted(journal, snapshot, openSteps(journal));
      await print(renderJournalDamage(journal, page()));
      for (const { step, seen } of interrupted) await print([...renderInterrupted(step, seen, page()), '']);
      return { snapshot, interrupted, isBusy: interrupted.some(({ state }) => state === 'running') };
    };
    return await work({ journal, look, begin, start });
  } catch (error) {
    if (!started || error instanceof UsageError) throw error;
    await terminal.stderr.write(`pve-doctor: ${faultText(error)}\n`);
    return 70;
  } finally {
    await Promise.all(opened.map((file) => file.close()));
    lock.release();
  }
}

/** What the kernel says of the steps that are open. */
export const openSteps = ({ open }: Journal): OpenSteps => ({
  running: new Map(open.map(({ intent }) => [intent.id, stepProcesses(stepToken(intent))])),
  bootId: bootId(),
});

const journalError = (verb: string, error: unknown): UsageError =>
  new UsageError(
    `the journal ${JOURNAL_PATH} cannot be ${verb} (${messageOf(error)}), and without it nothing is changed`,
    73,
  );

/** main.ts would say that nothing was changed. */
const faultText = (error: unknown): string =>
  `a fault of pve-doctor itself in the middle of a run. \`pve-doctor history\` tells what was changed before it. ` +
  `Please report it with this text:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;

/** The journal, for those who only look at it: 74, as where the history cannot be read. */
export async function readChanges(): Promise<Journal> {
  return await readJournal().catch((error: unknown) => {
    throw new UsageError(`the journal of changes cannot be read: ${messageOf(error)}`, 74);
  });
}
