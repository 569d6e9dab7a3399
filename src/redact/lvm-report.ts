import { isRecord } from '../model/json-shape.ts';
import { parseJsonObject } from '../parse/pmxcfs.ts';
import { redactText } from './free-text.ts';
import { plainWords, redactLvName, redactVgName } from './names.ts';
import { redactPath } from './paths.ts';
import type { TokenBook } from './token-book.ts';
import { KNOWN_WORD, VOLUME } from './words.ts';

/** `lvm fullreport`, by the names of its fields. Fields that parse/lvm-fullreport.ts does not read are left out. */

type Field = (book: TokenBook, value: string) => string;

const word: Field = (book, value) => plainWords(book, value, 'name', KNOWN_WORD);

/** `/dev/sda(128)`, `data_tdata(0)` */
const device: Field = (book, value) =>
  value.replace(/^([^(,]*)|(?<=,)([^(,]+)/g, (name) =>
    name.startsWith('/') ? redactPath(book, name) : redactLvName(book, name),
  );

/** `pve-vm-100`, `pve-vm-100-disk-0.qcow2` (pve-storage src/PVE/Storage/LVMPlugin.pm). */
const tags: Field = (book, value) => plainWords(book, value, 'name', (part) => part === 'pve' || VOLUME(part));

const FIELDS: readonly (readonly [RegExp, Field])[] = [
  [/^vg_name$/, redactVgName],
  [/^(?:lv_name|pool_lv|origin)$/, redactLvName],
  [/^(?:vg|lv|pv)_uuid$/, (book, value) => book.uuid(value)],
  [/^pv_name$/, (book, value) => (value.startsWith('/') ? redactPath(book, value) : redactText(book, value))],
  [
    /^(?:vg_(?:extent_size|size|free|missing_pv_count)|lv_count|pv_major|pv_minor|pe_start|pv_size|dev_size|lv_size|seg_start|seg_size|thin_id)$/,
    (_, value) => (/^-?\d*$/.test(value) ? value : 'x'),
  ],
  [/^(?:pv_missing|segtype|lv_role|lv_layout|[vl][gv]_autoactivation)$/, word],
  [/^[vl][vg]_profile$/, word],
  [/^lv_tags$/, tags],
  [/^lv_time$/, (book, value) => (/^[\d :+-]*$/.test(value) ? value : redactText(book, value))],
  [/^devices$/, device],
];

/** What is not whole JSON is not understood, whatever stands in it: it stays so. */
export function redactLvmReport(book: TokenBook, text: string): string {
  const json = parseJsonObject(text);
  const end = text.endsWith('\n') ? '\n' : '';
  if (json === null) return text === '' ? '' : `{ "report": [${end}`;
  const report = json['report'];
  const redacted = Array.isArray(report) ? { report: report.map((group) => redactGroup(book, group)) } : {};
  return `${JSON.stringify(redacted, null, 1)}${end}`;
}

const redactGroup = (book: TokenBook, group: unknown): unknown =>
  mapped(group, (list, rows) =>
    /^(?:vg|pv|lv|seg|pvseg)$/.test(list)
      ? [
          [
            list,
            Array.isArray(rows)
              ? rows.map((row) => mapped(row, (field, value) => redactField(book, field, value)))
              : null,
          ],
        ]
      : [],
  );

const mapped = (value: unknown, each: (key: string, inner: unknown) => readonly [string, unknown][]): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => each(key, inner))) : null;

function redactField(book: TokenBook, field: string, value: unknown): readonly [string, unknown][] {
  const redact = FIELDS.find(([pattern]) => pattern.test(field))?.[1];
  return redact === undefined ? [] : [[field, typeof value === 'string' ? redact(book, value) : null]];
}

/** The line of parse/lvm-warnings.ts: its words decide what is judged. Everything else is free text. */
export const redactLvmWarnings = (book: TokenBook, stderr: string): string =>
  stderr
    .split('\n')
    .map((line) => {
      const [, words, path, pvUuid, rest] =
        /^(\s*(?:WARNING: )?Not using device )(\S+) for PV ([^\s.]+)(.*)$/s.exec(line) ?? [];
      if (words === undefined || path === undefined || pvUuid === undefined) return redactText(book, line);
      return `${words}${redactPath(book, path)} for PV ${book.uuid(pvUuid)}${redactText(book, rest ?? '')}`;
    })
    .join('\n');
