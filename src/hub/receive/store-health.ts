import { StoreAway } from '../store/hub-store.ts';

/** Since when the database does not answer, for the page that says so. */
export function storeHealth(now: () => Date) {
  let awaySince: string | null = null;
  return {
    awaySince: (): string | null => awaySince,
    /** Runs something on the store, and remembers whether it was there. */
    watch: async <T>(work: () => Promise<T>): Promise<T> => {
      try {
        const result = await work();
        awaySince = null;
        return result;
      } catch (error) {
        if (error instanceof StoreAway) awaySince ??= now().toISOString();
        throw error;
      }
    },
  };
}

export type StoreHealth = ReturnType<typeof storeHealth>;
