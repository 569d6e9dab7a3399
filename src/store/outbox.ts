import type { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import { every, having, oneOf, text } from '../model/json-shape.ts';
import type { Message } from '../model/notify/message.ts';
import {
  type Addressed,
  LONGEST_DELAY_MS,
  type Outbox,
  type OutboxEntry,
  type TakenMessage,
} from '../model/notify/outbox.ts';
import { guarded, inTransaction } from './database.ts';
import { StoreProblem } from './store-problem.ts';
import { fromStored, toStored } from './stored-text.ts';

/** A channel that is down for months must not fill the disk. */
export const MOST_PENDING = 200;

/** Of each channel those that were sent, and those that were given up, are kept for a while, so that people can read them. */
const KEPT_ENDED = 50;
const KEPT_DAYS = 90;

/** A report of 1 000 guests is about 6 MB of JSON: level 1 takes a quarter of the time of level 6 for a tenth more bytes. */
const COMPRESSION = { level: 1 } as const;

const COLUMNS = `number, id, channel, kind, subject, state, created_at AS createdAt, attempts,
  next_attempt_at AS nextAttemptAt, ended_at AS endedAt, last_error AS lastError`;

function toEntry(row: object): OutboxEntry {
  const entry = row as OutboxEntry;
  const { id, channel, subject, lastError, createdAt } = entry;
  return {
    ...entry,
    ...{ id: fromStored(id), channel: fromStored(channel), subject: fromStored(subject) },
    ...{ lastError: fromStored(lastError), createdAt: fromStored(createdAt) },
  };
}

/** Queues messages inside a transaction of the caller; answers what had to be given up for them, each a sentence. */
export function insertMessages(db: DatabaseSync, messages: readonly Addressed[]): readonly string[] {
  const insert = db.prepare(`INSERT INTO message
    (id, channel, kind, subject, state, created_at, attempts, next_attempt_at, last_error, body)
    VALUES (?, ?, ?, ?, 'pending', ?, 0, ?, '', ?)`);
  const packed = new Map<Message, Uint8Array>();
  for (const { channel, message } of messages) {
    const body = packed.get(message) ?? gzipSync(JSON.stringify(message), COMPRESSION);
    packed.set(message, body);
    const [id = '', name = '', subject = '', at = ''] = [message.id, channel, message.subject, message.createdAt].map(
      toStored,
    );
    insert.run(id, name, message.kind, subject, at, at, body);
  }
  const times = messages.map(({ message }) => message.createdAt);
  return [...new Set(messages.map(({ channel }) => channel))].flatMap((channel) =>
    giveUpOldest(db, channel, times.at(-1) ?? ''),
  );
}

function giveUpOldest(db: DatabaseSync, channel: string, at: string): readonly string[] {
  const { changes } = db
    .prepare(
      `UPDATE message SET state = 'given-up', next_attempt_at = NULL, ended_at = ?, last_error = ?
       WHERE state = 'pending' AND channel = ? AND number <=
         (SELECT number FROM message WHERE state = 'pending' AND channel = ? ORDER BY number DESC LIMIT 1 OFFSET ?)`,
    )
    .run(
      toStored(at),
      `more than ${MOST_PENDING} messages were waiting`,
      toStored(channel),
      toStored(channel),
      MOST_PENDING,
    );
  if (changes === 0) return [];
  const what = changes === 1 ? 'its oldest one was given up' : `its ${changes} oldest ones were given up`;
  return [`more than ${MOST_PENDING} messages wait for channel ${channel}: ${what}`];
}

/** Forgets messages that ended long ago, or many messages of their channel ago. Those that wait always stay. */
export function forgetOldMessages(db: DatabaseSync, now: string): void {
  const forget =
    db.prepare(`DELETE FROM message WHERE state = :state AND (julianday(ended_at) < julianday(:now) - ${KEPT_DAYS}
    OR number IN (SELECT number FROM (
      SELECT number, row_number() OVER (PARTITION BY channel ORDER BY number DESC) AS place FROM message WHERE state = :state
    ) WHERE place > ${KEPT_ENDED}))`);
  for (const state of ['sent', 'given-up']) forget.run({ state, now: toStored(now) });
}

/**
 * Its time has come. That of one that was never tried has, whatever the clock says; and a time that lies too far ahead comes
 * from a clock that was wrong.
 */
const isDue = (
  row: string,
): string => `${row}.state = 'pending' AND (${row}.attempts = 0 OR NOT (julianday(${row}.next_attempt_at) > julianday(:now)
  AND julianday(${row}.next_attempt_at) <= julianday(:now) + ${LONGEST_DELAY_MS / 86_400_000}))`;

/**
 * A newer one of its channel is due, so the channel is tried anyway: then this one goes first, or news would arrive before
 * what it is about. What is being sent at this moment has no error yet and stays with its run.
 */
const goesFirst = `message.state = 'pending' AND message.last_error <> '' AND EXISTS (SELECT 1 FROM message AS newer
  WHERE newer.channel = message.channel AND newer.number > message.number AND ${isDue('newer')})`;

const READY = `((${isDue('message')}) OR (${goesFirst}))`;

/** The outbox over an open database. */
export function outboxOf(db: DatabaseSync, path: string): Outbox {
  const readBody = (number: number): TakenMessage['message'] | null => {
    const row = guarded(path, () => db.prepare('SELECT body FROM message WHERE number = ?').get(number));
    return row === undefined ? null : unpack(row['body']);
  };
  const read = (number: number): Message | null => {
    const message = readBody(number);
    if (message === null || !('unreadable' in message)) return message;
    throw new StoreProblem(`${path}: message ${number} cannot be read (${message.unreadable})`);
  };
  const change = (sql: string, values: Readonly<Record<string, string | number | null>>): boolean =>
    guarded(path, () => db.prepare(sql).run(values).changes > 0);
  const select = (rest: string, values: Readonly<Record<string, string | number>>): readonly OutboxEntry[] =>
    guarded(path, () => db.prepare(`SELECT ${COLUMNS} FROM message ${rest}`).all(values).map(toEntry));
  const take: Outbox['take'] = (number, now, until) => {
    const taken = change(
      `UPDATE message SET attempts = attempts + 1, next_attempt_at = :until, last_error = ''
       WHERE number = :number AND ${READY}`,
      { number, now: toStored(now), until: toStored(until) },
    );
    const [entry] = taken ? select('WHERE number = :number', { number }) : [];
    const message = entry === undefined ? null : readBody(number);
    return entry === undefined || message === null ? null : ({ entry, message } satisfies TakenMessage);
  };
  return {
    take,
    read,
    enqueue: (messages) =>
      inTransaction(db, path, () => {
        const before = db.prepare('SELECT coalesce(max(number), 0) AS number FROM message').get();
        insertMessages(db, messages);
        return select('WHERE number > :number ORDER BY number', { number: Number(before?.['number']) });
      }),
    due: (now) => select(`WHERE ${READY} ORDER BY number`, { now: toStored(now) }),
    markSent: (number, at) => {
      // Whoever sent it sent it, even where another run has given it up meanwhile.
      change(
        `UPDATE message SET state = 'sent', next_attempt_at = NULL, ended_at = :at, last_error = '' WHERE number = :number`,
        { number, at: toStored(at) },
      );
      inTransaction(db, path, () => forgetOldMessages(db, at));
    },
    markFailed: ({ number, attempts, error, at, nextAttemptAt }) => {
      change(
        `UPDATE message SET state = CASE WHEN :next IS NULL THEN 'given-up' ELSE 'pending' END, next_attempt_at = :next,
           ended_at = CASE WHEN :next IS NULL THEN :at END, last_error = :error
         WHERE number = :number AND state = 'pending' AND attempts = :attempts`,
        {
          number,
          attempts,
          error: toStored(error),
          at: toStored(at),
          next: nextAttemptAt === null ? null : toStored(nextAttemptAt),
        },
      );
    },
    tryAgain: (number, now) =>
      change(
        `UPDATE message SET state = 'pending', next_attempt_at = :now, ended_at = NULL
         WHERE number = :number AND state = 'given-up'`,
        { number, now: toStored(now) },
      ),
    list: (limit) => select('ORDER BY number DESC LIMIT :limit', { limit }),
  };
}

/** Ten times the report of 10 000 guests. What is larger is no message of ours. */
const MOST_UNPACKED = 512 * 1024 * 1024;

const MESSAGE = having({
  ...{ id: text, createdAt: text, node: text, subject: text, text, brief: text, html: text, json: text },
  kind: oneOf(['report', 'digest', 'test']),
  severity: oneOf(['healthy', 'warning', 'critical', 'unknown']),
  attachments: every(having({ fileName: text, mediaType: text, content: text })),
});

function unpack(body: unknown): TakenMessage['message'] {
  try {
    if (!(body instanceof Uint8Array)) throw new Error('it is no bytes');
    const message: unknown = JSON.parse(gunzipSync(body, { maxOutputLength: MOST_UNPACKED }).toString('utf8'));
    const complaint = MESSAGE(message, 'it');
    if (complaint !== null) throw new Error(complaint);
    // Every field was checked just above.
    return message as Message;
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}
