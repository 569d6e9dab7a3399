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
import { deviceNumbersIn, devicePathsIn, type Target, targetsIn } from './loose-targets.ts';
import { configValue, parseBoolean, shorten, trimBlanks } from './perl-text.ts';
import type { GuestFile } from './qemu-config.ts';

/**
 * /etc/pve/nodes/<node>/lxc/<vmid>.conf: its sections and lines as PVE reads them (pve-container
 * src/PVE/LXC/Config.pm parse_pct_config). Unlike for VMs, an unknown header is only a warning: the lines below it belong
 * to the section before. What a line names counts as in qemu-config.ts.
 */

interface Reader {
  readonly book: MentionBook;
  readonly sections: Map<string, GuestSection>;
  section: GuestSection;
}

function openSection(reader: Reader, header: string, section: GuestSection, line: number): void {
  const earlier = reader.sections.get(header);
  if (earlier) {
    reader.book.problem(line, `a second section [${shorten(header)}]: PVE throws the earlier one away`);
    discardSection(reader.book, earlier);
  }
  reader.sections.set(header, section);
  reader.section = section;
}

function readHeader(reader: Reader, text: string, line: number): boolean {
  if (!text.startsWith('[')) return false;
  const header = /^\[([^\]]*)\][ \t\n\r\f\v]*$/.exec(text)?.[1];
  if (header === undefined) return false;
  if (/^pve:pending$/i.test(header)) {
    openSection(reader, 'pve:pending', newSection('pending'), line);
    return true;
  }
  if (!/^[a-z][a-z0-9_-]+$/i.test(header)) return false;
  openSection(reader, header, newSection('snapshot', header), line);
  return true;
}

/** `lxc.KEY: VALUE` or `lxc.KEY = VALUE`; any number of them, none replaces another. */
function readRawSetting(reader: Reader, text: string, line: number): boolean {
  const key = /^lxc\.[a-z0-9_\-.]+/.exec(text)?.[0];
  if (key === undefined) return false;
  const rest = text.slice(key.length);
  const separated = rest.startsWith(':') ? rest.slice(1) : afterEquals(rest);
  if (separated === null) return false;
  const value = trimBlanks(separated);
  // The container's environment, which LXC does not look into.
  if (key === 'lxc.environment.runtime') return true;
  reader.section.raw.push({ key, value, line });
  return true;
}

function afterEquals(rest: string): string | null {
  const equals = /^[ \t\n\r\f\v]*=/.exec(rest)?.[0];
  return equals === undefined ? null : rest.slice(equals.length);
}

const allowedDevices = (key: string, value: string): readonly Target[] =>
  /^lxc\.cgroup2?\.devices\.allow$/.test(key) ? deviceNumbersIn(value) : [];

function readSetting(reader: Reader, text: string, line: number): void {
  const { section, book } = reader;
  const key = /^([a-z][a-z_]*\d*):/.exec(text)?.[1];
  const value = key === undefined ? null : configValue(text.slice(key.length + 1));
  if (key === undefined || value === null) {
    book.problem(line, 'PVE cannot read this line');
    noteUnreadLine(book, section, line, text);
    return;
  }
  // Only names keys: a volume that is deleted in [pve:pending] is still attached.
  if (key === 'delete' && trimBlanks(value) !== '') return;
  keepValue(book, section, key, { value, line });
}

function readLine(reader: Reader, text: string, line: number): void {
  if (trimBlanks(text) === '' || readHeader(reader, text, line)) return;
  const unread = text.startsWith('#') || isDescription(text);
  if (!unread && readRawSetting(reader, text, line)) return;
  if (unread || isSnapState(text)) {
    noteUnreadLine(reader.book, reader.section, line, text);
    return;
  }
  readSetting(reader, text, line);
}

function mentionsOf(book: MentionBook, section: GuestSection): void {
  for (const { key, value, line } of section.raw) {
    book.certain(section, key, line, [...devicePathsIn(value), ...allowedDevices(key, value)]);
  }
  for (const [key, { value, line }] of section.values) book.certain(section, key, line, targetsIn(value));
}

/** is_template compares the number, also of a value that is no boolean: `1x` is 1 to Perl. */
function isTemplate(value: string): boolean {
  const flag = parseBoolean(value);
  return flag === null ? Number.parseFloat(value) === 1 : flag === '1';
}

export function parseLxcConfig(text: string, file: GuestFile): GuestConfig {
  const current = newSection('current');
  const reader: Reader = { book: mentionBook(), sections: new Map(), section: current };
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
    type: 'lxc',
    name: setting('hostname'),
    template: isTemplate(setting('template')),
    lock: trimBlanks(setting('lock')),
    snapshots: sections.filter((section) => section.kind === 'snapshot').map((section) => section.snapshot),
    mentions: reader.book.mentions(),
    rawNames: reader.book.unexplainedNames(text),
    problems: reader.book.problems(),
    incomplete: reader.book.lostNames(text),
  };
}
