import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MOST_REPORT_BYTES } from '../../model/hub/protocol.ts';
import { Refused, someSeconds } from './refusal.ts';

/** A body that takes longer is a line that is dead, or somebody who holds connections open. A slow line has the time of a node's own deadline. */
const DEADLINE_MS = 30_000;
const BYTES_PER_MS = 100;

/** Of all bodies that are being read at the same time, by what they say that they have. */
const MOST_BYTES_AT_ONCE = 64 * 1024 * 1024;

/** Reports that are unpacked and parsed at the same time: one of the largest takes some hundred MB for a moment. */
const MOST_UNPACKED_AT_ONCE = 2;

/** Takes bodies off requests, and never holds more of them than it has room for. */
export function bodyReader({ deadlineMs = DEADLINE_MS, mostAtOnce = MOST_BYTES_AT_ONCE } = {}) {
  let held = 0;
  return {
    /** `use` has the body while it counts as held. */
    withBody: async <T>(request: IncomingMessage, most: number, use: (body: Uint8Array) => Promise<T>): Promise<T> => {
      const declared = declaredBytes(request);
      if (declared !== null && declared > most) throw tooLarge(most);
      const room = declared ?? most;
      if (held + room > mostAtOnce)
        throw new Refused(503, 'too many reports are coming in at once', someSeconds(Math.random));
      held += room;
      try {
        return await use(await readAll(request, most, deadlineMs + room / BYTES_PER_MS));
      } finally {
        held -= room;
      }
    },
  };
}

export type BodyReader = ReturnType<typeof bodyReader>;

const tooLarge = (most: number): Refused => new Refused(413, `the body is larger than ${most} bytes`);

function declaredBytes({ headers }: IncomingMessage): number | null {
  const length = headers['content-length'];
  return length === undefined || !/^\d{1,15}$/.test(length) ? null : Number(length);
}

function readAll(request: IncomingMessage, most: number, deadlineMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (refused: Error | null): void => {
      clearTimeout(timer);
      request.removeAllListeners('data');
      if (refused === null) resolve(Buffer.concat(chunks, bytes));
      else reject(refused);
    };
    const timer = setTimeout(() => end(new Refused(408, 'the body did not come in time')), deadlineMs);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > most) end(tooLarge(most));
      else chunks.push(chunk);
    });
    request.once('end', () => end(null));
    request.once('error', () => end(new Refused(400, 'the body broke off')));
    request.once('close', () => end(new Refused(400, 'the body broke off')));
  });
}

const gunzipped = promisify(gunzip);

/** Unpacks what nodes send; a bomb ends at the limit. */
export function unpacker(most = MOST_REPORT_BYTES) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(gzip: Uint8Array, use: (bytes: Uint8Array) => T): Promise<T> => {
    if (running >= MOST_UNPACKED_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return use(await gunzipped(gzip, { maxOutputLength: most }).catch((error: unknown) => fail(error, most)));
    } finally {
      // The place goes to the next one as it is.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function fail(error: unknown, most: number): never {
  const isTooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
  throw isTooLong
    ? new Refused(413, `the report is larger than ${most} bytes`)
    : new Refused(400, 'the body is not gzip, or is damaged');
}
