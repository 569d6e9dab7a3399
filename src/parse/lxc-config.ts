import type { GuestConfig } from '../model/guests/pve.ts';
import { lxcGap } from './guest-completeness.ts';
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
import { deviceNumbersIn, devicePathsIn, type Target, targetOf } from './loose-targets.ts';
import { isPassedOn } from './lxc-keys.ts';
import { mountPointKind, parseMountPoint } from './mount-point-options.ts';
import { configValue, parseBoolean, shorten, trimBlanks } from './perl-text.ts';
import type { GuestFile } from './qemu-config.ts';
import { isVolumeId } from './value-formats.ts';

/**
 * /etc/pve/nodes/<node>/lxc/<vmid>.conf, line by line as PVE reads it (pve-container src/PVE/LXC/Config.pm
 * parse_pct_config, parse_volume). Unlike for VMs, a value with an error stays, and an unknown header is only a
 * warning: the lines below it belong to the section before.
 */

interface Reader {
  readonly book: MentionBook;
  readonly sections: Map<string, GuestSection>;
  section: GuestSection;
  /** Lines that PVE cannot read. */
  readonly unread: number[];
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
  if (isPassedOn(key)) {
    reader.section.raw.push({ key, value, line });
  } else {
    reader.book.problem(line, `PVE refuses "${shorten(key)}"`);
    reader.book.maybe(reader.section, key, line, value);
  }
  return true;
}

function afterEquals(rest: string): string | null {
  const equals = /^[ \t\n\r\f\v]*=/.exec(rest)?.[0];
  return equals === undefined ? null : rest.slice(equals.length);
}

const allowedDevices = (key: string, value: string): readonly Target[] =>
  /^lxc\.cgroup2?\.devices\.allow$/.test(key) ? deviceNumbersIn(value) : [];

/** What check_type says of keys that matter here. The value stays all the same. */
function objection(key: string, value: string): string | null {
  if (value.includes('\r')) return 'the value holds a carriage return';
  if (key === 'hookscript' && !isVolumeId(value)) return 'not a volume id';
  const kind = /^(?:mp|unused|dev)\d+$|^rootfs$/.test(key) ? mountPointKind(key) : null;
  if (kind === null) return null;
  const parsed = parseMountPoint(kind, value);
  return 'because' in parsed ? parsed.because : null;
}

function readSetting(reader: Reader, text: string, line: number): void {
  const { section, book } = reader;
  const key = /^([a-z][a-z_]*\d*):/.exec(text)?.[1];
  const value = key === undefined ? null : configValue(text.slice(key.length + 1));
  if (key === undefined || value === null) {
    book.problem(line, 'PVE cannot read this line');
    reader.unread.push(line);
    noteUnreadLine(book, section, line, text);
    return;
  }
  // Only names keys: a volume that is deleted in [pve:pending] is still attached.
  if (key === 'delete' && trimBlanks(value) !== '') return;
  const because = objection(key, value);
  if (because !== null) book.problem(line, `PVE warns about "${shorten(key)}": ${because}`);
  const earlier = section.values.get(key);
  if (earlier) {
    book.problem(line, `"${shorten(key)}" comes again: PVE takes the last one`);
    book.maybe(section, key, earlier.line, earlier.value);
  }
  section.values.set(key, { value, line });
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
  for (const [key, { value, line }] of section.values) {
    const kind = mountPointKind(key);
    const parsed = kind === null ? null : parseMountPoint(kind, value);
    if (parsed && 'source' in parsed) {
      const target = targetOf(parsed.source);
      if (target) book.certain(section, key, line, [target]);
    } else if (parsed || /^mp\d+$/.test(key)) {
      book.maybe(section, key, line, value);
    } else if (key === 'hookscript' && isVolumeId(value)) {
      const target = targetOf(value);
      if (target) book.certain(section, key, line, [target]);
    }
  }
}

/** is_template compares the number, also of a value that is no boolean: `1x` is 1 to Perl. */
function isTemplate(value: string): boolean {
  const flag = parseBoolean(value);
  return flag === null ? Number.parseFloat(value) === 1 : flag === '1';
}

export function parseLxcConfig(text: string, file: GuestFile): GuestConfig {
  const current = newSection('current');
  const reader: Reader = { book: mentionBook(), sections: new Map(), section: current, unread: [] };
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
    lock: setting('lock'),
    snapshots: sections.filter((section) => section.kind === 'snapshot').map((section) => section.snapshot),
    mentions: reader.book.mentions(),
    rawNames: reader.book.unexplainedNames(text),
    problems: reader.book.problems(),
    incomplete: lxcGap({ text, current, sections, unread: reader.unread }),
  };
}
