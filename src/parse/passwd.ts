import { quoted } from '../model/quoted.ts';
import type { Parsed } from '../model/reading.ts';
import { wholeNumber } from './complete-lines.ts';

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
