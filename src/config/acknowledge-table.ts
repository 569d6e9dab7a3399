import { isTable, typeOf } from '../model/config/kind.ts';

/** A problem that a fleet's configuration says is known: `[[acknowledge]]`. */
export interface ConfiguredAcknowledgement {
  readonly id: string;
  /** ISO 8601, the end of it; null: until it is taken out of the file. */
  readonly until: string | null;
  readonly reason: string;
}

const KEYS = ['id', 'until', 'reason'];

/** One entry, or what is wrong with it as the end of a sentence. */
export function acknowledgementOf(entry: unknown): ConfiguredAcknowledgement | string {
  if (!isTable(entry)) return `is ${typeOf(entry)}: [[acknowledge]] with id, until and reason`;
  const strange = Object.keys(entry).find((key) => !KEYS.includes(key));
  if (strange !== undefined) return `has an unknown key ${strange}; the keys are ${KEYS.join(', ')}`;
  const { id, until, reason } = entry;
  if (typeof id !== 'string' || !/^[a-z]+:./.test(id)) return 'has no id such as "volume:san/vm-102-disk-0"';
  if (typeof reason !== 'string' || reason.trim() === '')
    return 'has no reason: it is what the next reader wants to know';
  const end = until === undefined ? null : endOf(until);
  return end === undefined ? 'has an until that is no day such as 2026-12-24' : { id, until: end, reason };
}

/** TOML has days and times of its own; a text of that form is one too. */
function endOf(until: unknown): string | undefined {
  const ms = until instanceof Date ? until.getTime() : typeof until === 'string' ? Date.parse(until) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
