import type { DrbdDevice } from '../model/paths/disks.ts';
import { quoted } from '../model/quoted.ts';
import type { Parsed } from '../model/reading.ts';
import { completeLines, wholeNumber } from './complete-lines.ts';

/** ` 0: cs:WFConnection ro:Secondary/Unknown ds:Inconsistent/DUnknown C r----s` (drbd 8.4 drbd_proc.c). */
const DEVICE = /^\s*(\d+): cs:(\S+) ro:(\S+?)\/\S+ ds:([^\s/]+)\/(\S+) /;

/** A minor that is not configured. */
const UNUSED = /^\s*(\d+): cs:Unconfigured\b/;

/** The minors of /proc/drbd. DRBD 9 prints its version alone there, and its states nowhere that can be read without a command. */
export function parseProcDrbd(text: string): Parsed<readonly DrbdDevice[]> {
  const lines = completeLines(text);
  const problems = [...lines.problems];
  const value: DrbdDevice[] = [];
  for (const line of lines.value) {
    if (!/^\s*\d+: /.test(line)) continue;
    const unused = UNUSED.exec(line);
    const words = unused === null ? DEVICE.exec(line) : [line, unused[1], 'Unconfigured'];
    const [, number, connection = '', role = '', disk = '', peerDisk = ''] = words ?? [];
    const minor = wholeNumber(number);
    if (minor === null) problems.push(`not a device of DRBD: ${quoted(line)}`);
    else value.push({ minor, connection, role, disk, peerDisk });
  }
  if (!/^version: /.test(text)) problems.push('no version of DRBD in the first line');
  return { value, problems };
}
