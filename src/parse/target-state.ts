import type { PathGroup, PathState, TargetState } from '../model/paths/target-status.ts';
import { wholeNumber } from './complete-lines.ts';

/** What the words of a target's status say; null where they are not in its form. Each form is cited at its type. */
export function parseTargetState(type: string, raw: string): TargetState | null {
  const words = raw.split(' ').filter((word) => word !== '');
  return Object.hasOwn(FORMS, type) ? (FORMS[type]?.(words, raw) ?? null) : { kind: 'other' };
}

type Form = (words: readonly string[], raw: string) => TargetState | null;

const FORMS: Readonly<Record<string, Form>> = {
  multipath: (words) => multipath(reader(words)),
  raid: (words) => raid(words),
  mirror: (words) => mirror(reader(words)),
  snapshot: (words, raw) => snapshot(words, raw),
  'snapshot-merge': (words, raw) => snapshot(words, raw),
  cache: (words) => cache(reader(words)),
  writecache: (words) => writecache(words),
  integrity: (words) => integrity(words),
  vdo: (words) => vdo(words),
  verity: (words) => verity(words),
};

/** Goes through words that announce how many follow. */
interface Reader {
  /** NaN where there is none. */
  readonly number: () => number;
  readonly word: () => string;
  readonly skip: (count: number) => void;
  /** All that was asked for was there. */
  readonly isWhole: () => boolean;
}

function reader(words: readonly string[]): Reader {
  let at = 0;
  let whole = true;
  const word = (): string => {
    const next = words[at++];
    if (next === undefined) whole = false;
    return next ?? '';
  };
  const number = (): number => {
    const value = wholeNumber(word());
    if (value === null) whole = false;
    return value ?? 0;
  };
  return {
    ...{ word, number, isWhole: () => whole },
    skip: (count) => {
      at += count;
      if (at > words.length) whole = false;
    },
  };
}

/** A table has at most 1024 groups or paths in practice; a number beyond that is not believed. */
const MOST = 4096;

const times = (count: number): readonly number[] => Array.from({ length: Math.min(count, MOST) }, (_, at) => at);

function multipath(from: Reader): TargetState | null {
  from.skip(from.number());
  from.skip(from.number());
  const groupCount = from.number();
  from.number();
  const groups = times(groupCount).map((): PathGroup => {
    const state = from.word();
    from.skip(from.number());
    const pathCount = from.number();
    const argumentCount = from.number();
    const paths = times(pathCount).map((): PathState => {
      const devNo = from.word();
      const letter = from.word();
      const failCount = from.number();
      from.skip(argumentCount);
      return { devNo, failed: letter !== 'A', failCount };
    });
    return { state, paths };
  });
  return from.isWhole() ? { kind: 'multipath', groups } : null;
}

/** `raid1 2 AA 98304/98304 idle 0 0 -`; kernels before 4.x end after the mismatches. */
function raid([level = '', count = '', health = '', ratio = '', action = '', mismatches = '0']: readonly string[]) {
  const [done, total] = ratioOf(ratio);
  const legs = wholeNumber(count);
  const wrong = wholeNumber(mismatches);
  if (done === null || total === null || wrong === null || legs !== health.length) return null;
  return { kind: 'raid', level, health, doneSectors: done, totalSectors: total, action, mismatches: wrong } as const;
}

/** `2 7:0 7:2 32/32 1 AA 1 core` */
function mirror(from: Reader): TargetState | null {
  const legs = from.number();
  from.skip(legs);
  const [doneRegions, totalRegions] = ratioOf(from.word());
  from.number();
  const health = from.word();
  if (doneRegions === null || totalRegions === null || !from.isWhole() || health.length !== legs) return null;
  return { kind: 'mirror', health, doneRegions, totalRegions };
}

function snapshot([first = '']: readonly string[], raw: string): TargetState | null {
  const [usedSectors, totalSectors] = ratioOf(first);
  if (usedSectors !== null && totalSectors !== null)
    return { kind: 'snapshot', condition: 'ok', usedSectors, totalSectors };
  return raw === '' ? null : { kind: 'snapshot', condition: raw, usedSectors: 0, totalSectors: 0 };
}

/**
 * `8 8/2048 128 100/512 424 32 0 0 0 100 0 1 writeback 2 migration_threshold 2048 smq 0 rw -`: metadata, cache, six
 * counters, dirty blocks, then three counted lists (features, core arguments, those of the policy), mode, check.
 */
function cache(from: Reader): TargetState | null {
  const first = from.word();
  if (first === 'Fail' || first === 'Error') return { kind: 'cache', mode: first, needsCheck: false, dirtyBlocks: 0 };
  from.skip(3);
  from.skip(6);
  const dirtyBlocks = from.number();
  from.skip(from.number());
  from.skip(from.number());
  from.word();
  from.skip(from.number());
  const mode = from.word();
  const check = from.word();
  return from.isWhole() ? { kind: 'cache', mode, needsCheck: check === 'needs_check', dirtyBlocks } : null;
}

function writecache([error = '', blocks = '', free = '']: readonly string[]): TargetState | null {
  const [code, all, left] = [wholeNumber(error.replace(/^-/, '')), wholeNumber(blocks), wholeNumber(free)];
  return code === null || all === null || left === null
    ? null
    : { kind: 'writecache', error: code, blocks: all, freeBlocks: left };
}

function integrity([first = '']: readonly string[]): TargetState | null {
  const mismatches = wholeNumber(first);
  return mismatches === null ? null : { kind: 'integrity', mismatches };
}

/** `/dev/loop0 normal - online online 0 262144` */
function vdo([, mode = '', , , , used = '', total = '']: readonly string[]): TargetState | null {
  const [usedBlocks, totalBlocks] = [wholeNumber(used), wholeNumber(total)];
  return usedBlocks === null || totalBlocks === null ? null : { kind: 'vdo', mode, usedBlocks, totalBlocks };
}

/** `V` or `C` (kernel Documentation/admin-guide/device-mapper/verity.rst, "Status"). */
const verity = ([word = '']: readonly string[]): TargetState | null =>
  word === 'V' || word === 'C' ? { kind: 'verity', corrupt: word === 'C' } : null;

function ratioOf(word: string): readonly [number | null, number | null] {
  const [, done, total] = /^(\d+)\/(\d+)$/.exec(word) ?? [];
  return [wholeNumber(done), wholeNumber(total)];
}
