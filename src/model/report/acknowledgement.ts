import { type Severity, worseFirst } from '../finding.ts';
import { every, having, oneOf, orNull, type Rule, rule, shape, text } from '../json-shape.ts';
import type { Acknowledged, Problem } from './problem.ts';

/** Somebody said that one problem is known, as it was then. */
export interface Acknowledgement extends Acknowledged {
  /** Of the problem. */
  readonly id: string;
  /** What it was worth then: once it is worse, this does not hold any more. */
  readonly severity: Severity;
}

/** ISO 8601 in UTC, as `Date.prototype.toISOString` writes it: such texts sort as times do. */
const instant = rule(
  (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value),
  'a time such as 2026-12-21T00:00:00Z',
);

const FIELDS = {
  id: text,
  severity: oneOf(['critical', 'warning', 'notice']),
  by: text,
  reason: text,
  at: instant,
  until: orNull(instant),
};

/** What the file of acknowledgements has to look like. */
export const ACKNOWLEDGEMENTS: Rule = every(shape(FIELDS));

/** The same from another program, of a later version maybe: what we do not know of stays unread. */
export const TOLD_ACKNOWLEDGEMENTS: Rule = every(having(FIELDS));

/** Whether somebody's word about a problem still holds: not after its time, and not for a problem that got worse. */
export const holds = ({ until, severity }: Acknowledgement, problem: Problem, now: string): boolean =>
  (until === null || now < until) && worseFirst(problem, { severity }) >= 0;

/** Problems with what was said of them; the newest word of each counts. */
export function acknowledge(
  problems: readonly Problem[],
  said: readonly Acknowledgement[],
  now: string,
): readonly Problem[] {
  const byId = new Map(said.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map((one) => [one.id, one]));
  return problems.map((problem) => {
    const word = byId.get(problem.id);
    if (word === undefined || !holds(word, problem, now)) return problem;
    const { by, reason, at, until } = word;
    return { ...problem, acknowledged: { by, reason, at, until } };
  });
}
