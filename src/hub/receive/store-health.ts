import { StoreAway } from '../store/hub-store.ts';

/** Everybody may ask whether the hub is ready, and each look writes. */
const LOOK_MS = 1000;

/**
 * Since when the database does not work, for the page that says so. `ping` tries to write. What only reads succeeds on a full disk, so
 * that alone says that it works again.
 */
export function storeHealth(now: () => Date, ping: () => Promise<void>, log: (line: string) => void) {
  let awaySince: string | null = null;
  let looked: { readonly at: number; readonly result: Promise<void> } | null = null;
  const watched = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreAway && awaySince === null) {
        awaySince = now().toISOString();
        log(`nothing can be kept: ${error.message}`);
      }
      throw error;
    }
  };
  const look = async (): Promise<void> => {
    await watched(ping);
    if (awaySince !== null) log(`the database works again; it did not since ${awaySince}`);
    awaySince = null;
  };
  const check = (): Promise<void> => {
    if (looked === null || performance.now() - looked.at >= LOOK_MS) looked = { at: performance.now(), result: look() };
    return looked.result;
  };
  return {
    awaySince: (): string | null => awaySince,
    /** Whether something can be written; throws `StoreAway` otherwise. Looked at once in a second. */
    check,
    /** Runs something on the store, and remembers where it was not there. */
    watch: async <T>(work: () => Promise<T>): Promise<T> => {
      const result = await watched(work);
      if (awaySince !== null) void check().catch(() => undefined);
      return result;
    },
  };
}

export type StoreHealth = ReturnType<typeof storeHealth>;
