/** Items that wait to be written together. */
export interface GroupCommit<T, R> {
  /** Resolves after the transaction that wrote it; rejects with what that transaction threw. */
  readonly add: (item: T) => Promise<R>;
  /** Number that waits, those that are being written with them. */
  readonly waiting: () => number;
  /** Resolves when nothing waits any more. */
  readonly idle: () => Promise<void>;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One transaction at a time for all that came while the one before was written: a hub with nothing to do writes at once, and
 * one with much to do pays for the disk once for many.
 */
export function groupCommit<T, R>(
  write: (batch: readonly T[]) => Promise<readonly R[]>,
  most = 200,
): GroupCommit<T, R> {
  const queue: Waiting<T, R>[] = [];
  let writing: readonly Waiting<T, R>[] = [];
  let running: Promise<void> | null = null;
  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      writing = queue.splice(0, most);
      await writeOne(writing);
      writing = [];
    }
    running = null;
  };
  const writeOne = async (batch: readonly Waiting<T, R>[]): Promise<void> => {
    try {
      const results = await write(batch.map(({ item }) => item));
      for (const [at, { resolve, reject }] of batch.entries()) {
        const result = results[at];
        if (result === undefined) reject(new Error('the store gave fewer results than it was given items'));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        // Behind what is already in the loop, so that requests of one moment share a transaction.
        running ??= Promise.resolve().then(drain);
      }),
    waiting: () => queue.length + writing.length,
    idle: async () => {
      while (running !== null) await running;
    },
  };
}
