import type { MdArray, MdMember } from '../model/paths/md-arrays.ts';
import type { Parsed } from '../model/reading.ts';
import { quoted } from '../model/reading.ts';

const STATES: Readonly<Record<string, MdMember['state']>> = {
  F: 'failed',
  S: 'spare',
  J: 'journal',
  R: 'replacement',
};

const ARRAY = /^(md[\w/-]*) : (active|inactive|broken)\s*(?:\((auto-read-only|read-only)\)\s*)?(.*)$/;
const MEMBER = /^([\w!/-]+)\[\d+\](?:\(([A-Z])\))*$/;

/** /proc/mdstat. It ends with the line of unused devices: without it the text is not whole. */
export function parseMdstat(text: string): Parsed<readonly MdArray[]> {
  const lines = text.split('\n');
  const problems: string[] = [];
  if (!lines.some((line) => line.startsWith('unused devices:'))) problems.push('it does not end as the kernel ends it');
  const arrays: MdArray[] = [];
  let open: MdArray | null = null;
  for (const line of lines) {
    const [, name, state, readOnly, rest = ''] = ARRAY.exec(line) ?? [];
    if (name !== undefined) {
      open = arrayOf(name, state === 'active', readOnly !== undefined, rest.trim());
      arrays.push(open);
    } else if (/^\s+\S/.test(line) && open !== null) {
      open = withLine(open, line.trim());
      arrays[arrays.length - 1] = open;
    } else if (line.trim() === '') open = null;
    else if (!/^(?:Personalities|read_ahead|unused devices) ?:?/.test(line))
      problems.push(`${quoted(line)} is not understood`);
  }
  return { value: arrays, problems };
}

function arrayOf(name: string, active: boolean, readOnly: boolean, rest: string): MdArray {
  const words = rest === '' ? [] : rest.split(/\s+/);
  const [first = ''] = words;
  const level = MEMBER.test(first) ? '' : first;
  const members = words.flatMap((word): readonly MdMember[] => {
    const [, member, flag = ''] = MEMBER.exec(word) ?? [];
    return member === undefined ? [] : [{ name: member, state: STATES[flag] ?? 'in use' }];
  });
  return { name, active, readOnly, level, members, wanted: null, working: null, progress: '', ...NOT_SAID };
}

/** What stands elsewhere, or on a later line. */
const NOT_SAID = { container: false, state: '', wantedSpares: null } as const;

/** A container's arrays say `external:/md127/0` (md.c md_seq_show, metadata_type). */
const CONTAINER = /\bsuper external:(?!\/)/;

/** `1046528 blocks super 1.2 [2/1] [U_]`, `[=>...]  recovery = 12.6% (1/2) finish=127.5min speed=33440K/sec`, `resync=DELAYED`. */
function withLine(array: MdArray, line: string): MdArray {
  const [, wanted, working] = /\[(\d+)\/(\d+)\] \[[U_]+\]/.exec(line) ?? [];
  const counts = wanted === undefined ? {} : { wanted: Number(wanted), working: Number(working) };
  const progress = /\b(?:recovery|resync|reshape|check|repair)\s*=\s*(?:[\d.]+%|DELAYED|PENDING|REMOTE)/.exec(
    line,
  )?.[0];
  const container = array.container || CONTAINER.test(line);
  return {
    ...array,
    ...counts,
    container,
    ...(progress === undefined ? {} : { progress: progress.replaceAll(/\s+/g, ' ') }),
  };
}
