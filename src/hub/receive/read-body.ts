import type { IncomingMessage } from 'node:http';
import { Refused, someSeconds } from './refusal.ts';

/** A body that takes longer is a line that is dead, or somebody who holds connections open. A slow line has the time of a node's own deadline. */
const DEADLINE_MS = 30_000;
const BYTES_PER_MS = 100;

/** Less than this in each pause is no line that anything comes over: 1 kB a second. */
const PAUSE_MS = 10_000;
const LEAST_BYTES_PER_MS = 1;

/** Of one sender at the same time. A node has one report on the way; after a line broke, the one before may not have ended here. */
const MOST_BODIES_OF_ONE = 16;

export interface Room {
  /** Bytes that are held of all bodies, counted as they come: what somebody says that he will send takes no room. */
  readonly most: number;
  readonly mostOfOne: number;
  readonly deadlineMs?: number;
  readonly pauseMs?: number;
}

/** A body on its way, or in use. */
interface Held {
  readonly sender: string;
  bytes: number;
  /** null: it is whole, and in use. */
  end: ((refused: Refused) => void) | null;
}

/** Takes bodies off requests. Where there is no room, whoever holds the most of it makes some. */
export function bodyReader({ most, mostOfOne, deadlineMs = DEADLINE_MS, pauseMs = PAUSE_MS }: Room) {
  const open = new Set<Held>();
  const sum = (wanted: (held: Held) => boolean): number =>
    [...open].reduce((bytes, held) => (wanted(held) ? bytes + held.bytes : bytes), 0);
  const bytesOf = (sender: string): number => sum((held) => held.sender === sender);
  const makeRoom = (coming: Held): void => {
    if (bytesOf(coming.sender) > mostOfOne) coming.end?.(noRoom());
    while (sum(() => true) > most) {
      const reading = [...open].filter(({ end }) => end !== null);
      const [largest] = reading.toSorted((a, b) => bytesOf(b.sender) - bytesOf(a.sender) || b.bytes - a.bytes);
      if (largest === undefined) return;
      largest.end?.(noRoom());
    }
  };
  return {
    /** `use` has the body while it counts as held. `sender`: a node, or an address. */
    withBody: async <T>(
      request: IncomingMessage,
      { sender, most: mostBytes }: { readonly sender: string; readonly most: number },
      use: (body: Uint8Array) => Promise<T>,
    ): Promise<T> => {
      const declared = declaredBytes(request);
      if (declared !== null && declared > mostBytes) throw tooLarge(mostBytes);
      if ([...open].filter((held) => held.sender === sender).length >= MOST_BODIES_OF_ONE) throw noRoom();
      const held: Held = { sender, bytes: 0, end: null };
      open.add(held);
      try {
        const times = { deadlineMs: deadlineMs + (declared ?? mostBytes) / BYTES_PER_MS, pauseMs };
        return await use(await readAll(request, mostBytes, times, held, () => makeRoom(held)));
      } finally {
        open.delete(held);
      }
    },
  };
}

export type BodyReader = ReturnType<typeof bodyReader>;

const tooLarge = (most: number): Refused => new Refused(413, `the body is larger than ${most} bytes`);

const noRoom = (): Refused => new Refused(503, 'too many bodies are coming in at once', someSeconds(Math.random));

function declaredBytes({ headers }: IncomingMessage): number | null {
  const length = headers['content-length'];
  return length === undefined || !/^\d{1,15}$/.test(length) ? null : Number(length);
}

function readAll(
  request: IncomingMessage,
  most: number,
  { deadlineMs, pauseMs }: { readonly deadlineMs: number; readonly pauseMs: number },
  held: Held,
  came: () => void,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const end = (refused: Refused | null): void => {
      if (held.end === null) return;
      clearTimeout(deadline);
      clearInterval(pace);
      held.end = null;
      request.removeAllListeners('data');
      if (refused === null) resolve(Buffer.concat(chunks, held.bytes));
      else {
        held.bytes = 0;
        reject(refused);
      }
    };
    held.end = end;
    const deadline = setTimeout(() => end(new Refused(408, 'the body did not come in time')), deadlineMs);
    let before = 0;
    const pace = setInterval(() => {
      if (held.bytes - before < pauseMs * LEAST_BYTES_PER_MS) end(new Refused(408, 'the body comes too slowly'));
      before = held.bytes;
    }, pauseMs);
    request.on('data', (chunk: Buffer) => {
      if (held.bytes + chunk.length > most) return end(tooLarge(most));
      held.bytes += chunk.length;
      chunks.push(chunk);
      came();
    });
    request.once('end', () => end(null));
    request.once('error', () => end(new Refused(400, 'the body broke off')));
    request.once('close', () => end(new Refused(400, 'the body broke off')));
  });
}
