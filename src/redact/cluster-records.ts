import { isRecord } from '../model/json-shape.ts';
import { parseNodeRecord } from '../parse/node-record.ts';
import { parseJsonObject } from '../parse/pmxcfs.ts';
import { redactFile } from './file-rules.ts';
import { redactText } from './free-text.ts';
import { redactPattern } from './lvm-settings.ts';
import { redactSource } from './mount-text.ts';
import { redactLvName, redactName, redactStorageId, redactVgName } from './names.ts';
import { redactPath } from './paths.ts';
import { redactClusterJson } from './pve-files.ts';
import type { TokenBook } from './token-book.ts';

/** What nodes told of themselves, with the tokens that their names have everywhere else. */

type Redact = (book: TokenBook, text: string) => string;

const same: Redact = (_, text) => text;
/** `vm-100-cloudinit`, `100/vm-100-state-before.raw`. */
const redactFixedName: Redact = (book, text) => text.replace(/[^/]+$/, (name) => redactLvName(book, name));

const uuid: Redact = (book, text) => book.uuid(text);
const redactWwid: Redact = (book, text) => redactFile(book, '/sys/block/sda/device/wwid', text);

/** Where it stands as a link on the node itself. */
const fileSystemUuid: Redact = (book, text) => redactPath(book, `/dev/disk/by-uuid/${text}`).replace(/^.*\//s, '');

/** Reasons of a gap are words of the format; others are sentences. */
const because: Redact = (book, text) => (/^(?:size|unreadable)$/.test(text) ? text : redactText(book, text));

/**
 * Every key of a record that may stay, and what becomes of text behind it. What nodes told for the mail of the cluster is left out:
 * it is sentences.
 */
const KEYS: ReadonlyMap<string, Redact> = new Map([
  ...[
    ...[
      'format',
      'toolVersion',
      'takenAt',
      'uptimeSeconds',
      'withdrawn',
      'verdict',
      'status',
      'checks',
      'also',
      'lastJudgedAt',
      'grade',
      'problems',
      'kind',
    ],
    ...['severity', 'codes', 'code', 'vmids', 'acknowledged', 'repairable', 'unjudged', 'areas', 'fingerprint', 'gaps'],
    ...['part', 'running', 'vmid', 'type', 'incoming', 'since', 'looks', 'activity', 'tasks', 'locks', 'thinPools'],
    ...['openCount', 'fileSystems', 'fsType', 'device', 'disk', 'partition', 'sizeBytes', 'groups', 'seqno', 'pvs'],
    ...[
      'lvmSettings',
      'useDevicesFile',
      'eventActivation',
      'missing',
      'volumes',
      'heldBy',
      'storages',
      'usable',
      'luns',
      'paths',
      'usablePaths',
      'remoteMounts',
      'freeBytes',
    ],
  ].map((key): [string, Redact] => [key, same]),
  ...(['vgUuid', 'lvUuid', 'pvUuid'] as const).map((key): [string, Redact] => [key, uuid]),
  ...(['id', 'who', 'what', 'next', 'detail', 'bootId'] as const).map((key): [string, Redact] => [key, redactText]),
  ...(['filter', 'globalFilter', 'autoActivationVolumes'] as const).map((key): [string, Redact] => [
    key,
    redactPattern,
  ]),
  ['node', (book, text) => redactName(book, text, 'node')],
  ['vgName', redactVgName],
  ['lvName', redactLvName],
  ['storeid', redactStorageId],
  ['fixedNames', redactFixedName],
  ['because', because],
  ['fsUuid', fileSystemUuid],
  ['target', redactPath],
  ['source', redactSource],
  // The kernel's naa. and eui. are a digit here (plainWwid), and t10. is what any of them becomes.
  [
    'wwid',
    (book, text) =>
      redactWwid(
        book,
        text.replace(/^3(?=[0-9a-f]{16}(?:[0-9a-f]{16})?$)/, 'naa.').replace(/^2(?=[0-9a-f]{16}$)/, 'eui.'),
      ),
  ],
  ['serial', (book, text) => redactFile(book, '/sys/block/sda/device/serial', text)],
  ['name', (book, text) => redactPath(book, `/dev/${text}`).replace(/^\/dev\//, '')],
]);

/** What stands between nodes is judged anew by whoever reads the records. */
const isBetweenNodes = (item: unknown): boolean => isRecord(item) && item['kind'] === 'cluster';

function redactValue(book: TokenBook, value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return value === '' ? '' : redact(book, value);
  if (Array.isArray(value))
    return value.filter((item) => !isBetweenNodes(item)).map((item) => redactValue(book, item, redact));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      // Disks of one node each, which nobody compares.
      if (key === 'devices') return [[key, null]];
      const rule = KEYS.get(key);
      return rule === undefined ? [] : [[key, redactValue(book, inner, rule)]];
    }),
  );
}

/** Not a word of what nobody understands is kept; it is no record afterwards either. */
const NO_RECORD = 'removed-by-pve-doctor';

/** One record. */
export function redactRecord(book: TokenBook, text: string, node: string): string {
  if (text === NO_RECORD || parseNodeRecord(text, node).state === 'unusable') return NO_RECORD;
  const record = redactValue(book, parseJsonObject(text), same);
  return JSON.stringify(record);
}

/** What the program of host/cluster-scripts.ts answered. */
export function redactClusterRecords(book: TokenBook, text: string): string {
  const answer = parseJsonObject(text);
  if (answer === null) return redactText(book, text);
  const { outcome, members, records, detail } = answer;
  return `${JSON.stringify({
    outcome,
    ...(typeof detail === 'string' && { detail: redactText(book, detail) }),
    ...(isRecord(members) && { members: JSON.parse(redactClusterJson(book, JSON.stringify(members))) }),
    ...(isRecord(records) && {
      records: Object.fromEntries(
        Object.entries(records).map(([node, word]) => [redactName(book, node, 'node'), redactWord(book, word, node)]),
      ),
    }),
  })}\n`;
}

function redactWord(book: TokenBook, word: unknown, node: string): object {
  const { text, problem } = isRecord(word) ? word : {};
  if (typeof text === 'string') return { text: redactRecord(book, text, node) };
  return { problem: typeof problem === 'string' ? redactText(book, problem) : NO_RECORD };
}
