import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { HubStore } from '../store/hub-store.ts';

/** More often nobody needs to be told, and each tick may load a page. */
const TICK_MS = 2000;
/** Proxies end connections that are still for a minute. */
const HEARTBEAT_MS = 25_000;
/** Then the browser comes again, and its session is looked at again. */
const LONGEST_MS = 10 * 60_000;
const MOST_STREAMS = 500;

/** Tells open pages that something changed; what it is they ask for themselves. */
export function eventStreams(store: Pick<HubStore, 'onChange'>) {
  const open = new Set<SSEStreamingApi>();
  let due: NodeJS.Timeout | null = null;
  let last = 0;
  let changedAt = 0;
  const tell = async (event: string): Promise<void> => {
    await Promise.all([...open].map((stream) => stream.writeSSE({ event, data: '' })));
  };
  const stop = store.onChange(() => {
    changedAt = Date.now();
    if (due !== null || open.size === 0) return;
    due = setTimeout(
      () => {
        due = null;
        last = Date.now();
        void tell('change');
      },
      Math.max(0, last + TICK_MS - Date.now()),
    );
  });
  const heartbeat = setInterval(() => void tell('heartbeat'), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    size: (): number => open.size,
    isFull: (): boolean => open.size >= MOST_STREAMS,
    answer: (context: Context): Response =>
      streamSSE(context, async (stream) => {
        open.add(stream);
        const over = new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LONGEST_MS);
          stream.onAbort(() => {
            clearTimeout(timer);
            resolve();
          });
        });
        // What changed after the page was made and before it began to listen, it asks for now. Not waited for: whoever reads
        // nothing would be counted for ever.
        void stream.writeSSE({ event: 'hello', data: new Date(changedAt).toISOString(), retry: 5000 });
        await over;
        open.delete(stream);
      }),
    close: (): void => {
      stop();
      clearInterval(heartbeat);
      if (due !== null) clearTimeout(due);
      for (const stream of open) stream.abort();
      open.clear();
    },
  };
}

export type EventStreams = ReturnType<typeof eventStreams>;
