import { parsePvecfg } from '../parse/machine-files.ts';
import { redactIpv6Digits } from './addresses.ts';
import { redactText } from './free-text.ts';
import { plainWords, redactName } from './names.ts';
import { redactPath } from './paths.ts';
import type { TokenBook } from './token-book.ts';
import { KNOWN_WORD, NOTHING, SYSTEM } from './words.ts';

/** What describes the machine and its processes: what is not read of it goes. */

/** Lines that match, and no others. */
export const only =
  (pattern: RegExp) =>
  (_: TokenBook, text: string): string =>
    (text.match(pattern) ?? []).map((line) => `${line}\n`).join('');

/** Fields between blanks; those that match stay. */
export const fields =
  (pattern: RegExp) =>
  (book: TokenBook, line: string): string =>
    line
      .split(' ')
      .map((field) => (pattern.test(field) ? field : redactText(book, field)))
      .join(' ');

/** Text in which besides numbers the words stay that match. */
export const keeping =
  (pattern: RegExp) =>
  (book: TokenBook, line: string): string =>
    redactText(book, line, { kind: 'name', keep: (word) => pattern.test(word) });

const KERNEL_WORD = /^(?:pve|amd64|arm64|generic|cloud|rt|rc\d+|bpo\d*|deb\d+u?\d*)$/;

export const redactKernelRelease = (book: TokenBook, text: string): string =>
  plainWords(book, text, 'name', (word) => KERNEL_WORD.test(word));

/** Only the version is read of it. */
export function redactPvecfg(book: TokenBook, text: string): string {
  const { value } = parsePvecfg(text);
  if (value === null) return '';
  const version = plainWords(book, value, 'name', (word) => /^(?:beta|rc|pve)\d*$/.test(word));
  return `sub version_text { return '${version}/redacted'; }\n`;
}

const CPU_WORD =
  /^(?:Intel|AMD|Xeon|Core|EPYC|Ryzen|Threadripper|Opteron|Atom|Celeron|Pentium|Gold|Silver|Bronze|Platinum|CPU|Processor|QEMU|Virtual|version|Common|KVM|processor|GHz|R|TM|[A-Za-z]{0,2}\d+[A-Za-z]{0,3})$/;

/** The model of the processors, and how many there are. */
export const redactCpuinfo = (book: TokenBook, text: string): string =>
  only(/^(?:processor|model name)\t*: .*$/gm)(book, text).replace(/(?<=: ).*/g, (model) =>
    plainWords(book, model, 'name', (word) => CPU_WORD.test(word)),
  );

/** Login names of the users whose processes were looked at. */
export const redactPasswd = (book: TokenBook, text: string, users: ReadonlySet<string>): string =>
  text
    .split('\n')
    .flatMap((line) => {
      const [, name = '', uid = ''] = /^([^:]+):[^:]*:(\d+):/.exec(line) ?? [];
      return users.has(uid) ? [`${name === 'root' ? name : redactName(book, name, 'user')}:x:${uid}:\n`] : [];
    })
    .join('');

/** Programs that everybody has stay; a process may call itself anything. */
export const redactCommand = (book: TokenBook, command: string): string =>
  plainWords(book, command, 'name', KNOWN_WORD);

/** `1234 (kvm) S 1 …` */
export function redactStat(book: TokenBook, text: string): string {
  const [, pid, command = '', rest = ''] = /^(\d+ \()(.*)(\) [A-Za-z] [-\d\s]*)$/s.exec(text) ?? [];
  return pid === undefined ? redactText(book, text) : `${pid}${redactCommand(book, command)}${rest}`;
}

export const redactCommandLine = (book: TokenBook, text: string): string =>
  text
    .split('\0')
    .map((argument) => redactText(book, argument))
    .join('\0');

/** `0::/lxc/100/ns/init.scope` */
export function redactCgroupLine(book: TokenBook, line: string): string {
  const [start = ''] = /^\d+:[a-z0-9_,=]*:/.exec(line) ?? [];
  return start + redactName(book, line.slice(start.length), 'name', (word) => SYSTEM(word) || KNOWN_WORD(word));
}

/** A socket's address in the kernel says nothing; its path may be a container's. */
export function redactUnixLine(book: TokenBook, line: string): string {
  const [, numbers, at = '', path = ''] =
    /^[0-9a-f]+:((?: [0-9A-F]{4,8}){4} [0-9A-F]{2}\s+\d+\s*)(@?)(\/.*)?$/s.exec(line) ?? [];
  if (numbers === undefined)
    return line.startsWith('Num ') ? 'Num RefCount Protocol Flags Type St Inode Path' : redactText(book, line);
  return `0000000000000000:${numbers}${at}${redactPath(book, path)}`;
}

/** /proc/net/if_inet6: `<32 digits> 02 40 00 80 vmbr0`; the name of the interface is not read. */
export function redactInet6Line(book: TokenBook, line: string): string {
  const [, digits, numbers = '', device = ''] = /^([0-9a-f]{32})((?: [0-9a-f]{2,4}){4}\s+)(\S+)\s*$/.exec(line) ?? [];
  return digits === undefined
    ? redactText(book, line)
    : `${redactIpv6Digits(book, digits)}${numbers}${redactName(book, device, 'name', NOTHING)}`;
}
