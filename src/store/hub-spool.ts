import { gunzipSync } from 'node:zlib';
import { flushDirectory, makeDirectory, readDataFile } from '../host/data-file.ts';
import { keptFiles, removeKept, renameKept } from '../host/kept-files.ts';
import { writeAtomically } from '../host/output-file.ts';
import { UsageError } from '../model/faults.ts';
import { MOST_GZIP_BYTES, MOST_REPORT_BYTES } from '../model/hub/protocol.ts';

/** A report that waits for a hub, as its file is called: `2026-11-23T01:00:00.000Z.<content digest>.gz`. */
export interface Spooled {
  readonly takenAt: string;
  readonly contentDigest: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/** A day of reports; more would say of the time before it what nobody asks any more. */
export const SPOOL_LIMITS = { count: 96, bytes: 32 * 1024 * 1024 };

const NAME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)\.([0-9a-f]{64})\.gz$/;
/** What cannot be unpacked: the newest one is kept, for whoever wonders. */
const DAMAGED = 'damaged';

/** What whoever was killed while writing has left. */
const HALF_WRITTEN = /\.tmp$/;
const HALF_WRITTEN_MS = 60 * 60 * 1000;

/** What waits, the oldest first. */
export const spooled = (directory: string): readonly Spooled[] =>
  keptFiles(directory).flatMap(({ name, sizeBytes }) => {
    const [, takenAt, contentDigest] = NAME.exec(name) ?? [];
    return takenAt === undefined || contentDigest === undefined
      ? []
      : [{ takenAt, contentDigest, path: `${directory}/${name}`, sizeBytes }];
  });

export interface ToSpool {
  readonly takenAt: string;
  readonly contentDigest: string;
  /** gzip. */
  readonly body: Uint8Array;
}

/** Keeps a report until the hub has it: whole or not at all. Throws UsageError with 73 where it cannot be written. */
export async function spool(directory: string, { takenAt, contentDigest, body }: ToSpool): Promise<void> {
  const refused = makeDirectory(directory);
  if (refused !== null) throw new UsageError(refused, 73);
  const name = `${takenAt}.${contentDigest}.gz`;
  // What is not found again is never handed over and never removed.
  if (!NAME.test(name)) throw new UsageError('the clock of this node is wrong', 73);
  await writeAtomically(`${directory}/${name}`, body, 0o600, 'exact');
  // The bytes are on the disk; now their name is.
  flushDirectory(directory);
}

/** Takes away what whoever was killed while writing has left. */
export function tidySpool(directory: string, nowMs: number): void {
  for (const { name, modifiedMs } of keptFiles(directory))
    if (HALF_WRITTEN.test(name) && nowMs - modifiedMs > HALF_WRITTEN_MS) removeKept(`${directory}/${name}`);
}

/** The oldest, for which there is no room. */
export function beyondLimits(
  directory: string,
  limits: { readonly count: number; readonly bytes: number } = SPOOL_LIMITS,
): readonly Spooled[] {
  const all = spooled(directory);
  let [count, bytes] = [all.length, all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)];
  const within = all.findIndex(({ sizeBytes }) => {
    if (count <= limits.count && bytes <= limits.bytes) return true;
    count -= 1;
    bytes -= sizeBytes;
    return false;
  });
  return within < 0 ? all : all.slice(0, within);
}

/** The body of one that waits; null where it is damaged and was set aside. */
export function readSpooled({ path }: Spooled): Uint8Array | 'gone' | null {
  const file = readDataFile(path, MOST_GZIP_BYTES);
  if (file.state === 'absent') return 'gone';
  if (file.state === 'read' && unpacks(file.bytes)) return file.bytes;
  renameKept(path, `${path.slice(0, path.lastIndexOf('/'))}/${DAMAGED}`);
  return null;
}

function unpacks(bytes: Uint8Array): boolean {
  try {
    gunzipSync(bytes, { maxOutputLength: MOST_REPORT_BYTES });
    return true;
  } catch {
    return false;
  }
}

export const dropSpooled = ({ path }: Spooled): boolean => removeKept(path);
