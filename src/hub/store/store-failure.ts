import { StoreAway } from './hub-store.ts';

/** This database is not for this hub: another program's, a newer schema, no database at all. Trying again does not help. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
}

/** SQLite's primary result codes: busy, locked, no memory, read-only, I/O, full, cannot open, protocol. https://sqlite.org/rescode.html */
const SQLITE_AWAY = new Set([5, 6, 7, 8, 10, 13, 14, 15]);

/**
 * SQLSTATE classes of PostgreSQL that say that it cannot work now: connection, transaction rolled back, resources (disk full),
 * object in use, operator's doing (shut down, statement timeout), system error, read-only transaction of a standby, password
 * refused, no such database.
 */
const SQLSTATE_AWAY = /^(?:08|28|3D|40|53|55|57|58|25006)/;

/** Of the sockets beneath, and of `pg` itself where it has no SQLSTATE. */
const CONNECTION_LOST =
  /^(?:ECONN|EPIPE|ENOENT|ETIMEDOUT|EHOST|ENET|EAI_|ENOTFOUND|EACCES)|connection (?:terminated|error|ended)|has encountered a connection error|timeout exceeded when trying to connect|query read timeout|client was closed|cannot use a pool after|ended by/i;

/** SQLite's corrupt and no database: trying again does not help, but whoever sends something should keep it. */
export const isDamaged = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  [11, 26].includes(error.errcode & 0xff);

/** What an engine threw, as `StoreAway` where the database cannot be reached, is too busy or is full. */
export function storeFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreAway || error instanceof StoreRefused) return error;
  if (isDamaged(error))
    return new StoreAway(`the file of the database is damaged (${error.message}): put a backup in its place`, {
      cause: error,
    });
  return isAway(error) ? new StoreAway(`the database does not answer: ${error.message}`, { cause: error }) : error;
}

function isAway(error: Error): boolean {
  if ('errcode' in error && typeof error.errcode === 'number') return SQLITE_AWAY.has(error.errcode & 0xff);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E')) return SQLSTATE_AWAY.test(code);
  // Several addresses of one name, each refused.
  if (error instanceof AggregateError) return error.errors.some((one) => one instanceof Error && isAway(one));
  return CONNECTION_LOST.test(code) || CONNECTION_LOST.test(error.message);
}

/** A deadlock or two transactions at odds: the same again may work at once. */
export const isAtOdds = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
