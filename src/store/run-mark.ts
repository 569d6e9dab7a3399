import { join } from 'node:path';
import { writeAtomically } from '../host/output-file.ts';
import { readSmallFile } from '../host/small-file.ts';
import { having, text } from '../model/json-shape.ts';

/**
 * The last run that was kept, in a file beside the history: a history that was removed, or put back from a backup, does not know
 * that run, and then nobody can say what is new.
 */
export interface RunMark {
  readonly uuid: string;
  readonly takenAt: string;
}

const MARK = having({ uuid: text, takenAt: text });

const markPath = (directory: string): string => join(directory, 'last-run.json');

/** Null where there is none, or none that can be read: then the history is believed. */
export async function readRunMark(directory: string): Promise<RunMark | null> {
  const file = await readSmallFile(markPath(directory), 4096);
  if (file.state !== 'read') return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(file.bytes));
    return MARK(value, 'it') === null ? (value as RunMark) : null;
  } catch {
    return null;
  }
}

export const writeRunMark = ({ uuid, takenAt }: RunMark, directory: string): Promise<void> =>
  writeAtomically(markPath(directory), `${JSON.stringify({ uuid, takenAt })}\n`, 0o600, 'exact');
