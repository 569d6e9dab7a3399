import { hasLostBytes } from '../model/believable.ts';
import { type Parsed, quoted } from '../model/reading.ts';
import { completeLines, wholeNumber } from './complete-lines.ts';

export interface Cpu {
  /** `model name` of the first processor; null on machines that do not state one. */
  readonly model: string | null;
  readonly count: number;
}

/** /proc/cpuinfo: one block of `key<tab>: value` lines for each processor (kernel arch/x86/kernel/cpu/proc.c). */
export function parseCpuinfo(text: string): Parsed<Cpu> {
  const { value: lines, problems } = completeLines(text);
  const count = lines.filter((line) => /^processor\s*:/.test(line)).length;
  const model = lines.find((line) => /^model name\s*:/.test(line));
  const name = model?.slice(model.indexOf(':') + 1).trim();
  return { value: { model: name === undefined || name === '' || hasLostBytes(name) ? null : name, count }, problems };
}

/** Load averages of 1, 5 and 15 minutes from /proc/loadavg (kernel fs/proc/loadavg.c). */
export type LoadAverages = readonly [number, number, number];

/** No machine has a load of more digits, and a number of hundreds of them is infinite. */
const LINE = /^(\d{1,9}\.\d{1,9}) (\d{1,9}\.\d{1,9}) (\d{1,9}\.\d{1,9}) \d+\/\d+ \d+\n$/;

export function parseLoadavg(text: string): Parsed<LoadAverages | null> {
  const match = LINE.exec(text);
  if (!match) return { value: null, problems: [`not load averages: ${quoted(text)}`] };
  return { value: [Number(match[1]), Number(match[2]), Number(match[3])], problems: [] };
}

/** From /proc/meminfo (kernel fs/proc/meminfo.c), which writes kibibytes as `kB`. null where the line is missing. */
export interface Memory {
  readonly totalBytes: number | null;
  readonly availableBytes: number | null;
}

export function parseMeminfo(text: string): Parsed<Memory> {
  const { value: lines, problems } = completeLines(text);
  const bytes = (field: string): number | null => {
    const line = lines.find((candidate) => candidate.startsWith(`${field}:`));
    const kibibytes = wholeNumber(/:\s*(\d+) kB$/.exec(line ?? '')?.[1]);
    return kibibytes === null ? null : kibibytes * 1024;
  };
  return { value: { totalBytes: bytes('MemTotal'), availableBytes: bytes('MemAvailable') }, problems };
}

/**
 * The version of pve-manager from /usr/share/perl5/PVE/pvecfg.pm (pve-manager PVE/pvecfg.pm.in):
 * `sub version_text { return '8.4.1/2a5fa54a8503f96d'; }`, before PVE 6 `5.4-15/d0ec33c6`. Read without running Perl,
 * which takes longer than the whole check.
 */
export function parsePvecfg(text: string): Parsed<string | null> {
  const version = /\bsub version_text\s*\{\s*return\s*'([^'/]+)\//.exec(text)?.[1] ?? null;
  return { value: version, problems: version === null ? ['no version_text with a version'] : [] };
}

/** Login names by user number from /etc/passwd (passwd(5)); the first of several names for a number, as getpwuid gives. */
export function parsePasswd(text: string): Parsed<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  const problems: string[] = [];
  // A person may have left the last line without its newline, so that is no sign of a cut here.
  for (const line of text.split('\n')) {
    // `+` and `-` lines belong to NIS (nsswitch.conf(5), compat).
    if (line === '' || /^[#+-]/.test(line)) continue;
    const [name = '', , uid] = line.split(':');
    const number = wholeNumber(uid);
    if (name === '' || number === null) problems.push(`not a user: ${quoted(line)}`);
    else if (!names.has(number)) names.set(number, name);
  }
  return { value: names, problems };
}
