import type { GuestConfig } from '../model/guests/pve.ts';
import { isDriveKey, parseDriveFile, refuseDriveLine } from './drive-options.ts';
import { qemuGap } from './guest-completeness.ts';
import {
  discardSection,
  type GuestSection,
  isDescription,
  isSnapState,
  type MentionBook,
  mentionBook,
  newSection,
  noteUnreadLine,
} from './guest-lines.ts';
import { devicePathsIn, targetOf } from './loose-targets.ts';
import { configValue, parseBoolean, shorten, splitList, trimBlanks } from './perl-text.ts';
import { isDnsName, isVolumeId, listOf } from './value-formats.ts';

/**
 * /etc/pve/nodes/<node>/qemu-server/<vmid>.conf, line by line as PVE reads it (qemu-server src/PVE/QemuServer.pm
 * parse_vm_config, check_type, foreach_volid). What PVE keeps and takes for a reference is `certain`; every other
 * volume or device that the text names is `maybe`.
 */

/** Where a guest's configuration was found. */
export interface GuestFile {
  readonly vmid: number;
  readonly node: string;
  readonly path: string;
}

interface Reader {
  readonly book: MentionBook;
  readonly current: GuestSection;
  /** Sections by their header (PENDING in capitals); a header that comes again throws the earlier content away. */
  readonly sections: Map<string, GuestSection>;
  section: GuestSection;
  /** Lines that PVE cannot read. */
  readonly unread: number[];
}

const SKIPPED = newSection('skipped');

function openSection(reader: Reader, header: string, section: GuestSection, line: number): void {
  const earlier = reader.sections.get(header);
  if (earlier) {
    reader.book.problem(line, `a second section [${shorten(header)}]: PVE throws the earlier one away`);
    discardSection(reader.book, earlier);
  }
  reader.sections.set(header, section);
  reader.section = section;
}

/**
 * Section headers, at column 0. The names behind `special:` are matched with their case (PVE interpolates a compiled
 * pattern), all else without it. Any other `[…]` is skipped to the next header.
 */
function readHeader(reader: Reader, text: string, line: number): boolean {
  if (!text.startsWith('[')) return false;
  const header = /^\[([^\]]*)\][ \t\n\r\f\v]*$/.exec(text)?.[1];
  if (header === undefined) return false;
  const special = /^special:(.*)$/is.exec(header)?.[1];
  if (/^pending$/i.test(header)) {
    openSection(reader, 'PENDING', newSection('pending'), line);
  } else if (special === 'cloudinit' || special === 'fleecing') {
    openSection(reader, `special:${special}`, newSection(special), line);
  } else if (/^[a-z][a-z0-9_-]+$/i.test(header)) {
    openSection(reader, header, newSection('snapshot', header), line);
  } else {
    reader.book.problem(line, `PVE skips the section [${shorten(header)}]`);
    reader.section = SKIPPED;
  }
  return true;
}

/** What check_type says of a key that matters here: null keeps the line. Keys without volumes are not judged. */
function refuseLine(section: GuestSection, key: string, value: string): string | null {
  if (section.kind === 'cloudinit') return null;
  if (value.includes('\r')) return 'the value holds a carriage return';
  if (section.kind === 'fleecing') {
    if (key !== 'fleecing-images') return 'PVE does not know this key in this section';
    return listOf(isVolumeId)(value) ? null : 'not a list of volume ids';
  }
  if (key === 'fleecing-images') return 'PVE does not know this key';
  if (key === 'vmstate' || key === 'hookscript') return isVolumeId(value) ? null : 'not a volume id';
  if (key === 'template') return parseBoolean(value) === null ? 'not a boolean' : null;
  if (key === 'name') return isDnsName(value) ? null : 'not a DNS name';
  if (DRIVE_LIKE.test(key)) return refuseDriveLine(key, value);
  return null;
}

/** Also keys that look like a drive's and are none: an index out of range, `nvme0`. */
const DRIVE_LIKE = /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|nvme|mpath|rootfs|mp|dev)\d*|cdrom)$/;

function keep(reader: Reader, key: string, value: string, line: number): void {
  const { section, book } = reader;
  const earlier = section.values.get(key);
  if (earlier) {
    book.problem(line, `"${shorten(key)}" comes again: PVE takes the last one`);
    book.maybe(section, key, earlier.line, earlier.value);
  }
  section.values.set(key, { value, line });
}

function readSetting(reader: Reader, text: string, line: number): void {
  const { section, book } = reader;
  const key = /^([a-z][a-z_-]*\d*):/.exec(text)?.[1];
  const value = key === undefined ? null : configValue(text.slice(key.length + 1));
  if (key === undefined || value === null) {
    book.problem(line, 'PVE cannot read this line');
    reader.unread.push(line);
    noteUnreadLine(book, section, line, text);
    return;
  }
  if (key === 'delete' && trimBlanks(value) !== '') {
    // Only names keys: a volume that is deleted in [PENDING] is still attached.
    if (section.kind !== 'pending') book.problem(line, 'PVE reads "delete" in [PENDING] only');
    return;
  }
  const refusal = key === 'args' ? null : refuseLine(section, key, value);
  if (refusal !== null) {
    book.problem(line, `PVE drops "${shorten(key)}": ${refusal}`);
    book.maybe(section, key, line, value);
    return;
  }
  keep(reader, key === 'cdrom' && section.kind !== 'cloudinit' ? 'ide2' : key, value, line);
}

function readLine(reader: Reader, text: string, line: number): void {
  if (trimBlanks(text) === '' || readHeader(reader, text, line)) return;
  const { section, book } = reader;
  if (section === SKIPPED || text.startsWith('#')) {
    noteUnreadLine(book, section, line, text);
    return;
  }
  if (isDescription(text) || isSnapState(text)) {
    noteUnreadLine(book, section, line, text);
    return;
  }
  readSetting(reader, text, line);
}

/** The references of one surviving section. */
function mentionsOf(book: MentionBook, section: GuestSection): void {
  for (const [key, { value, line }] of section.values) {
    if (section.kind === 'cloudinit') {
      book.maybe(section, key, line, value);
    } else if (section.kind === 'fleecing') {
      if (key === 'args') book.maybe(section, key, line, value);
      else for (const volid of splitList(value)) book.certain(section, key, line, optional(targetOf(volid)));
    } else if (isDriveKey(key)) {
      const file = parseDriveFile(key, value);
      if (file !== null) {
        book.certain(section, key, line, optional(targetOf(file)));
        continue;
      }
      book.problem(line, `PVE keeps "${key}" but takes no volume from it`);
      book.maybe(section, key, line, value);
    } else if (key === 'vmstate' || key === 'hookscript') {
      book.certain(section, key, line, optional(targetOf(value)));
    } else if (key === 'args') {
      book.certain(section, key, line, devicePathsIn(value));
    }
  }
}

const optional = <T>(value: T | null): readonly T[] => (value === null ? [] : [value]);

/** check_type strips one pair of quotes from strings without a format. */
const unquoted = (value: string): string => /^"(.*)"$/s.exec(value)?.[1] ?? value;

export function parseQemuConfig(text: string, file: GuestFile): GuestConfig {
  const current = newSection('current');
  const reader: Reader = { book: mentionBook(), current, sections: new Map(), section: current, unread: [] };
  text.split('\n').forEach((line, index) => {
    readLine(reader, line, index + 1);
  });
  const sections = [...reader.sections.values()];
  for (const section of [current, ...sections]) mentionsOf(reader.book, section);
  const setting = (key: string): string => current.values.get(key)?.value ?? '';
  return {
    vmid: file.vmid,
    node: file.node,
    path: file.path,
    type: 'qemu',
    name: setting('name'),
    template: parseBoolean(setting('template')) === '1',
    lock: unquoted(setting('lock')),
    snapshots: sections.filter((section) => section.kind === 'snapshot').map((section) => section.snapshot),
    mentions: reader.book.mentions(),
    rawNames: reader.book.unexplainedNames(text),
    problems: reader.book.problems(),
    incomplete: qemuGap({ text, current, sections, unread: reader.unread }),
  };
}
