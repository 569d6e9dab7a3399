import { constants, type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { flushDirectory, lookAtDataFile, makeDataFile, whyDistrustFile } from './data-file.ts';

/** An open journal: every line is on the disk when `append` answers. */
export interface JournalFile {
  readonly append: (line: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How long a record may take to get to the disk. */
const WRITING_MS = 30_000;

/**
 * Opens a journal for appending and makes it where it is not there, mode 0600. One that others may write is refused: root runs
 * commands by it. The directory is flushed, so that the file itself survives a crash. A last line without its end (a crash, a full disk) is ended first: what is written from now on
 * never becomes part of it.
 */
export async function openJournalFile(path: string): Promise<JournalFile> {
  const problem = makeDataFile(path) ?? whyDistrustFile(path);
  if (problem !== null) throw new Error(problem);
  const file = await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error(`${path} is not a regular file`);
    if (await endsInsideALine(file, stat.size)) await writeWhole(file, '\n');
    await file.sync();
    flushDirectory(dirname(path));
  } catch (error) {
    await file.close();
    throw error;
  }
  const append = async (line: string): Promise<void> => {
    if (line.includes('\n')) throw new Error('a journal record is one line');
    const writing = writeWhole(file, `${line}\n`).then(() => file.sync());
    const done = await Promise.race([writing, pause(WRITING_MS, 'late' as const, { ref: false })]);
    if (done === 'late') throw new Error(`the disk did not take it within ${WRITING_MS / 1000} s`);
  };
  return { append, close: () => file.close() };
}

async function endsInsideALine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== 0x0a;
}

/** One write as a rule; a short one (a disk that fills) ends in an error, and the half line is ended by the next opener. */
async function writeWhole(file: FileHandle, text: string): Promise<void> {
  const bytes = Buffer.from(text, 'utf8');
  const { bytesWritten } = await file.write(bytes);
  if (bytesWritten !== bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes could be written`);
}

/** Tens of thousands of changes. It is read whole, by every check. */
const MAX_MIB = 256;

/** The journal's text; empty where there is none yet. Nothing but a regular file is opened. */
export async function readJournalText(path: string): Promise<string> {
  const file = lookAtDataFile(path);
  if (file.state === 'absent') return '';
  if (file.state === 'unusable') throw new Error(file.because);
  const distrust = whyDistrustFile(path);
  if (distrust !== null) throw new Error(distrust);
  if (file.sizeBytes > MAX_MIB * 1024 * 1024) throw new Error(`${path} is larger than ${MAX_MIB} MiB`);
  return await readFile(path, 'utf8');
}
