import { messageOf, UsageError } from '../model/faults.ts';
import type { Journal } from '../model/repair/journal.ts';
import { readJournal } from '../store/journal.ts';

/** The journal, for those who only look at it: 74, as where the history cannot be read. */
export async function readChanges(): Promise<Journal> {
  return await readJournal().catch((error: unknown) => {
    throw new UsageError(`the journal of changes cannot be read: ${messageOf(error)}`, 74);
  });
}
