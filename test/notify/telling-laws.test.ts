import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Severity } from '../../src/model/finding.ts';
import { tellChannels } from '../../src/notify/tell.ts';
import { openChannels } from '../../src/store/channels.ts';
import { keepRun } from '../../src/store/history.ts';
import { trials } from '../sample.ts';
import { BLIND, found, report } from '../store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../store/scratch.ts';
import { clientFor } from './recording-client.ts';
import { webhook } from './samples.ts';

afterAll(removeScratch);

const SUBJECTS = ['a', 'b', 'c'] as const;

interface Step {
  /** Which of the subjects stand, and how bad they are. */
  readonly standing: readonly (Severity | 'none')[];
  readonly blind: boolean;
  readonly jumpMs: number;
  readonly fate: 'well' | 'down' | 'refused' | 'killed-after-sending' | 'killed-before-sending';
}

const DAY_MS = 86_400_000;
const step: fc.Arbitrary<Step> = fc.record({
  standing: fc.tuple(
    ...SUBJECTS.map(() => fc.constantFrom<Severity | 'none'>('none', 'none', 'notice', 'warning', 'critical')),
  ),
  blind: fc.boolean(),
  jumpMs: fc.constantFrom(60_000, DAY_MS, 10 * DAY_MS, -DAY_MS, 5e11, -5e11),
  fate: fc.constantFrom<Step['fate']>(
    'well',
    'well',
    'down',
    'refused',
    'killed-after-sending',
    'killed-before-sending',
  ),
});

interface Listed {
  readonly id: string;
  readonly severity: Severity;
}

/** What somebody knows who read every message, a repetition once. */
function readerOf() {
  const known = new Map<string, Severity>();
  const complaints: string[] = [];
  const ids = new Set<string>();
  let unsure = false;
  const read = (json: string): void => {
    const said = JSON.parse(json) as Readonly<
      Record<'new' | 'changed' | 'standing' | 'flapping' | 'notJudged' | 'resolved', Listed[]>
    > & {
      readonly id: string;
    };
    if (ids.has(said.id)) return;
    ids.add(said.id);
    for (const { id } of said.resolved)
      if (!known.delete(id) && !unsure) complaints.push(`${id} is resolved, and was never told`);
    // Who was killed after sending told something that nobody wrote down: it may come twice, never not at all.
    for (const { id } of said.new) if (known.has(id) && !unsure) complaints.push(`${id} is told twice as new`);
    unsure = false;
    for (const { id, severity } of [
      ...said.new,
      ...said.changed,
      ...said.standing,
      ...said.flapping,
      ...said.notJudged,
    ])
      known.set(id, severity);
  };
  return {
    known,
    complaints,
    read,
    forget: () => {
      unsure = true;
    },
  };
}

describe('a channel on-change', () => {
  it('loses no change to servers that are down or refuse, kills and clocks, once it works again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 9 }), async (steps) => {
        const path = scratchDirectory();
        const reader = readerOf();
        const settings = {
          digestAt: '07:00',
          otherwise: 'root' as const,
          cluster: 'one' as const,
          remindDays: 7,
          healthyDays: 30,
          channels: [{ ...webhook('http://x'), policy: 'on-change' } as const],
        };
        const end: Step = { standing: steps.at(-1)?.standing ?? [], blind: false, jumpMs: 11 * DAY_MS, fate: 'well' };
        let clock = Date.parse('2026-11-21T02:00:00.000Z');
        // What comes and goes is settled when it is looked at twice, days apart.
        for (const { standing, blind, jumpMs, fate } of [...steps, end, end]) {
          clock = Math.max(0, clock + jumpMs);
          const findings = blind
            ? []
            : SUBJECTS.flatMap((id, at) => {
                const severity = standing[at] ?? 'none';
                return severity === 'none' ? [] : [found('DM010', id, severity)];
              });
          const status = blind
            ? 'unknown'
            : findings.some(({ severity }) => severity !== 'notice')
              ? 'warning'
              : 'healthy';
          const seen = report({
            ...{ takenAt: new Date(clock).toISOString(), findings, status },
            outcomes: blind ? { DM010: BLIND } : {},
          });
          expect(keepRun({ path, keepDays: 100_000, isSent: true }, seen).kept).toBe(true);
          if (fate === 'killed-before-sending') continue;
          const store = openChannels(path, seen.takenAt);
          const killed = fate === 'killed-after-sending';
          await tellChannels(
            killed ? { ...store, save: (name, one) => one.waiting !== null && store.save(name, one) } : store,
            {
              ...{ settings, cause: 'run', limits: { beginUntilMs: 1e9, endMs: 1e9 } },
              sending: {
                ...{ now: () => new Date(clock), elapsedMs: () => 0 },
                pause: (ms) => (ms > 1e8 ? new Promise(() => undefined) : Promise.resolve()),
                client: {
                  ...clientFor(0, () => undefined),
                  post: async ({ body }) => {
                    const code = fate === 'down' ? 503 : fate === 'refused' ? 401 : 200;
                    if (code === 200) reader.read(String(body));
                    return { outcome: 'answered', status: code, body: '', retryAfterMs: 0, redirectHost: '' };
                  },
                },
              },
            },
          );
          store.close();
          if (killed) reader.forget();
        }
        const wrong = (all: readonly (readonly [string, Severity])[]) =>
          all.filter(([, severity]) => severity !== 'notice').toSorted();
        const stands = SUBJECTS.flatMap((id, at) => {
          const severity = end.standing[at] ?? 'none';
          return severity === 'none' ? [] : [[`device:${id}`, severity] as const];
        });
        expect(wrong([...reader.known])).toEqual(wrong(stands));
        expect(reader.complaints).toEqual([]);
      }),
      { numRuns: trials(60) },
    );
  });
});
