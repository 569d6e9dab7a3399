import { type Journal, type JournalStep, tookEffect } from '../model/repair/journal.ts';

/** Which steps a user asked to take back. */
export interface UndoRequest {
  /** `3`, `3-7`, `3,5`. */
  readonly ids: readonly string[];
  readonly run: string | null;
  readonly last: boolean;
}

/** Newest first, since a later step may lie on what an earlier one left; or why there is nothing to take back. */
export function selectUndo(journal: Journal, { ids, run, last }: UndoRequest): readonly JournalStep[] | string {
  if (ids.length > 0) return byIds(journal, ids);
  const wanted = last ? lastRun(journal) : run;
  if (wanted === null) return 'no run has changed anything that still stands';
  if (!journal.records.some((record) => record.run === wanted)) return `the journal has no run ${wanted}`;
  const stand = journal.steps.filter((entry) => entry.intent.run === wanted && stands(entry));
  return stand.length === 0 ? `nothing of run ${wanted} is left to take back` : stand.toReversed();
}

const stands = (entry: JournalStep): boolean => tookEffect(entry) && entry.undoneBy === null;

/** Of those that repaired: what took something back is named by its number, so that `--last` never swings to and fro. */
const lastRun = ({ steps }: Journal): string | null =>
  steps.findLast((entry) => entry.intent.undoes === null && stands(entry))?.intent.run ?? null;

interface Range {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const rangesIn = (word: string): readonly Range[] =>
  word.split(',').map((text) => {
    const [, from, to = from] = /^([1-9]\d{0,8})(?:-([1-9]\d{0,8}))?$/.exec(text) ?? [];
    return { text, from: Number(from), to: Number(to) };
  });

export const isStepRange = (word: string): boolean => rangesIn(word).every(({ from, to }) => from <= to);

function byIds({ steps }: Journal, words: readonly string[]): readonly JournalStep[] | string {
  const chosen = new Set<JournalStep>();
  for (const { text, from, to } of words.flatMap(rangesIn)) {
    const found = steps.filter(({ intent }) => intent.id >= from && intent.id <= to);
    if (found.length === 0) return `there is no step ${text} to undo`;
    for (const entry of found) chosen.add(entry);
  }
  return [...chosen].sort((a, b) => b.intent.id - a.intent.id);
}
