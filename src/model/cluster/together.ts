import type { JudgedNode } from './cluster-view.ts';
import type { Seen } from './node-record.ts';

/** How far apart clocks of nodes may be without anybody having said so: then spans must overlap by more. */
export const CLOCK_DOUBT_SECONDS = 120;

/** When a node saw something, in seconds of this node's clock, with what the clocks leave open. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly doubt: number;
}

function spanOf({ record, clockAheadSeconds, via }: JudgedNode, { since }: Seen): Span {
  const ahead = clockAheadSeconds ?? 0;
  const doubt = via === 'here' ? 0 : clockAheadSeconds === null ? CLOCK_DOUBT_SECONDS : 1;
  return { from: since - ahead, to: Date.parse(record.takenAt) / 1000 - ahead, doubt };
}

/**
 * Whether two nodes had a thing at the same instant, for certain. A record speaks of the time at which it was taken: what one
 * node gave up, by a migration or since it died, and another took over later, stands in both.
 */
export function hadTogether(a: JudgedNode, seenByA: Seen, b: JudgedNode, seenByB: Seen): boolean {
  const [one, other] = [spanOf(a, seenByA), spanOf(b, seenByB)];
  const overlap = Math.min(one.to, other.to) - Math.max(one.from, other.from);
  return overlap >= one.doubt + other.doubt;
}
