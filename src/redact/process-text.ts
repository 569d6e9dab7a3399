import { redactIpv6Digits } from './addresses.ts';
import { redactText } from './free-text.ts';
import { KNOWN_WORD } from './known-words.ts';
import { octalField, redactSource } from './mount-text.ts';
import { redactName } from './names.ts';
import { redactPath } from './paths.ts';
import { plainWords } from './plain-words.ts';
import type { TokenBook } from './token-book.ts';
import { SYSTEM } from './vocabulary.ts';

/** Files below /proc: what is not read of them goes. */

/** Programs that everybody has stay; a process may call itself anything. */
export const redactCommand = (book: TokenBook, command: string): string =>
  plainWords(book, command, 'name', KNOWN_WORD);

/** `1234 (kvm) S 1 …` */
export function redactStat(book: TokenBook, text: string): string {
  const [, pid, command = '', rest = ''] = /^(\d+ \()(.*)(\) [A-Za-z] [-\d\s]*)$/s.exec(text) ?? [];
  return pid === undefined ? redactText(book, text) : `${pid}${redactCommand(book, command)}${rest}`;
}

const STATUS_LINE =
  /^(?:(?:Pid|PPid|Tgid|TracerPid|Uid|Gid|NSpid|NStgid|Threads|voluntary_ctxt_switches|nonvoluntary_ctxt_switches):[\s\d]*|State:\s+[A-Za-z].*)$/;

/** /proc/<pid>/status: who the process is for the kernel, and whether it moves. */
export const redactStatus = (_: TokenBook, text: string): string =>
  text
    .split('\n')
    .filter((line, at, lines) => STATUS_LINE.test(line) || (line === '' && at === lines.length - 1))
    .map((line) => line.replace(/^(State:\s+[A-Za-z]).*$/, '$1'))
    .join('\n');

export const redactCommandLine = (book: TokenBook, text: string): string =>
  text
    .split('\0')
    .map((argument) => redactText(book, argument))
    .join('\0');

/** `0::/lxc/100/ns/init.scope` */
export function redactCgroupLine(book: TokenBook, line: string): string {
  const [, start = '', path = ''] = /^(\d+:[a-z0-9_,=]*:)(.*)$/s.exec(line) ?? [];
  if (start === '') return redactText(book, line);
  return `${start}${redactName(book, path, 'name', (word) => SYSTEM(word) || KNOWN_WORD(word))}`;
}

/** `1: FLOCK  ADVISORY  WRITE 1234 00:1a:5678 0 EOF` (kernel fs/locks.c lock_get_status). */
const LOCK_FIELD =
  /^(?:|\d+:|->|POSIX|FLOCK|OFDLCK|LEASE|DELEG|ACCESS|UNKNOWN|ADVISORY|MANDATORY|BREAKING|BREAKER|ACTIVE|MSNFS|READ|WRITE|UNLCK|NONE|RW|-?\d+|[0-9a-f]+:[0-9a-f]+:\d+|<none>:0|EOF)$/;

export const redactLockLine = (book: TokenBook, line: string): string =>
  line
    .split(' ')
    .map((field) => (LOCK_FIELD.test(field) ? field : redactText(book, field)))
    .join(' ');

/** A socket's address in the kernel says nothing; its path may be a container's. */
export function redactUnixLine(book: TokenBook, line: string): string {
  const [, numbers = '', gap = '', path = ''] =
    /^[0-9a-f]+:((?: [0-9A-F]{4,8}){4} [0-9A-F]{2}\s+\d+)(\s*)(.*)$/s.exec(line) ?? [];
  if (numbers === '')
    return /^Num\s+RefCount\s+Protocol\s+Flags\s+Type\s+St\s+Inode\s+Path\s*$/.test(line)
      ? line
      : redactText(book, line);
  const at = path.startsWith('@') ? '@' : '';
  return `0000000000000000:${numbers}${gap}${at}${at === '' || path.startsWith('@/') ? redactPath(book, path.slice(at.length)) : redactText(book, path.slice(1))}`;
}

/** /proc/swaps */
export function redactSwapLine(book: TokenBook, line: string): string {
  if (/^Filename\s+Type\s+Size\s+Used\s+Priority\s*$/.test(line) || line === '') return line;
  const [, path = '', rest = ''] = /^(\S+)(\s+(?:partition|file)\s.*)$/s.exec(line) ?? [];
  if (path === '') return redactText(book, line);
  const [, core = '', deleted = ''] = /^(.*?)((?:\\040\(deleted\))?)$/s.exec(path) ?? [];
  return `${octalField(core, (text) => redactSource(book, text))}${deleted}${redactText(book, rest)}`;
}

/** /proc/net/fib_trie: addresses and the kernel's own words. */
export const redactRouteLine = (book: TokenBook, line: string): string =>
  redactText(book, line, { kind: 'name', keep: (word) => ROUTE_WORD.test(word) });

const ROUTE_WORD =
  /^(?:Main|Local|Id|host|link|universe|nowhere|site|LOCAL|UNICAST|BROADCAST|MULTICAST|UNREACHABLE|PROHIBIT|BLACKHOLE|tos)$/;

/** /proc/net/if_inet6: `<32 digits> 02 40 00 80 vmbr0` */
export function redactInet6Line(book: TokenBook, line: string): string {
  const [, digits = '', numbers = '', device = ''] =
    /^([0-9a-f]{32})((?: [0-9a-f]{2,4}){4}\s+)(\S+)\s*$/.exec(line) ?? [];
  if (digits === '') return redactText(book, line);
  return `${redactIpv6Digits(book, digits)}${numbers}${redactName(book, device, 'name', (word) => /^(?:lo|vmbr\d+|eth\d+)$/.test(word))}`;
}
