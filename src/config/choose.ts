import type { Origin } from '../model/config/config-origin.ts';
import type { Kind } from '../model/config/kind.ts';
import { type Given, type Problem, problemAt } from './given.ts';

/** A value that holds, with where it comes from. */
export interface Chosen<T> {
  readonly value: T;
  readonly shown: string;
  readonly origin: Origin;
}

/**
 * Of what the layers say, the strongest that makes sense; `given` begins with the weakest. Every one of them is judged, so that
 * all that is wrong is told at once, also what another layer covers.
 */
export function choose<T>(
  kind: Kind<T>,
  given: readonly Given[],
  complain: (given: Given, wrong: string) => void,
): Chosen<T> | null {
  let chosen: Chosen<T> | null = null;
  for (const one of given) {
    const judged = judgeOne(kind, one);
    if ('wrong' in judged) complain(one, judged.wrong);
    else chosen = { ...judged, origin: one.origin };
  }
  return chosen;
}

const judgeOne = <T>(kind: Kind<T>, { value, isText }: Given) =>
  kind.judge(isText && typeof value === 'string' ? kind.fromText(value) : value);

/** What stands where nobody said anything. */
export function chooseDefault<T>(kind: Kind<T>, fallback: unknown, name: string): Chosen<T> {
  const judged = kind.judge(fallback);
  if ('wrong' in judged) throw new Error(`the default of ${name} ${judged.wrong}`);
  return { ...judged, origin: { kind: 'default' } };
}

/** In a file the line tells the key; elsewhere the name of the variable or flag does. */
export const complaint = (one: Given, name: string, wrong: string): Problem =>
  problemAt(one.origin, one.origin.kind === 'file' ? `${name} ${wrong}` : wrong);
