import type { GuestConfig } from '../model/guests/pve.ts';
import { harmlessName } from '../model/mounts/mount-secrets.ts';
import {
  discardSection,
  type GuestSection,
  isDescription,
  keepValue,
  type MentionBook,
  mentionBook,
  newSection,
  noteUnreadLine,
  snapStateOf,
} from './guest-lines.ts';
import { deviceNumbersIn, devicePathsIn, type Target, targetsIn } from './loose-targets.ts';
import { configValue, parseBoolean, shorten, splitList, trimBlanks } from './perl-text.ts';

/**
 * /etc/pve/nodes/<node>/{qemu-server,lxc}/<vmid>.conf: its sections and lines as PVE reads them (qemu-server
 * src/PVE/QemuServer.pm parse_vm_config, pve-container src/PVE/LXC/Config.pm parse_pct_config). What a line of the form
 * `key: value` names is `certain`, whatever the key and the options: what PVE makes of them differs from release to release.
 * Every other volume or device that the text names is `maybe`.
 */

/** Where a guest's configuration was found. */
export interface GuestFile {
  readonly vmid: number;
  readonly node: string;
  readonly path: string;
}

interface Reader {
  readonly type: GuestConfig['type'];
  readonly book: MentionBook;
  /** Sections by their header; a header that comes again throws the earlier content away. */
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

const PENDING = { qemu: ['PENDING', /^pending$/i], lxc: ['pve:pending', /^pve:pending$/i] } as const;

/**
 * Section headers, at column 0. The names behind `special:` are matched with their case (PVE interpolates a compiled
 * pattern), all else without it. Any other `[…]` is skipped to the next header in a VM's file; in a container's it is only a
 * warning, and the lines below it belong to the section before.
 */
function readHeader(reader: Reader, text: string, line: number): boolean {
  const header = /^\[([^\]]*)\][ \t\n\r\f\v]*$/.exec(text)?.[1];
  if (header === undefined) return false;
  const isQemu = reader.type === 'qemu';
  const [pending, isPending] = PENDING[reader.type];
  const special = isQemu ? /^special:(.*)$/is.exec(header)?.[1] : undefined;
  if (isPending.test(header)) openSection(reader, pending, newSection('pending'), line);
  else if (special === 'cloudinit' || special === 'fleecing')
    openSection(reader, `special:${special}`, newSection(special), line);
  else if (/^[a-z][a-z0-9_-]+$/i.test(header)) openSection(reader, header, newSection('snapshot', header), line);
  else if (isQemu) {
    reader.book.problem(line, 'PVE skips this section: it is none that it knows');
    reader.section = SKIPPED;
  } else return false;
  return true;
}

/** `lxc.KEY: VALUE` or `lxc.KEY = VALUE`; any number of them, none replaces another. */
function readRawSetting(reader: Reader, text: string, line: number): boolean {
  const start = /^(lxc\.[a-z0-9_\-.]+)(?::|[ \t\n\r\f\v]*=)/.exec(text);
  const key = start?.[1];
  if (!start || key === undefined) return false;
  // The container's environment, which LXC does not look into.
  if (key !== 'lxc.environment.runtime')
    reader.section.raw.push({ key, value: trimBlanks(text.slice(start[0].length)), line });
  return true;
}

function readSetting({ section, book, type }: Reader, text: string, line: number): void {
  const key = (type === 'qemu' ? /^([a-z][a-z_-]*\d*):/ : /^([a-z][a-z_]*\d*):/).exec(text)?.[1];
  const value = key === undefined ? null : configValue(text.slice(key.length + 1));
  if (key === undefined || value === null) {
    book.problem(line, 'PVE cannot read this line');
    noteUnreadLine(book, section, line, text);
  } else if (key !== 'delete' || trimBlanks(value) === '') {
    const isDrive = type === 'qemu' && key === 'cdrom' && section.kind !== 'cloudinit';
    keepValue(book, section, isDrive ? 'ide2' : key, { value, line });
  } else if (type === 'qemu' && section.kind !== 'pending') {
    // Only names keys: a volume that is deleted in the pending section is still attached.
    book.problem(line, 'PVE reads "delete" in [PENDING] only');
  }
}

function readLine(reader: Reader, text: string, line: number): void {
  if (trimBlanks(text) === '' || readHeader(reader, text, line)) return;
  const { section, book, type } = reader;
  const isUnread = section === SKIPPED || text.startsWith('#') || isDescription(text);
  if (!isUnread && type === 'lxc' && readRawSetting(reader, text, line)) return;
  const unfinished = isUnread ? null : snapStateOf(text);
  section.unfinished = unfinished ?? section.unfinished;
  if (isUnread || unfinished !== null) noteUnreadLine(book, section, line, text);
  else readSetting(reader, text, line);
}

const allowedDevices = (key: string, value: string): readonly Target[] =>
  /^lxc\.cgroup2?\.devices\.allow$/.test(key) ? deviceNumbersIn(value) : [];

/** The references of one surviving section. */
function mentionsOf(book: MentionBook, section: GuestSection): void {
  for (const { key, value, line } of section.raw)
    book.certain(section, key, line, [...devicePathsIn(value), ...allowedDevices(key, value)]);
  for (const [key, { value, line }] of section.values) {
    if (section.kind === 'cloudinit') book.maybe(section, key, line, value);
    else if (key !== 'fleecing-images') book.certain(section, key, line, targetsIn(value), value);
    else for (const volid of splitList(value)) book.certain(section, key, line, targetsIn(volid));
  }
}

/** check_type strips one pair of quotes from strings without a format. */
const unquoted = (value: string): string => /^"(.*)"$/s.exec(value)?.[1] ?? value;

/** A container's is_template compares the number, also of a value that is no boolean: `1x` is 1 to Perl. */
function isTemplate(type: GuestConfig['type'], value: string): boolean {
  const flag = parseBoolean(value);
  return flag === '1' || (type === 'lxc' && flag === null && Number.parseFloat(value) === 1);
}

/** `snaptime: 1763600000` of each section. */
function timesOf(sections: readonly GuestSection[]): Pick<GuestConfig, 'snapshotTimes'> {
  const times = sections.flatMap(({ snapshot, values }): [string, number][] => {
    const time = values.get('snaptime')?.value ?? '';
    return /^\d{1,11}$/.test(time) ? [[snapshot, Number(time)]] : [];
  });
  return times.length === 0 ? {} : { snapshotTimes: new Map(times) };
}

function parseGuestConfig(type: GuestConfig['type'], text: string, { vmid, node, path }: GuestFile): GuestConfig {
  const current = newSection('current');
  const book = mentionBook();
  const reader: Reader = { type, book, sections: new Map(), section: current };
  text.split('\n').forEach((line, index) => {
    readLine(reader, line, index + 1);
  });
  const sections = [...reader.sections.values()];
  for (const section of [current, ...sections]) mentionsOf(book, section);
  const setting = (key: string): string => current.values.get(key)?.value ?? '';
  const isQemu = type === 'qemu';
  const snapshots = sections.filter(({ kind }) => kind === 'snapshot');
  return {
    vmid,
    node,
    path,
    type,
    name: harmlessName(setting(isQemu ? 'name' : 'hostname')),
    template: isTemplate(type, setting('template')),
    protection: parseBoolean(setting('protection')) === '1',
    lock: trimBlanks(isQemu ? unquoted(setting('lock')) : setting('lock')),
    snapshots: snapshots.map(({ snapshot }) => snapshot),
    ...timesOf(snapshots),
    unfinished: snapshots.flatMap(({ snapshot, unfinished: state }) => (state === null ? [] : [{ snapshot, state }])),
    mentions: book.mentions(),
    rawNames: book.unexplainedNames(text),
    problems: book.problems(),
    incomplete: book.lostNames(text),
  };
}

export const parseQemuConfig = (text: string, file: GuestFile): GuestConfig => parseGuestConfig('qemu', text, file);

export const parseLxcConfig = (text: string, file: GuestFile): GuestConfig => parseGuestConfig('lxc', text, file);
