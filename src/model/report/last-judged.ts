import type { HistoryState } from './history-state.ts';
import { leavesOpen, type NotJudged, waitNames } from './not-judged.ts';

/** Something that could not be judged for a task: `guest 100`, `device vg-x`, and when it was last judged; null: never. */
export interface KeptWait {
  readonly name: string;
  readonly lastJudgedAt: string | null;
}

export interface KeptOpen {
  /** null: every check. */
  readonly codes: readonly string[] | null;
  /** `guest 100`, `device vg-x`; empty: all that the checks look at. */
  readonly names: readonly string[];
}

/** When what is busy now was judged last: at the last look, unless it was busy then too or was not there. */
export function withLastJudged(list: readonly NotJudged[], before: HistoryState | null): readonly NotJudged[] {
  if (before === null || !list.some(({ kind }) => kind === 'busy')) return list;
  const waited = new Map(before.waits.map(({ name, lastJudgedAt }) => [name, lastJudgedAt]));
  const guests = new Set(before.guests.map((vmid) => `guest ${vmid}`));
  const lastOf = (name: string, { codes }: NotJudged): string | null => {
    const known = waited.get(name);
    if (known !== undefined) return known;
    if (before.open.some((open) => leftOpen(open, name, codes))) return null;
    return name.startsWith('guest ') && !guests.has(name) ? null : before.takenAt;
  };
  return list.map((one) => {
    // A node says itself when it last judged what it told.
    const times = one.kind === 'busy' && one.node === null ? waitNames(one).map((name) => lastOf(name, one)) : [];
    return times.length === 0 || times.includes(null) ? one : { ...one, lastJudgedAt: times.toSorted()[0] ?? null };
  });
}

const leftOpen = (open: KeptOpen, name: string, codes: NotJudged['codes']): boolean =>
  (open.names.length === 0 || open.names.includes(name)) &&
  (open.codes === null || codes === null || codes.some((code) => open.codes?.includes(code)));

/** More is all of it: a node that is blind in thousands of places has judged nothing for certain. */
const MOST_OPEN = 1000;

export function openOf(list: readonly NotJudged[]): readonly KeptOpen[] {
  const open = list.filter(leavesOpen).map(({ codes, subject, vmids }) => ({
    codes,
    names: [...vmids.map((vmid) => `guest ${vmid}`), ...(subject === null ? [] : [`${subject.kind} ${subject.id}`])],
  }));
  return open.length > MOST_OPEN ? [{ codes: null, names: [] }] : open;
}

export const waitsOf = (list: readonly NotJudged[]): readonly KeptWait[] => {
  const busy = list.filter(({ kind }) => kind === 'busy');
  const names = busy.flatMap((one) => waitNames(one).map((name) => [name, one.lastJudgedAt] as const));
  return [...new Map(names)].map(([name, lastJudgedAt]) => ({ name, lastJudgedAt })).sort(byName);
};

const byName = (a: KeptWait, b: KeptWait): number => (a.name < b.name ? -1 : 1);
