import type { Problem } from '../model/report/problem.ts';

/** So many letters say something; `It is open` alone says nothing. */
const LEAST = 25;

/** What to begin with: the first clause of a remedy that says something, never cut within. */
export function firstStep(text: string): string {
  for (const { index } of text.matchAll(/[.:;](?= )|\.$/g)) {
    // An abbreviation or a path ends no sentence.
    if (index >= LEAST && !/\b(?:e\.g|i\.e)$/.test(text.slice(0, index))) return text.slice(0, index);
  }
  return text;
}

/** The command of pve-doctor that mends it, or what a person begins with. */
export const stepOf = ({ next }: Pick<Problem, 'next'>): string =>
  next.repairable && next.command !== null ? next.command.line : firstStep(next.text);
