import { nameRules, redactText, redactUpid } from './free-text.ts';
import { KNOWN_WORD } from './known-words.ts';
import { redactName, redactStorageId } from './names.ts';
import type { NameKind, TokenBook } from './token-book.ts';

/** Files of pmxcfs and of PVE's daemons. */

/** .members, .vmlist, .version: names stand as values of known keys, and as keys below known ones. */
export function redactClusterJson(book: TokenBook, text: string): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return text.trim() === '' ? text : `{${text.endsWith('\n') ? '\n' : ''}`;
  }
  return `${JSON.stringify(redactValue(book, json, ''))}${text.endsWith('\n') ? '\n' : ''}`;
}

const NAME_OF: Readonly<Record<string, NameKind>> = { nodename: 'node', node: 'node', name: 'name' };

function redactValue(book: TokenBook, value: unknown, key: string): unknown {
  if (typeof value === 'string') {
    const kind = Object.hasOwn(NAME_OF, key) ? NAME_OF[key] : undefined;
    return kind === undefined ? redactText(book, value) : redactName(book, value, kind);
  }
  if (Array.isArray(value)) return value.map((item: unknown) => redactValue(book, item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [redactKey(book, name, key), redactValue(book, inner, name)]),
  );
}

/** Below `nodelist` a key is a node; elsewhere it is a word of pmxcfs, a VMID or the name of a file. */
const redactKey = (book: TokenBook, name: string, below: string): string =>
  below === 'nodelist' ? redactName(book, name, 'node') : redactName(book, name, 'name', KNOWN_WORD);

/** `UPID:… 0` and, of tasks that ended, `1 <time> <status>` (pve-common src/PVE/INotify.pm read_active_workers). */
export function redactTaskLine(book: TokenBook, line: string): string {
  const [, upid = '', rest = ''] = /^(\S*)(.*)$/s.exec(line) ?? [];
  if (!upid.startsWith('UPID:')) return redactText(book, line);
  const [, state = '', status = ''] = /^(\s+[01](?:\s+[0-9A-Fa-f]{8})?)(.*)$/s.exec(rest) ?? ['', '', rest];
  return `${redactUpid(book, upid)}${state}${redactText(book, status)}`;
}

/** datacenter.cfg: only what PVE counts VMIDs with is of use. */
export function redactDatacenterLine(book: TokenBook, line: string): string {
  if (/^\s*next-id:/.test(line)) return redactText(book, line, { kind: 'name', keep: (word) => NEXT_ID.test(word) });
  return /^\s*(?:#|$)/.test(line) ? line.replace(/#.*/s, '#') : redactText(book, line);
}

const NEXT_ID = /^(?:next|id|lower|upper)$/;

/** jobs.cfg: `vzdump: backup-1`, then indented `storage nas`. */
export function redactJobLine(book: TokenBook, line: string): string {
  if (/^\s*#/.test(line)) return '#';
  const header = /^(\S+):(\s*)(\S.*)$/s.exec(line);
  if (header)
    return `${redactName(book, header[1] ?? '', 'name', isJobType)}:${header[2]}${redactName(book, header[3] ?? '', 'name')}`;
  const [, indent = '', key = '', gap = '', value = ''] = /^(\s+)(\S+)(\s+)(.*)$/s.exec(line) ?? [];
  if (key === '') return redactText(book, line, nameRules('name'));
  const redactedKey = redactName(book, key, 'name', KNOWN_WORD);
  const redacted =
    key === 'storage'
      ? value.replace(/\S+/g, (id) => redactStorageId(book, id))
      : redactText(book, value, nameRules('name'));
  return `${indent}${redactedKey}${gap}${redacted}`;
}

const isJobType = (word: string): boolean => /^(?:vzdump|realm|sync|replicate)$/.test(word);

/** vzdump.cron of PVE 6: `0 2 * * 6 root vzdump 100 --storage nas`. */
export function redactCronLine(book: TokenBook, line: string): string {
  if (/^\s*#/.test(line)) return '#';
  return line
    .split(/(--?storage[\s=]+\S+)/)
    .map((part, at) => {
      const [, option = '', id = ''] = at % 2 === 1 ? (/^(--?storage[\s=]+)(.*)$/s.exec(part) ?? []) : [];
      if (option !== '') return `${option}${redactStorageId(book, id)}`;
      return redactText(book, part, {
        kind: 'name',
        keep: (word) => /^(?:root|vzdump|mailto|mode|quiet|compress|all)$/.test(word),
      });
    })
    .join('');
}
