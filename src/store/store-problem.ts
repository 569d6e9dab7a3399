/** What the disk or the database refuses, as a sentence for people. Thrown inside the store, a value outside of it. */
export class StoreProblem extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'StoreProblem';
  }
}

/** Primary result codes (sqlite.org/rescode.html); the upper bytes of an extended code refine them. */
const EXPLAINED: Readonly<Record<number, string>> = {
  3: 'access denied',
  5: 'another run holds it; it was waited for',
  6: 'another run holds it; it was waited for',
  8: 'it cannot be written: the file or its file system is read-only',
  10: 'the disk reports an error',
  11: 'it is damaged',
  13: 'the disk is full',
  14: 'it, or the journal beside it, cannot be opened',
  23: 'access denied',
  26: 'it is damaged: it is no database',
};

const DAMAGED = [11, 26];

/** A writer was interrupted, and this reader may not take back what it left half-done (SQLITE_READONLY_ROLLBACK and kin). */
const HOT_JOURNAL = [776, 1544, 264, 520];

function resultCode(error: unknown): number | null {
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode : null;
}

export const saysDamaged = (error: unknown): boolean => DAMAGED.includes((resultCode(error) ?? 0) & 0xff);

/** SQLite's error as a problem; any other error, which is a fault of ours, as it is. */
export function asProblem(path: string, error: unknown): Error {
  const code = resultCode(error);
  if (code === null) return error instanceof Error ? error : new Error(String(error));
  if (HOT_JOURNAL.includes(code))
    return new StoreProblem(
      `${path}: a run was interrupted while it was kept; the next run that is kept takes it back`,
    );
  const detail = error instanceof Error ? error.message : String(error);
  return new StoreProblem(`${path}: ${EXPLAINED[code & 0xff] ?? 'the database refuses'} (${detail})`);
}
