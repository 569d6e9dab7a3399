import { quoted } from '../model/quoted.ts';
import type { Parsed } from '../model/reading.ts';
import { completeLines } from './complete-lines.ts';
import { unescapeOctal } from './escaped-bytes.ts';

export interface Swap {
  readonly path: string;
  readonly type: 'partition' | 'file';
}

/** `path type size used priority`, after a heading (kernel mm/swapfile.c swap_show). */
const LINE = /^(\S+)\s+(partition|file)\s+\d+\s+\d+\s+-?\d+$/;

export function parseProcSwaps(text: string): Parsed<readonly Swap[]> {
  const lines = completeLines(text);
  const [heading = '', ...rest] = lines.value;
  const problems = [...lines.problems];
  if (!heading.startsWith('Filename')) problems.push(`not the heading of /proc/swaps: ${quoted(heading)}`);
  const swaps: Swap[] = [];
  for (const line of rest) {
    const match = LINE.exec(line);
    const type = match?.[2];
    // A swap device that was removed meanwhile has ` (deleted)` after its path (fs/seq_file.c seq_file_path).
    const path = unescapeOctal(match?.[1] ?? '').replace(/ \(deleted\)$/, '');
    if (path !== '' && (type === 'partition' || type === 'file')) swaps.push({ path, type });
    else problems.push(`not a swap area: ${quoted(line)}`);
  }
  return { value: swaps, problems };
}
