import type { TargetStatus } from '../model/paths/target-status.ts';
import { quoted } from '../model/quoted.ts';
import type { Parsed } from '../model/reading.ts';
import { completeLines, wholeNumber } from './complete-lines.ts';
import { leadingName, NO_DEVICES } from './dmsetup.ts';
import { parseTargetState } from './target-state.ts';

/** `start length type [the target's own words]`; a target without any leaves a blank at the end. */
const SEGMENT = /^(\d+) (\d+) (\S+) ?(.*)$/s;

/**
 * Lines of `dmsetup status` by device. A line of a device that is not among the names is of one that was made
 * meanwhile, and left out: whoever judges a device says that its line is missing.
 */
export function parseDmsetupStatus(
  text: string,
  names: ReadonlySet<string>,
): Parsed<ReadonlyMap<string, readonly TargetStatus[]>> {
  const lines = completeLines(text);
  const problems = [...lines.problems];
  const byName = new Map<string, TargetStatus[]>();
  for (const line of lines.value) {
    const name = line === NO_DEVICES ? null : leadingName(line, names);
    if (name === null) continue;
    const rest = line.slice(name.length + 2);
    const status = parseSegment(rest);
    if (status === null) {
      // A device without a live table.
      if (rest !== '') problems.push(`not the status of ${quoted(name)}: ${quoted(rest)}`);
      continue;
    }
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [status]);
    else known.push(status);
  }
  return { value: byName, problems };
}

function parseSegment(text: string): TargetStatus | null {
  const match = SEGMENT.exec(text);
  const start = wholeNumber(match?.[1]);
  const length = wholeNumber(match?.[2]);
  const type = match?.[3];
  if (start === null || length === null || type === undefined) return null;
  const raw = (match?.[4] ?? '').trim();
  return { start, length, type, raw, state: parseTargetState(type, raw) };
}
