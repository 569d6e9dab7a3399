import { wholeNumber } from './complete-lines.ts';
import { unescapePercent } from './escaped-bytes.ts';

/** What `host/list-volumes.ts` prints of a directory of images; its head says what each line is. */

export interface ListedImage {
  readonly vmid: number;
  readonly name: string;
  /** `disk-raw`: the file of that name in a directory, as btrfs storages have it. */
  readonly type: 'file' | 'disk-raw' | 'directory' | 'other';
  readonly sizeBytes: number;
  readonly heldBytes: number;
  /** Seconds since 1970: mtime and ctime. */
  readonly modified: number;
  readonly changed: number;
  /** It, or the directory of its guest, is a symbolic link. */
  readonly linked: boolean;
  /** `major:minor inode` (stat(2), links followed): two names of one file have the same. null: not asked (older captures). */
  readonly identity: string | null;
  /** null: no header was looked for. */
  readonly header: ImageHeader | null;
}

export interface ImageHeader {
  /** null: it is no qcow2 or vmdk, whatever its name says, or it could not be read. */
  readonly sizeBytes: number | null;
  readonly backing: string | null;
  /** Other files that it reads through: external data, extents, further backing files. */
  readonly files: readonly string[];
  readonly snapshots: readonly ListedSnapshot[];
  /** Why it could not be read; null where it was. */
  readonly unread: string | null;
}

interface ListedSnapshot {
  readonly name: string;
  /** Seconds since 1970. */
  readonly date: number;
}

export interface VolumeListing {
  /** `major:minor` and inode of the directory. */
  readonly identity: string;
  readonly images: readonly ListedImage[];
  readonly foreign: number;
}

const TYPES: ReadonlyMap<string, ListedImage['type']> = new Map([
  ['f', 'file'],
  ['b', 'disk-raw'],
  ['d', 'directory'],
  ['o', 'other'],
]);

/** st_blocks counts these, whatever the file system (stat(2)). */
const BLOCK = 512;

/** A line and what follows it up to the next image. */
interface ImageLines {
  readonly image: readonly string[];
  linked: boolean;
  header: readonly string[] | null;
  readonly files: string[];
  readonly snapshots: ListedSnapshot[];
}

/** null where the text is not whole: it ends with the number of its lines. */
export function parseVolumeListing(text: string): VolumeListing | null {
  // Visible ASCII is all that is printed.
  if (/[^\n -~]/.test(text)) return null;
  const lines = text.split('\n');
  const [, count, foreign] = /^E (\d+) (\d+)$/.exec(lines.at(-2) ?? '') ?? [];
  const identity = /^D (\d+:\d+ \d+)$/.exec(lines[0] ?? '')?.[1];
  const middle = lines.slice(1, -2);
  if (lines.at(-1) !== '' || identity === undefined || Number(count) !== middle.length + 1) return null;
  const records: ImageLines[] = [];
  for (const line of middle) if (!readLine(records, line.split(' '))) return null;
  const images = records.map(imageOf);
  return images.includes(null)
    ? null
    : { identity, images: images.filter((image) => image !== null), foreign: Number(foreign) };
}

/** Whether the line fits where it stands. */
function readLine(records: ImageLines[], [kind, ...fields]: readonly string[]): boolean {
  const record = records.at(-1);
  if (kind === 'F') records.push({ image: fields, linked: false, header: null, files: [], snapshots: [] });
  else if (kind === 'L' && record?.header === null && fields.length === 0) record.linked = true;
  else if ((kind === 'Q' || kind === 'B') && record?.header === null) record.header = [kind, ...fields];
  else if (kind === 'S' && record?.header?.[0] === 'Q' && fields.length === 2) {
    const [date, name = ''] = fields;
    record.snapshots.push({ name: unescapePercent(name), date: wholeNumber(date) ?? 0 });
  } else if (kind === 'N' && record?.header?.[0] === 'Q' && fields.length === 1)
    record.files.push(unescapePercent(fields[0] ?? ''));
  else return false;
  return true;
}

function imageOf({ image, linked, header, files, snapshots }: ImageLines): ListedImage | null {
  const [owner, name = '', kind = '', ...rest] = image;
  const [numbers, identity] = [rest.slice(0, 4), rest.slice(4)];
  const vmid = wholeNumber(owner);
  const type = TYPES.get(kind);
  // A file may be older than 1970.
  const [sizeBytes, blocks, modified, changed] = numbers.map((text) => wholeNumber(text.replace(/^-/, '')));
  if (vmid === null || name === '' || type === undefined || !/^(?:\d+:\d+ \d+)?$/.test(identity.join(' '))) return null;
  if (sizeBytes == null || blocks == null || modified == null || changed == null) return null;
  const listed = {
    vmid,
    name: unescapePercent(name),
    type,
    sizeBytes,
    heldBytes: blocks * BLOCK,
    modified,
    changed,
    linked,
    identity: identity.length === 0 ? null : identity.join(' '),
  };
  if (header === null) return { ...listed, header };
  const read = headerOf(header);
  return read && { ...listed, header: { ...read, files, snapshots } };
}

function headerOf([kind, first = '', second, ...more]: readonly string[]): Omit<
  ImageHeader,
  'files' | 'snapshots'
> | null {
  if (more.length > 0) return null;
  if (kind === 'B') return second === undefined ? { ...NO_HEADER, unread: unescapePercent(first) } : null;
  const sizeBytes = wholeNumber(first);
  if ((sizeBytes === null && first !== '-') || second === undefined || !/^(?:-$|=)/.test(second)) return null;
  return { sizeBytes, backing: second === '-' ? null : unescapePercent(second.slice(1)), unread: null };
}

const NO_HEADER = { sizeBytes: null, backing: null };
