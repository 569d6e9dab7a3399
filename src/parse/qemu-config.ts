import type { GuestConfig } from '../model/guests/pve.ts';
import {
  discardSection,
  type GuestSection,
  isDescription,
  isSnapState,
  keepValue,
  type MentionBook,
  mentionBook,
  newSection,
  noteUnreadLine,
} from './guest-lines.ts';
import { targetsIn } from './loose-targets.ts';
import { configValue, parseBoolean, shorten, splitList, trimBlanks } from './perl-text.ts';

/**
 * /etc/pve/nodes/<node>/qemu-server/<vmid>.conf: its sections and lines as PVE reads them (qemu-server
 * src/PVE/QemuServer.pm parse_vm_config). What a line of the form `key: value` names is `certain`, whatever the key and
 * the options: what PVE makes of them differs from release to release. Every other volume or device that the text names is
 * `maybe`.
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
    reader.book.problem(line, 'PVE skips this section: it is none that it knows');
    reader.section = SKIPPED;
  }
  return true;
}

function readSetting(reader: Reader, text: string, line: number): void {
  const { section, book } = reader;
  const key = /^([a-z][a-z_-]*\d*):/.exec(text)?.[1];
  const value = key === undefined ? null : configValue(text.slice(key.length + 1));
  if (key === undefined || value === null) {
    book.problem(line, 'PVE cannot read this line');
    noteUnreadLine(book, section, line, text);
    return;
  }
  if (key === 'delete' && trimBlanks(value) !== '') {
    // Only names keys: a volume that is deleted in [PENDING] is still attached.
    if (section.kind !== 'pending') book.problem(line, 'PVE reads "delete" in [PENDING] only');
    return;
  }
  keepValue(book, section, key === 'cdrom' && section.kind !== 'cloudinit' ? 'ide2' : key, { value, line });
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
    if (section.kind === 'cloudinit') book.maybe(section, key, line, value);
    else if (key !== 'fleecing-images') book.certain(section, key, line, targetsIn(value));
    else for (const volid of splitList(value)) book.certain(section, key, line, targetsIn(volid));
  }
}

/** check_type strips one pair of quotes from strings without a format. */
const unquoted = (value: string): string => /^"(.*)"$/s.exec(value)?.[1] ?? value;

export function parseQemuConfig(text: string, file: GuestFile): GuestConfig {
  const current = newSection('current');
  const reader: Reader = { book: mentionBook(), current, sections: new Map(), section: current };
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
    lock: trimBlanks(unquoted(setting('lock'))),
    snapshots: sections.filter((section) => section.kind === 'snapshot').map((section) => section.snapshot),
    mentions: reader.book.mentions(),
    rawNames: reader.book.unexplainedNames(text),
    problems: reader.book.problems(),
    incomplete: reader.book.lostNames(text),
  };
}
