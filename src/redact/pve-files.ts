import { isStorageProperty, PATH, SERVER } from '../host/secrets.ts';
import { isRecord } from '../model/json-shape.ts';
import { parseJsonObject } from '../parse/pmxcfs.ts';
import { redactPool } from './ceph.ts';
import { nameRules, redactText, redactUpid } from './free-text.ts';
import { redactVolume } from './guest-config.ts';
import { redactMountOptions } from './mount-text.ts';
import { redactLvName, redactName, redactStorageId, redactVgName } from './names.ts';
import { redactPath } from './paths.ts';
import type { NameKind, TokenBook } from './token-book.ts';
import { isStorageType } from './words.ts';

/** Files of pmxcfs and of PVE's daemons, as host/secrets.ts leaves them. */

type Value = (book: TokenBook, value: string) => string;

/** Keys of .members, .vmlist and .version; below `nodelist` a key is a node, below `ids` a VMID. */
const KEY =
  /^(?:nodename|nodelist|cluster|name|version|nodes|quorate|id|online|ip|ids|node|type|starttime|clinfo|vmlist|\d+)$/;

export function redactClusterJson(book: TokenBook, text: string): string {
  const json = parseJsonObject(text);
  const end = text.endsWith('\n') ? '\n' : '';
  if (json === null) return text.trim() === '' ? text : `{${end}`;
  return `${JSON.stringify(redactJson(book, json, ''))}${end}`;
}

/** A cluster may be called as a number or an address is, of which short parts would stay. */
const redactClusterName = (book: TokenBook, name: string): string =>
  /^[\d.:_-]*\d[\d.:_-]*$/.test(name)
    ? book.other('word of name', `cluster ${name}`, (count) => `xname${count}`)
    : redactName(book, name, 'name');

function redactJson(book: TokenBook, value: unknown, key: string): unknown {
  if (typeof value === 'string')
    return key === 'ip' || key === 'type'
      ? redactText(book, value)
      : key === 'name'
        ? redactClusterName(book, value)
        : redactName(book, value, 'node');
  if (!isRecord(value)) return typeof value === 'object' ? null : value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (key !== 'nodelist' && !KEY.test(name)) return [];
      return [[key === 'nodelist' ? redactName(book, name, 'node') : name, redactJson(book, inner, name)]];
    }),
  );
}

/** `UPID:… 0` and, of tasks that ended, `1 <time> <status>` (pve-common src/PVE/INotify.pm read_active_workers). */
export function redactTaskLine(book: TokenBook, line: string): string {
  const [, upid, state = '', status = ''] = /^(UPID:\S+)((?:\s[01])?(?:\s[0-9A-Fa-f]{8})?)(.*)$/s.exec(line) ?? [];
  return upid === undefined ? redactText(book, line) : `${redactUpid(book, upid)}${state}${redactText(book, status)}`;
}

/** jobs.cfg, and vzdump.cron of PVE 6: `0 2 * * 6 root vzdump 100 --storage nas`. */
export const redactJobLine = (book: TokenBook, line: string): string =>
  line
    .split(/((?<=\bstorage[\s=]+)\S+)/)
    .map((part, at) =>
      at % 2 === 1 ? redactStorageId(book, part) : redactText(book, part, { kind: 'name', keep: isJobWord }),
    )
    .join('');

const isJobWord = (word: string): boolean => /^(?:root|vzdump|enabled|storage)$/.test(word);

/** replication.cfg: `local: 100-0`, and below it the node that gets the copies. */
export function redactReplicationLine(book: TokenBook, line: string): string {
  const [, start = '', node = '', end = ''] = /^(\s+target\s+)(\S+)(\s*)$/.exec(line) ?? [];
  if (start !== '') return `${start}${redactName(book, node, 'node')}${end}`;
  return redactText(book, line, { kind: 'name', keep: isReplicationWord });
}

const isReplicationWord = (word: string): boolean => /^(?:local|full|disable|remove_job)$/.test(word);

/** resources.cfg, rules.cfg and groups.cfg of the HA manager; a node in a list may have a priority, `pve1:2`. */
export function redactHaLine(book: TokenBook, line: string): string {
  const [, start = '', name = '', end = ''] =
    /^((?:group|node-affinity|resource-affinity):\s*|\s+group\s+)(\S+)(\s*)$/.exec(line) ?? [];
  if (start !== '') return `${start}${redactName(book, name, 'name')}${end}`;
  const [, before = '', nodes = ''] = /^(\s+nodes\s+)(.*)$/s.exec(line) ?? [];
  if (before !== '')
    return `${before}${nodes.replace(/([^\s,:]+)((?::\d+)?)/g, (_, node: string, priority: string) => `${redactName(book, node, 'node')}${priority}`)}`;
  return redactText(book, line, { kind: 'name', keep: isHaWord });
}

const isHaWord = (word: string): boolean =>
  /^(?:vm|ct|state|started|enabled|stopped|disabled|ignored|resources|strict|restricted|disable)$/.test(word);

export function redactReplicationState(book: TokenBook, text: string): string {
  const json = parseJsonObject(text);
  if (json === null) return redactText(book, text);
  const inner = (jobs: unknown): unknown =>
    isRecord(jobs)
      ? Object.fromEntries(
          Object.entries(jobs).map(([job, state]) => [
            job.replace(/(?<=^local\/).*$/s, (node) => redactName(book, node, 'node')),
            isRecord(state) && typeof state['error'] === 'string'
              ? { ...state, error: redactText(book, state['error']) }
              : state,
          ]),
        )
      : jobs;
  return `${JSON.stringify(Object.fromEntries(Object.entries(json).map(([vmid, jobs]) => [vmid, inner(jobs)])))}\n`;
}

const HEADER = /^(\S+):(\s*)(\S+)(\s*)$/;

/** /etc/pve/storage.cfg, line by line as parse/storage-cfg.ts reads it. */
export function redactStorageConfig(book: TokenBook, text: string): string {
  let inSection = false;
  const redactLine = (line: string): string => {
    if (line === '' || line === '0') inSection = false;
    if (line.trim() === '' || line === '0' || line === '#') return line;
    if (inSection || /^#?vgname/.test(line)) return redactProperty(book, line);
    const [, type = '', gap = '', id = '', rest = ''] = HEADER.exec(line) ?? [];
    inSection = type !== '';
    if (!inSection) return redactText(book, line, nameRules('name'));
    return `${isStorageType(type) ? type : redactName(book, type, 'name')}:${gap}${redactStorageId(book, id)}${rest}`;
  };
  return text.split('\n').map(redactLine).join('\n');
}

const named =
  (kind: NameKind): Value =>
  (book, value) =>
    redactText(book, value, nameRules(kind));

const VALUES: readonly (readonly [RegExp, Value])[] = [
  [/^vgname$/, redactVgName],
  [/^thinpool$/, redactLvName],
  [/^base$/, redactVolume],
  [/^nodes$/, (book, value) => redactName(book, value, 'node')],
  [/^share$/, (book, value) => redactName(book, value, 'dir')],
  [/^options$/, redactMountOptions],
  [PATH, (book, value) => (value.startsWith('/') ? redactPath(book, value) : redactText(book, value))],
  [SERVER, named('host')],
  [/^(?:target|pool|data-pool|datastore|namespace|volume|fs-name|domain|comstar_hg|comstar_tg|lio_tpg)$/, redactPool],
];

function redactProperty(book: TokenBook, line: string): string {
  const [, indent = '', key = '', gap = '', value = '', end = ''] = /^([\s#]*)(\S+)(\s*)(.*?)(\s*)$/s.exec(line) ?? [];
  const isKnown = isStorageProperty(key);
  const redact = isKnown ? VALUES.find(([pattern]) => pattern.test(key))?.[1] : undefined;
  const shown = redact?.(book, value) ?? redactText(book, value, isKnown ? undefined : nameRules('name'));
  return `${indent}${isKnown ? key : redactName(book, key, 'name')}${gap}${shown}${end}`;
}
