import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ABSENT, BLIND, found, message, PARTLY, report } from '../../test/store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import type { CheckCode, Severity } from '../model/finding.ts';
import type { Change } from '../model/notify/message.ts';
import { findingKey } from '../model/report/report-history.ts';
import { keepRun, lookBack } from './history.ts';

afterAll(removeScratch);

/** What can be wrong with the node: three findings of each of two checks. */
const WRONGS = (['DM010', 'MNT001'] as const).flatMap((code) => ['a', 'b', 'c'].map((id) => ({ code, id })));

const SIGHTS = { clear: null, blind: BLIND, partly: PARTLY, absent: ABSENT } as const;

/** One run: what is wrong with the node, how much of it the checks can see, and when by the clock. */
interface Run {
  readonly wrong: readonly (Severity | null)[];
  readonly sight: Readonly<Record<CheckCode, keyof typeof SIGHTS>>;
  readonly minute: number;
  readonly told: boolean;
  readonly kept: boolean;
}

const aRun: fc.Arbitrary<Run> = fc.record({
  wrong: fc.tuple(...WRONGS.map(() => fc.constantFrom<Severity | null>(null, null, 'warning', 'critical'))),
  sight: fc.record({
    DM010: fc.constantFrom<keyof typeof SIGHTS>('clear', 'clear', 'blind', 'partly', 'absent'),
    MNT001: fc.constantFrom<keyof typeof SIGHTS>('clear', 'blind', 'partly'),
  }),
  // The clock may go back.
  minute: fc.integer({ min: 0, max: 500_000 }),
  told: fc.boolean(),
  kept: fc.constantFrom(true, true, true, false),
});

/** What a check that cannot look at all does not find; one that sees a part may find what it sees. */
function reportOf({ wrong, sight, minute }: Run) {
  const findings = WRONGS.flatMap(({ code, id }, at) => {
    const severity = wrong[at] ?? null;
    const hidden = sight[code] === 'blind' || sight[code] === 'absent' || (sight[code] === 'partly' && id === 'a');
    return severity === null || hidden ? [] : [found(code, id, severity)];
  });
  const outcomes = Object.fromEntries(
    Object.entries(sight).flatMap(([code, how]) => (SIGHTS[how] === null ? [] : [[code, SIGHTS[how]]])),
  );
  return report({ takenAt: new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString(), findings, outcomes });
}

/** What stands, by key: as simple as it can be said. */
interface Standing {
  readonly since: string;
  readonly severity: Severity;
}

const keysOf = (list: readonly { readonly key: string }[]) => list.map(({ key }) => key).toSorted();
const namesOf = (list: readonly Parameters<typeof findingKey>[0][]) => list.map(findingKey).toSorted();

describe('whatever happens over many runs', () => {
  it('nothing is resolved that nobody looked at, nothing new twice, and nothing since a time that is to come', () => {
    fc.assert(
      fc.property(fc.array(aRun, { minLength: 1, maxLength: 14 }), (runs) => {
        const path = scratchDirectory();
        let standing = new Map<string, Standing>();
        let told: ReadonlyMap<string, Standing> | null = null;
        for (const [count, run] of runs.entries()) {
          const now = reportOf(run);
          const visible = (key: string) => run.sight[(key.split('/')[0] ?? '') as CheckCode] === 'clear';
          const present = new Map(now.findings.map((finding) => [findingKey(finding), finding.severity]));
          const gone = [...standing.keys()].filter((key) => !present.has(key)).toSorted();
          const after = new Map<string, Standing>();
          for (const [key, severity] of present) {
            const before = standing.get(key)?.since ?? now.takenAt;
            after.set(key, { severity, since: before < now.takenAt ? before : now.takenAt });
          }
          for (const key of gone) if (!visible(key)) after.set(key, standing.get(key) ?? expect.fail());
          let change: Change | null = null;
          const history = run.kept
            ? keepKnowing(path, now, run.told ? `m${count}` : null, (seen) => {
                change = seen;
              })
            : lookBack(path, now);
          if (history === null) continue;
          expect(history.problem).toBe('');
          expect(history.findings).toEqual(
            [...present.keys()].map((key) => ({ key, isNew: !standing.has(key), since: after.get(key)?.since })),
          );
          expect(keysOf(history.resolved)).toEqual(gone.filter(visible));
          expect(keysOf(history.notJudged)).toEqual(gone.filter((key) => !visible(key)));
          for (const { since } of history.findings) expect(since <= now.takenAt).toBe(true);
          if (!run.kept) continue;
          expectChange(change, told, after, present);
          standing = after;
          if (run.told) told = after;
        }
      }),
      { numRuns: 150 },
    );
  });
});

function keepKnowing(
  path: string,
  now: ReturnType<typeof reportOf>,
  tell: string | null,
  know: (change: Change) => void,
) {
  const result = keepRun({ path, keepDays: 400 }, now, ({ channel }) => {
    know(channel('mail').change);
    return { messages: tell === null ? [] : [{ channel: 'mail', message: message(tell) }], upToDate: [] };
  });
  if (!result.kept) throw new Error(result.because);
  return result.report.history;
}

/** Two moments compared: what stood when the channel was last told, and what stands now. */
function expectChange(
  change: Change | null,
  told: ReadonlyMap<string, Standing> | null,
  after: ReadonlyMap<string, Standing>,
  present: ReadonlyMap<string, Severity>,
): void {
  const { fresh, shifted, resolved, notJudged } = change ?? expect.fail();
  const then = told ?? new Map<string, Standing>();
  const shiftedKeys = [...present].filter(([key, severity]) => then.has(key) && then.get(key)?.severity !== severity);
  expect(namesOf(fresh)).toEqual([...present.keys()].filter((key) => !then.has(key)).toSorted());
  expect(namesOf(shifted)).toEqual(shiftedKeys.map(([key]) => key).toSorted());
  expect(keysOf(resolved)).toEqual([...then.keys()].filter((key) => !after.has(key)).toSorted());
  expect(keysOf(notJudged)).toEqual([...then.keys()].filter((key) => after.has(key) && !present.has(key)).toSorted());
}
