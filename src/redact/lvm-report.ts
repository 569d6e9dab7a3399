import { isRecord } from '../model/json-shape.ts';
import { redactText } from './free-text.ts';
import { plainWords, redactLvName, redactVgName } from './names.ts';
import { redactPath } from './paths.ts';
import type { NameKind, TokenBook } from './token-book.ts';
import { KNOWN_WORD, VOLUME } from './words.ts';

/** `lvm fullreport`, by the names of its fields. Fields that parse/lvm-fullreport.ts does not read are left out. */

type Field = (book: TokenBook, value: string) => string;

const number: Field = (_, value) => (/^-?\d*$/.test(value) ? value : 'x');
const listOf =
  (item: Field): Field =>
  (book, value) =>
    value
      .split(',')
      .map((part) => item(book, part))
      .join(',');
const known =
  (kind: NameKind): Field =>
  (book, value) =>
    plainWords(book, value, kind, KNOWN_WORD);

/** `/dev/sda(128)`, `data_tdata(0)` */
const device: Field = (book, value) => {
  const [, name = '', extent = ''] = /^(.*?)(\(\d+\))?$/s.exec(value) ?? [];
  return `${name.startsWith('/') ? redactPath(book, name) : redactLvName(book, name)}${extent}`;
};

/** `pve-vm-100`, `pve-vm-100-disk-0.qcow2` (pve-storage src/PVE/Storage/LVMPlugin.pm). */
const tag: Field = (book, value) => plainWords(book, value, 'name', (word) => word === 'pve' || VOLUME(word));

const date: Field = (book, value) => (/^[\d :+-]*$/.test(value) ? value : redactText(book, value));

const FIELDS: Readonly<Record<string, Field>> = {
  ...{ vg_name: redactVgName, lv_name: redactLvName, pool_lv: redactLvName, origin: redactLvName },
  ...{ vg_uuid: uuid, lv_uuid: uuid, pv_uuid: uuid },
  pv_name: (book, value) => (value.startsWith('/') ? redactPath(book, value) : redactText(book, value)),
  ...{ vg_extent_size: number, vg_size: number, vg_free: number, lv_count: number, vg_missing_pv_count: number },
  ...{ pv_major: number, pv_minor: number, pe_start: number, lv_size: number, seg_start: number, seg_size: number },
  thin_id: number,
  ...{ pv_missing: known('name'), segtype: known('name'), lv_role: listOf(known('name')) },
  ...{ lv_layout: listOf(known('name')), vg_autoactivation: known('name'), lv_autoactivation: known('name') },
  lv_tags: listOf(tag),
  lv_time: date,
  devices: listOf(device),
};

function uuid(book: TokenBook, value: string): string {
  return book.uuid(value);
}

const LISTS = new Set(['vg', 'pv', 'lv', 'seg', 'pvseg']);

/** What is not whole JSON is not understood, whatever stands in it: it stays so. */
export function redactLvmReport(book: TokenBook, text: string): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return text === '' ? '' : `{ "report": [${text.endsWith('\n') ? '\n' : ''}`;
  }
  const report = isRecord(json) ? json['report'] : null;
  const redacted = Array.isArray(report) ? { report: report.map((group) => redactGroup(book, group)) } : {};
  return `${JSON.stringify(redacted, null, 1)}${text.endsWith('\n') ? '\n' : ''}`;
}

const redactGroup = (book: TokenBook, group: unknown): unknown =>
  isRecord(group)
    ? Object.fromEntries(
        Object.entries(group)
          .filter(([list]) => LISTS.has(list))
          .map(([list, rows]) => [list, Array.isArray(rows) ? rows.map((row) => redactRow(book, row)) : null]),
      )
    : null;

function redactRow(book: TokenBook, row: unknown): unknown {
  if (!isRecord(row)) return null;
  return Object.fromEntries(
    Object.entries(row).flatMap(([field, value]) => {
      const redact = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
      if (redact === undefined) return [];
      return [[field, typeof value === 'string' ? redact(book, value) : null]];
    }),
  );
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
