import pg from 'pg';

/** How long after a lost connection, at first and at most. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Hears what hubs announce on a channel, over a connection of its own that is opened with the first listener and again whenever it was
 * lost. After that everybody is called: what was announced in between is not known.
 */
export function listen(connectionString: string, channel: string) {
  const listeners = new Set<() => void>();
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let pauseMs = FIRST_PAUSE_MS;
  let isClosed = false;
  const callAll = (): void => {
    for (const listener of listeners) listener();
  };
  const lost = (which: pg.Client): void => {
    if (client !== which) return;
    client = null;
    which.end().catch(() => {});
    if (isClosed) return;
    timer = setTimeout(() => connect(true), pauseMs);
    timer.unref();
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  };
  const connect = async (wasLost: boolean): Promise<void> => {
    timer = null;
    const made = new pg.Client({ connectionString, keepAlive: true, connectionTimeoutMillis: 5000 });
    client = made;
    made.on('error', () => lost(made));
    made.on('end', () => lost(made));
    made.on('notification', callAll);
    try {
      await made.connect();
      await made.query(`listen ${channel}`);
      pauseMs = FIRST_PAUSE_MS;
      if (wasLost) callAll();
    } catch {
      lost(made);
    }
  };
  return {
    add: (listener: () => void): (() => void) => {
      listeners.add(listener);
      if (client === null && timer === null && !isClosed) void connect(false);
      return () => listeners.delete(listener);
    },
    close: async (): Promise<void> => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
