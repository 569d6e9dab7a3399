import { parseCpuinfo } from '../parse/cpuinfo.ts';
import { parsePasswd } from '../parse/passwd.ts';
import { parsePvecfg } from '../parse/pvecfg.ts';
import { redactText } from './free-text.ts';
import { redactName } from './names.ts';
import { plainWords } from './plain-words.ts';
import type { TokenBook } from './token-book.ts';

/** What describes the machine itself. */

const KERNEL_WORD = /^(?:pve|amd64|arm64|generic|cloud|rt|rc\d+|bpo\d*|deb\d+u?\d*|lowlatency|edge|um)$/;

export const redactKernelRelease = (book: TokenBook, text: string): string =>
  plainWords(book, text, 'name', (word) => KERNEL_WORD.test(word));

/** Only the version is read of it. */
export function redactPvecfg(book: TokenBook, text: string): string {
  const { value } = parsePvecfg(text);
  if (value === null) return redactText(book, '');
  const version = plainWords(book, value, 'name', (word) => /^(?:beta|rc|pve)\d*$/.test(word));
  return `sub version_text { return '${version}/redacted'; }\n`;
}

const CPU_WORD =
  /^(?:Intel|AMD|Xeon|Core|EPYC|Ryzen|Threadripper|Opteron|Atom|Celeron|Pentium|Gold|Silver|Bronze|Platinum|CPU|Processor|with|Radeon|Graphics|Gen|th|rd|nd|Ultra|QEMU|Virtual|version|Common|KVM|processor|Neoverse|Cortex|Ampere|Altra|Dual|Quad|Six|Eight|GHz|MHz|PRO|R|TM|tm|[A-Za-z]{0,2}\d+[A-Za-z]{0,3})$/;

/** The model of the processor and how many there are. */
export function redactCpuinfo(book: TokenBook, text: string): string {
  const { model, count } = parseCpuinfo(text).value;
  const name =
    model === null ? '' : `model name\t: ${plainWords(book, model, 'name', (word) => CPU_WORD.test(word))}\n`;
  return Array.from({ length: count }, (_, at) => `processor\t: ${at}\n${at === 0 ? name : ''}`).join('');
}

/** Total and available memory, in kibibytes. */
export const redactMeminfo = (_: TokenBook, text: string): string =>
  text
    .split('\n')
    .filter((line) => /^(?:MemTotal|MemAvailable):\s*\d+ kB$/.test(line))
    .map((line) => `${line}\n`)
    .join('');

/** Login names of the users whose processes were looked at. */
export function redactPasswd(book: TokenBook, text: string, users: ReadonlySet<number>): string {
  const rows = [...parsePasswd(text).value].filter(([uid]) => users.has(uid));
  return rows.map(([uid, name]) => `${redactLogin(book, name)}:x:${uid}:\n`).join('');
}

const redactLogin = (book: TokenBook, name: string): string =>
  redactName(book, name, 'user', (word) => word === 'root');
