import { splitList } from '../parse/perl-text.ts';
import { nameRules, redactText } from './free-text.ts';
import { isStorageProperty, isStorageType, KNOWN_WORD } from './known-words.ts';
import { redactMountOptions } from './mount-text.ts';
import { redactLvName, redactName, redactStorageId, redactVgName } from './names.ts';
import { redactPath } from './paths.ts';
import { plainWords } from './plain-words.ts';
import { redactVolume } from './property-list.ts';
import type { TokenBook } from './token-book.ts';
import { NOTHING } from './vocabulary.ts';

/** /etc/pve/storage.cfg, line by line as parse/storage-cfg.ts reads it. */
export const redactStorageConfig = (book: TokenBook, text: string): string => {
  let inSection = false;
  return text
    .split('\n')
    .map((line) => {
      if (line === '' || line === '0') {
        inSection = false;
        return line;
      }
      if (line.trim() === '') return line;
      const vg = mentionedVg(line);
      if (/^\s*#/.test(line)) return vg === null ? '#' : `#vgname ${redactVgName(book, vg)}`;
      if (inSection) return redactProperty(book, line);
      inSection = isHeader(line);
      return redactHeader(book, line);
    })
    .join('\n');
};

/** What parse/storage-cfg.ts mentionedVgs sees in a line. */
function mentionedVg(line: string): string | null {
  const [key, name] = splitList(line.slice(0, 400).replace(/^[\s#]+/, ''));
  return key === 'vgname' && name !== undefined ? name : null;
}

const HEADER = /^(\S+):(\s*)(\S+)(\s*)$/;
const isHeader = (line: string): boolean => HEADER.test(line);

function redactHeader(book: TokenBook, line: string): string {
  const header = HEADER.exec(line);
  if (!header) return redactText(book, line, nameRules('name'));
  const [, type = '', gap = '', id = '', rest = ''] = header;
  return `${isStorageType(type) ? type : plainWords(book, type, 'name', NOTHING)}:${gap}${redactStorageId(book, id)}${rest}`;
}

type Value = (book: TokenBook, value: string) => string;

const host: Value = (book, value) => redactText(book, value, nameRules('host'));
const name: Value = (book, value) => redactText(book, value, nameRules('name'));

const VALUES: Readonly<Record<string, Value>> = {
  vgname: redactVgName,
  thinpool: redactLvName,
  base: redactVolume,
  nodes: (book, value) => redactName(book, value, 'node'),
  ...{ path: redactPath, export: redactPath, subdir: redactPath, mountpoint: redactPath, 'zfs-base-path': redactPath },
  is_mountpoint: (book, value) => (value.startsWith('/') ? redactPath(book, value) : redactText(book, value)),
  ...{ server: host, server2: host, portal: host, monhost: host },
  share: (book, value) => redactName(book, value, 'dir'),
  options: redactMountOptions,
  ...{ target: name, pool: name, 'data-pool': name, datastore: name, namespace: name, volume: name, 'fs-name': name },
  ...{ domain: name, comstar_hg: name, comstar_tg: name, lio_tpg: name, keyring: name },
  username: (book, value) => redactText(book, value, nameRules('user')),
};

function redactProperty(book: TokenBook, line: string): string {
  const [, indent = '', key = '', gap = '', value = '', end = ''] = /^(\s*)(\S+)(\s*)(.*?)(\s*)$/s.exec(line) ?? [];
  const known = isStorageProperty(key);
  const redact = known && Object.hasOwn(VALUES, key) ? VALUES[key] : undefined;
  const redactedKey = known ? key : redactName(book, key, 'name', indent === '' ? KNOWN_WORD : NOTHING);
  const redactedValue = redact ? redact(book, value) : redactText(book, value, known ? undefined : nameRules('name'));
  return `${indent}${redactedKey}${gap}${redactedValue}${end}`;
}
