import type { Report } from '../../../src/model/report/report.ts';
import type { Moment } from './made-up-node.ts';
import type { Said } from './views.ts';

const WEEK_MS = 7 * 86_400_000;

interface Stood {
  readonly since: string;
  readonly shownAt: string;
  readonly codes: readonly string[];
  readonly isAcknowledged: boolean;
  readonly until: string | null;
  /** What it was made of, without what a look has seen gone: none where all of it was resolved as part of another. */
  readonly keys: readonly string[];
  /** Nobody looked for it for a week: whoever has forgotten it may call it new. */
  readonly isForgotten: boolean;
}

/** What a look of this view can know: a node that was not heard shows nothing. */
export interface Heard {
  readonly moment: Moment;
  /** null: nothing was heard of its problems. */
  readonly report: Report | null;
  readonly takenAt: string;
  readonly codes: ReadonlySet<string>;
  /** Findings are named. Where they are not, several problems of one guest and check cannot be told apart. */
  readonly isNamed: boolean;
}

/** Follows one view from outside, and says how it breaks the law. */
export class Lawyer {
  readonly #stood = new Map<string, Stood>();
  #isNamed = true;

  /** A sentence for each breach. */
  hear(said: Said, { moment, report, takenAt, codes, isNamed }: Heard): readonly string[] {
    this.#isNamed &&= isNamed;
    const isGone = (key: string): boolean => report !== null && !moment.isTrue(key) && moment.isVisible(key);
    for (const [id, stood] of this.#stood)
      this.#stood.set(id, { ...stood, keys: stood.keys.filter((key) => !isGone(key)) });
    const breaches = [
      ...said.resolved.flatMap((id) => this.#ofResolved(id)),
      ...(report === null ? [] : said.standing.flatMap((one) => this.#ofStanding(one))),
    ];
    for (const id of said.resolved) this.#stood.delete(id);
    if (report !== null) this.#note(said, report, takenAt);
    this.#forget(takenAt, report === null ? new Set() : codes);
    return [...breaches, ...this.#ofKept(said, takenAt)];
  }

  #ofResolved(id: string): readonly string[] {
    const stood = this.#stood.get(id);
    if (stood === undefined) return [`${id} is resolved and did not stand`];
    return stood.keys.map((key) => `${id} is resolved, and ${key} was not looked at and gone`);
  }

  #ofStanding({ id, since, isNew }: Said['standing'][number]): readonly string[] {
    const stood = this.#stood.get(id);
    if (stood === undefined || stood.keys.length === 0 || (isNew && stood.isForgotten)) return [];
    return [
      ...(this.#isNamed && isNew ? [`${id} is new, and was never resolved`] : []),
      ...(this.#isNamed && since > stood.since ? [`${id} stands since ${stood.since}, not ${since}`] : []),
    ];
  }

  #ofKept({ kept, unseen }: Said, takenAt: string): readonly string[] {
    const told = new Set(unseen);
    return kept.flatMap(({ id, presence, acknowledged }) => {
      const stood = this.#stood.get(id);
      if (stood === undefined || presence === 'gone') return [];
      const isOver = stood.until !== null && takenAt >= stood.until;
      if (acknowledged ? !stood.isAcknowledged : stood.isAcknowledged && !isOver)
        return [`${id} lost or got an acknowledgement while it is ${presence}`];
      return acknowledged && told.has(id) ? [`${id} is acknowledged, and told as not judged`] : [];
    });
  }

  #note({ standing }: Said, report: Report, takenAt: string): void {
    const sinceOf = new Map(standing.map(({ id, since }) => [id, since]));
    // What is told as another problem now is no part of this one any more.
    const shownAs = new Map(report.problems.flatMap(({ id, findings }) => findings.map((key) => [key, id] as const)));
    for (const [id, stood] of this.#stood)
      this.#stood.set(id, { ...stood, keys: stood.keys.filter((key) => (shownAs.get(key) ?? id) === id) });
    for (const { id, codes, findings, acknowledged } of report.problems) {
      const since = sinceOf.get(id);
      if (since === undefined) continue;
      const keys = [...new Set([...(this.#stood.get(id)?.keys ?? []), ...findings])];
      const said = { isAcknowledged: acknowledged !== null, until: acknowledged?.until ?? null };
      this.#stood.set(id, { since, shownAt: takenAt, codes, keys, ...said, isForgotten: false });
    }
  }

  #forget(takenAt: string, codes: ReadonlySet<string>): void {
    for (const [id, stood] of this.#stood) {
      const isOld = Date.parse(takenAt) - Date.parse(stood.shownAt) >= WEEK_MS;
      const isUnknown = stood.codes.every((code) => !codes.has(code));
      if (isOld && isUnknown) this.#stood.set(id, { ...stood, isForgotten: true });
    }
  }
}
