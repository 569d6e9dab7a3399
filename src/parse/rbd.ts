import { isRecord } from '../model/json-shape.ts';

/** What `rbd` and `rados` print (ceph src/tools/rbd/action and src/tools/rados). Every reader gives null for what is not whole. */

/** A row of `rbd ls -l`: an image, or a snapshot of it. */
export interface RbdRow {
  readonly name: string;
  readonly imageId: string;
  readonly snapshot: string | null;
  readonly sizeBytes: number;
  readonly locked: boolean;
  readonly parent: RbdParent | null;
}

export interface RbdParent {
  readonly pool: string;
  readonly namespace: string;
  readonly image: string;
  readonly snapshot: string;
}

/** An entry of the object `rbd_trash`. */
export interface RbdTrashEntry {
  readonly imageId: string;
  readonly name: string;
  /** 0 user, 1 mirroring, 2 migration, 3 removing, 4 parent that a user removed (cls/rbd/cls_rbd_types.h TrashImageSource). */
  readonly source: number;
  /** ISO 8601. */
  readonly deletedAt: string;
  readonly protectedUntil: string;
}

export interface RbdInfo {
  readonly sizeBytes: number;
  /** ISO 8601; null before Ceph 14. */
  readonly createdAt: string | null;
  readonly changedAt: string | null;
  /** Its object map tells which objects there are, of every snapshot: `rbd du` need not ask for each (rbd(8), `du`). */
  readonly isMapped: boolean;
  /** It is the copy of an image of another cluster, and not promoted (src/tools/rbd/action/Info.cc). */
  readonly mirrored: boolean;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function each<T>(value: unknown, read: (one: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value)) return null;
  const all = value.map(read);
  return all.every((one) => one !== null) ? all : null;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const parseRbdNames = (output: string): readonly string[] | null => each(json(output), text);

export const parseRbdImages = (output: string): readonly RbdRow[] | null => each(json(output), rowOf);

function rowOf(row: unknown): RbdRow | null {
  if (!isRecord(row)) return null;
  const { image, id, snapshot, size, parent, lock_type: lockType } = row;
  const from = parent === undefined ? null : parentOf(parent);
  const isWhole = typeof image === 'string' && typeof id === 'string' && Number.isSafeInteger(size);
  if (!isWhole || (parent !== undefined && from === null)) return null;
  if (snapshot !== undefined && typeof snapshot !== 'string') return null;
  return {
    ...{ name: image, imageId: id, snapshot: snapshot ?? null, sizeBytes: Number(size) },
    ...{ locked: lockType !== undefined, parent: from },
  };
}

function parentOf(parent: unknown): RbdParent | null {
  if (!isRecord(parent)) return null;
  const { pool, pool_namespace: namespace = '', image, snapshot } = parent;
  const isWhole = [pool, namespace, image, snapshot].every((one) => typeof one === 'string');
  return isWhole
    ? { pool: String(pool), namespace: String(namespace), image: String(image), snapshot: String(snapshot) }
    : null;
}

/** Addresses of `rbd status`, without the number of the client behind them. */
export function parseRbdStatus(output: string): readonly string[] | null {
  const status = json(output);
  return isRecord(status)
    ? each(
        status['watchers'],
        (one) => (isRecord(one) ? text(one['address']) : null)?.replace(/:\d+\/\d+$/, '') ?? null,
      )
    : null;
}

export function parseRbdInfo(output: string): RbdInfo | null {
  const info = json(output);
  if (!isRecord(info) || !Number.isSafeInteger(info['size'])) return null;
  const time = (key: string): string | null => timeOf(text(info[key]) ?? '');
  const mirroring = info['mirroring'];
  return {
    ...{ sizeBytes: Number(info['size']), createdAt: time('create_timestamp'), changedAt: time('modify_timestamp') },
    isMapped: isMapped(info),
    mirrored: isRecord(mirroring) && mirroring['primary'] === false,
  };
}

/**
 * Flags say what is not valid (`object map invalid`, `fast diff invalid`). A snapshot that only a clone still needs, which `du` leaves
 * out, shows among the operations (ceph src/librbd/Utils and src/tools/rbd/action/DiskUsage.cc).
 */
function isMapped({ features, op_features: operations = [], flags }: Readonly<Record<string, unknown>>): boolean {
  const [has, flagged, operating] = [features, flags, operations].map((list) => each(list, text));
  return has?.includes('fast-diff') === true && flagged?.length === 0 && operating?.includes('snap-trash') === false;
}

/** Bytes of all objects of an image and its snapshots, of `rbd du IMAGE`. */
export function parseRbdUsage(output: string): number | null {
  const usage = json(output);
  const used = isRecord(usage)
    ? each(usage['images'], (one) => (isRecord(one) && isCount(one['used_size']) ? one['used_size'] : null))
    : null;
  return used === null || used.length === 0 ? null : used.reduce((sum, bytes) => sum + bytes, 0);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** `Sun Nov 22 22:06:42 2026` of a program that was told to use UTC. */
function timeOf(ctime: string): string | null {
  if (!/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/.test(ctime)) return null;
  const time = Date.parse(`${ctime} UTC`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** How many clients have an object open (`rados listwatchers`). */
export function parseListWatchers(output: string): number | null {
  const lines = output.split('\n');
  if (lines.pop() !== '') return null;
  return lines.every((line) => /^watcher=\S+ client\.\d+ cookie=\d+$/.test(line)) ? lines.length : null;
}

/** `rados listomapvals rbd_trash`: of each key `id_IMAGE` the number of bytes, and a dump of them. */
export function parseRbdTrash(output: string): readonly RbdTrashEntry[] | null {
  if (output !== '' && !output.endsWith('\n\n')) return null;
  const entries: RbdTrashEntry[] = [];
  for (const block of output.split('\n\n')) {
    if (block === '') continue;
    const [key = '', head = '', ...dump] = block.split('\n');
    const bytes = bytesOf(dump);
    if (bytes === null || head !== `value (${bytes.length} bytes) :`) return null;
    const [, imageId] = /^id_([0-9A-Za-z]+)$/.exec(key) ?? [];
    const entry = imageId === undefined ? null : trashSpec(imageId, bytes);
    if (entry === null) return null;
    entries.push(entry);
  }
  return entries;
}

/** The form of hexdump -C; `*` stands for lines like the one above. */
function bytesOf(dump: readonly string[]): Uint8Array | null {
  const bytes: number[] = [];
  let row: readonly number[] = [];
  let repeats = false;
  for (const line of dump) {
    if (line === '*') {
      repeats = true;
      continue;
    }
    const [, offset = '', hex = ''] = /^([0-9a-f]{8})((?: {1,2}[0-9a-f]{2})*) *(?:\|.*\|)?$/.exec(line) ?? [];
    const at = Number.parseInt(offset, 16);
    while (repeats && row.length > 0 && bytes.length < Math.min(at, MOST_BYTES)) bytes.push(...row);
    repeats = false;
    if (at !== bytes.length) return null;
    row = (hex.match(/[0-9a-f]{2}/g) ?? []).map((pair) => Number.parseInt(pair, 16));
    bytes.push(...row);
  }
  return Uint8Array.from(bytes);
}

/** No name of an image is as long. */
const MOST_BYTES = 65_536;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * cls/rbd/cls_rbd_types.cc TrashImageSpec::encode: version, oldest reader, length; source, name, time of deletion, end of deferment,
 * state. Later versions append. Times are seconds and nanoseconds in UTC; `rbd trash ls` prints them without a zone.
 */
function trashSpec(imageId: string, bytes: Uint8Array): RbdTrashEntry | null {
  const view = new DataView(bytes.buffer);
  if (bytes.length < 11 || bytes[1] !== 1 || view.getUint32(2, true) !== bytes.length - 6) return null;
  const length = view.getUint32(7, true);
  const times = 11 + length;
  if (times + 16 > bytes.length) return null;
  const iso = (at: number) => new Date(view.getUint32(at, true) * 1000).toISOString();
  try {
    const name = UTF8.decode(bytes.subarray(11, times));
    return { imageId, name, source: view.getUint8(6), deletedAt: iso(times), protectedUntil: iso(times + 8) };
  } catch {
    return null;
  }
}
