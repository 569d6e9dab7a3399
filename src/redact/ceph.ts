import { type CapturedRun, decodeText, encodeText } from '../model/capture.ts';
import { isRecord } from '../model/json-shape.ts';
import { parseRbdTrash, type RbdTrashEntry } from '../parse/rbd.ts';
import { nameRules, redactText } from './free-text.ts';
import { redactName, redactSnapshot, redactStorageId } from './names.ts';
import type { TokenBook } from './token-book.ts';
import { VOLUME } from './words.ts';

/** What Ceph told of RBD images: names become what they become in configurations. Numbers of images, sizes and times stay. */

const image = (book: TokenBook, name: string): string => redactName(book, name, 'vol', VOLUME);

/** The pool that counts where a storage names none is the same everywhere. */
export const redactPool = (book: TokenBook, pool: string): string =>
  pool === 'rbd' ? pool : redactText(book, pool, nameRules('name'));

/** `STORAGE rbd info IMAGE`, as host/ceph.ts writes it. */
export function redactCephName(book: TokenBook, name: string): string {
  const [, storeid = '', words = '', asked = ''] =
    /^(\S+) (rbd ls(?: -l)?|rados listomapvals rbd_trash|rbd (?:info(?: --image-id)?|status|du) |rados listwatchers rbd_header\.)(.*)$/s.exec(
      name,
    ) ?? [];
  if (storeid === '') return redactText(book, name);
  const isNumber = /--image-id |rbd_header\.$/.test(words);
  return `${redactStorageId(book, storeid)} ${words}${isNumber ? asked.replace(/[^0-9a-f]/g, '') : image(book, asked)}`;
}

export function redactCephRun(
  book: TokenBook,
  name: string,
  { argv: _, stdout, stderr, ...run }: CapturedRun,
): CapturedRun {
  return {
    ...run,
    ...(stdout === undefined ? {} : { stdout: encodeText(redactOutput(book, name, decodeText(stdout))) }),
    ...(stderr === undefined
      ? {}
      : { stderr: encodeText(decodeText(stderr).split('\n').map(complaint(book)).join('\n')) }),
  };
}

/** Two messages decide what is judged: there is no trash, and an image is gone. */
const complaint =
  (book: TokenBook) =>
  (line: string): string => {
    const [, before, pool, object, after] =
      /^(error (?:getting omap keys|listing watchers) )([^\s/]+)\/(rbd_trash|rbd_header\.[0-9a-f]+)(: \(2\) No such file or directory)$/.exec(
        line,
      ) ?? [];
    return pool === undefined ? redactText(book, line) : `${before}${redactPool(book, pool)}/${object}${after}`;
  };

function redactOutput(book: TokenBook, name: string, output: string): string {
  if (name.includes(' rados listomapvals ')) return redactTrash(book, output);
  if (name.includes(' rados listwatchers '))
    return output
      .split('\n')
      .map((line) =>
        line.replace(/^(watcher=)(\S+)( client\.\d+ cookie=\d+)$|^.*$/s, (_, ...parts) => watcher(book, parts)),
      )
      .join('\n');
  try {
    const value: unknown = JSON.parse(output);
    return JSON.stringify(Array.isArray(value) ? value.map((one) => listedImage(book, one)) : details(book, value));
  } catch {
    return redactText(book, output);
  }
}

const watcher = (book: TokenBook, [before, address, after]: readonly unknown[]): string =>
  typeof address === 'string' ? `${before}${redactText(book, address)}${after}` : '';

/** A name of `rbd ls`, or a row of `rbd ls -l`. */
function listedImage(book: TokenBook, row: unknown): unknown {
  if (typeof row === 'string') return image(book, row);
  if (!isRecord(row)) return null;
  return each(row, {
    image: text((name) => image(book, name)),
    id: text(hex),
    snapshot: text((name) => redactSnapshot(book, name)),
    lock_type: text((type) => (type === 'shared' ? type : 'exclusive')),
    protected: text((is) => (is === 'true' ? is : 'false')),
    parent: (parent) =>
      each(parent, {
        pool: text((pool) => redactPool(book, pool)),
        pool_namespace: text((pool) => (pool === '' ? '' : redactPool(book, pool))),
        image: text((name) => image(book, name)),
        snapshot: text((name) => redactSnapshot(book, name)),
      }),
  });
}

/** `rbd info`, `rbd status` and `rbd du`. */
const details = (book: TokenBook, value: unknown): unknown =>
  each(value, {
    create_timestamp: text(time),
    modify_timestamp: text(time),
    features: list(text(word)),
    op_features: list(text(word)),
    flags: list(text(word)),
    mirroring: (mirroring) => each(mirroring, { primary: (is) => is !== false }),
    watchers: list((one) => each(one, { address: text((address) => redactText(book, address)) })),
    images: list((one) =>
      each(one, {
        name: text((name) => image(book, name)),
        id: text(hex),
        snapshot: text((name) => redactSnapshot(book, name)),
      }),
    ),
  });

/** Words of Ceph's own tables (src/tools/rbd/Utils.cc); whatever else stands there is one of them to nobody. */
const WORDS: ReadonlySet<string> = new Set([
  ...['layering', 'striping', 'exclusive-lock', 'object-map', 'fast-diff', 'deep-flatten', 'journaling', 'data-pool'],
  ...['operations', 'migrating', 'non-primary', 'clone-parent', 'clone-child', 'group', 'snap-trash'],
  ...['object map invalid', 'fast diff invalid'],
]);
const word = (one: string): string => (WORDS.has(one) ? one : 'other');

const hex = (id: string): string => id.replace(/[^0-9A-Za-z]/g, '');
const time = (ctime: string): string => (/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d:]{16}$/.test(ctime) ? ctime : '');

type Field = (value: unknown) => unknown;

const text =
  (rule: (value: string) => string): Field =>
  (value) =>
    typeof value === 'string' ? rule(value) : null;

const list =
  (rule: Field): Field =>
  (value) =>
    Array.isArray(value) ? value.map(rule) : null;

/** Sizes, and the fields that have a rule; what has none is left out. */
function each(value: unknown, rules: Readonly<Record<string, Field>>): unknown {
  if (!isRecord(value)) return null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (/^(?:size|format|snapshot_id|provisioned_size|used_size)$/.test(key) && typeof inner === 'number')
        return [[key, inner]];
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
      return rule === undefined ? [] : [[key, rule(inner)]];
    }),
  );
}

/** A dump that is not whole says nothing, whatever its names become. */
function redactTrash(book: TokenBook, output: string): string {
  const entries = parseRbdTrash(output);
  return entries === null
    ? redactText(book, output)
    : entries.map((entry) => dumped({ ...entry, name: image(book, entry.name) })).join('');
}

/** As `rados listomapvals` writes an entry. */
export function dumped({ imageId, name, source, deletedAt, protectedUntil }: RbdTrashEntry): string {
  const bytes = new TextEncoder().encode(name);
  const spec = new Uint8Array(28 + bytes.length);
  const view = new DataView(spec.buffer);
  spec.set([2, 1]);
  view.setUint32(2, spec.length - 6, true);
  view.setUint8(6, source);
  view.setUint32(7, bytes.length, true);
  spec.set(bytes, 11);
  for (const [at, time] of [deletedAt, protectedUntil].entries())
    view.setUint32(11 + bytes.length + 8 * at, Date.parse(time) / 1000, true);
  const lines = Array.from({ length: Math.ceil(spec.length / 16) }, (_, row) => {
    const part = [...spec.subarray(16 * row, 16 * row + 16)];
    const pairs = part.map((byte, at) => `${at === 8 ? '  ' : ' '}${byte.toString(16).padStart(2, '0')}`).join('');
    const shown = part.map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    return `${offset(16 * row)} ${pairs.padEnd(50)}|${shown}|`;
  });
  return [`id_${imageId}`, `value (${spec.length} bytes) :`, ...lines, offset(spec.length), '', ''].join('\n');
}

const offset = (at: number): string => at.toString(16).padStart(8, '0');
