import { join } from 'node:path';
import { makeDataFile } from '../host/data-file.ts';
import { writeAtomically } from '../host/output-file.ts';
import { ownUid, readSmallFile } from '../host/small-file.ts';
import { UsageError } from '../model/faults.ts';
import { ACKNOWLEDGEMENTS, type Acknowledgement } from '../model/report/acknowledgement.ts';

/** What people said of problems; `problem` says why the file counts for nothing. */
export interface KeptAcknowledgements {
  readonly list: readonly Acknowledgement[];
  /** Empty where the file is as it should be, or is not there. */
  readonly problem: string;
}

const MOST_BYTES = 1024 * 1024;

export const acknowledgementsPath = (directory: string): string => join(directory, 'acknowledged.json');

/** A file that others may write, or that cannot be understood, hides no problem. */
export async function readAcknowledgements(directory: string): Promise<KeptAcknowledgements> {
  const path = acknowledgementsPath(directory);
  const nothing = (why: string): KeptAcknowledgements => ({
    list: [],
    problem: `${path} ${why}, so no problem counts as acknowledged`,
  });
  const file = await readSmallFile(path, MOST_BYTES);
  if (file.state === 'absent') return { list: [], problem: '' };
  if (file.state === 'unreadable') return nothing(file.because);
  if ((file.mode & 0o022) !== 0) return nothing('may be written by other users');
  if (file.ownerUid !== 0 && file.ownerUid !== ownUid())
    return nothing(`belongs to another user (uid ${file.ownerUid})`);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.bytes));
    const complaint = ACKNOWLEDGEMENTS(value, 'the list');
    return complaint === null
      ? { list: value as readonly Acknowledgement[], problem: '' }
      : nothing(`is damaged: ${complaint}`);
  } catch {
    return nothing('is damaged: it is not JSON');
  }
}

/** Keeps the list, mode 0600. Throws UsageError with 73 where it cannot be written. */
export async function writeAcknowledgements(directory: string, list: readonly Acknowledgement[]): Promise<void> {
  const path = acknowledgementsPath(directory);
  const refused = makeDataFile(path);
  if (refused !== null) throw new UsageError(`cannot write ${path}: ${refused}`, 73);
  await writeAtomically(path, `${JSON.stringify(list, null, 2)}\n`, 0o600, 'exact');
}

/** Takes back what was said of problems that are over: when one comes back, it counts again. */
export async function forgetAcknowledgements(directory: string, resolved: readonly string[]): Promise<void> {
  if (resolved.length === 0) return;
  const { list } = await readAcknowledgements(directory);
  const left = list.filter(({ id }) => !resolved.includes(id));
  if (left.length < list.length) await writeAcknowledgements(directory, left);
}
