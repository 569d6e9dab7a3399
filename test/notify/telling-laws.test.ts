import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Channel } from '../../src/model/config/config.ts';
import type { ReportedFinding, Severity } from '../../src/model/finding.ts';
import { findingKey } from '../../src/model/report/report-history.ts';
import { decideBy } from '../../src/notify/decide.ts';
import { deliverPending } from '../../src/notify/deliver-pending.ts';
import { keepRun, openOutbox } from '../../src/store/history.ts';
import { BLIND, found, report } from '../store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../store/scratch.ts';
import { sendmail } from './samples.ts';

afterAll(removeScratch);

interface Step {
  /** Which of the subjects stand, and how bad they are. */
  readonly standing: readonly (Severity | 'none')[];
  /** Codes whose checks could not look. */
  readonly blind: boolean;
  /** The clock jumps by this before the run. */
  readonly jumpMs: number;
  /** The run is killed while it is kept; or the channel does not answer; or the run is killed after the delivery. */
  readonly fate: 'well' | 'killed-while-kept' | 'channel-down' | 'killed-after-sending';
}

const SUBJECTS = ['a', 'b', 'c'] as const;
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    standing: fc.tuple(
      ...SUBJECTS.map(() => fc.constantFrom<Severity | 'none'>('none', 'none', 'notice', 'warning', 'critical')),
    ),
    blind: fc.boolean(),
    jumpMs: fc.constantFrom(1, 86_400_000, 3600_000, -86_400_000, 5e11, -5e11),
    fate: fc.constantFrom<Step['fate']>('well', 'well', 'killed-while-kept', 'channel-down', 'killed-after-sending'),
  }),
  { minLength: 1, maxLength: 9 },
);

const channel: Channel = sendmail({ name: 'admins', policy: 'on-change' });
const settings = { digestAt: '07:00', channels: [channel] };

/** What a reader of all messages knows: the severity of every problem that was told and not told as resolved. */
function readerOf() {
  const told = new Map<string, Severity>();
  const complaints: string[] = [];
  const seen = new Set<string>();
  return {
    complaints,
    told,
    read(id: string, json: string): void {
      // The same message may come twice; its id says so.
      if (seen.has(id)) return;
      seen.add(id);
      const { change } = JSON.parse(json) as {
        change: Record<'fresh' | 'shifted' | 'resolved', { key: string; severity: Severity }[]>;
      };
      for (const { key, severity } of change.fresh) {
        if (told.has(key)) complaints.push(`${key} told twice as new`);
        told.set(key, severity);
      }
      // A notice that nobody was told of, because a notice is no news, becomes one as what it grew into.
      for (const { key, severity } of change.shifted) {
        if (!told.has(key) && severity === 'notice') complaints.push(`${key} is milder, but was never told`);
        told.set(key, severity);
      }
      for (const { key, severity } of change.resolved)
        if (!told.delete(key) && severity !== 'notice') complaints.push(`${key} resolved, but was never told`);
    },
  };
}

describe('a channel on-change', () => {
  it('tells each problem once as new and once as resolved, through failures, kills and clocks that jump', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const path = scratchDirectory();
        const reader = readerOf();
        let clock = Date.parse('2026-11-21T02:00:00.000Z');
        let ids = 0;
        let last: readonly ReportedFinding[] = [];
        let isBlind = false;
        for (const { standing, blind, jumpMs, fate } of [
          ...all,
          { standing: all.at(-1)?.standing ?? [], blind: false, jumpMs: 172_800_000, fate: 'well' } satisfies Step,
        ]) {
          clock = Math.max(0, clock + jumpMs);
          const takenAt = new Date(clock).toISOString();
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
          const seen = report({ takenAt, findings, status, outcomes: blind ? { DM010: BLIND } : {} });
          const decide = decideBy({ settings, everybody: false, newId: () => `id-${ids++}` });
          const kill = (): never => {
            throw new Error('killed');
          };
          try {
            keepRun({ path, keepDays: 100_000 }, seen, (kept) => {
              // The whole change, as the reader of this test needs it; a real webhook has it cut to its limits.
              const decision = decide(kept);
              const messages = decision.messages.map(({ channel: name, message }) => {
                const { fresh, shifted, resolved } = kept.channel(name).change;
                const keyed = (list: readonly ReportedFinding[]) =>
                  list.map((one) => ({ ...one, key: findingKey(one) }));
                const json = JSON.stringify({ change: { fresh: keyed(fresh), shifted: keyed(shifted), resolved } });
                return { channel: name, message: { ...message, json } };
              });
              if (fate === 'killed-while-kept') kill();
              return { ...decision, messages };
            });
          } catch (error) {
            if (String(error) !== 'Error: killed') throw error;
            continue;
          }
          [last, isBlind] = [findings, blind];
          const { outbox, close } = openOutbox(path, takenAt);
          // Time passes until the next try, so that what waits is due.
          clock += 7 * 3600_000;
          await deliverPending({
            outbox: fate === 'killed-after-sending' ? { ...outbox, markSent: () => undefined } : outbox,
            channels: [channel],
            leftOut: [],
            sending: {
              now: () => new Date(clock),
              elapsedMs: () => 0,
              // The time limit of the whole is never reached.
              pause: (ms) => (ms > 1e8 ? new Promise(() => undefined) : Promise.resolve()),
              door: {
                post: async () => ({ outcome: 'failed', because: 'not used' }),
                mail: async () => ({ outcome: 'failed', replyCode: 0, kind: 'network', because: 'not used' }),
                compose: async (mail) => new TextEncoder().encode(mail.messageId),
                feed: async (_program, argv, input) => {
                  const exitCode = fate === 'channel-down' ? 75 : 0;
                  if (exitCode === 0) sentIds.push(new TextDecoder().decode(input as Uint8Array).split('@')[0] ?? '');
                  return { argv, outcome: 'exited', exitCode, stdout: '', stderr: '', truncated: false, durationMs: 1 };
                },
              },
            },
            limits: { beginUntilMs: 1e9, endMs: 1e9, mostPerChannel: 50 },
          });
          // What a clock that is years ahead made too old was given up, is named as such, and stays readable.
          for (const entry of outbox.list(500).toReversed())
            if (sentIds.includes(entry.id) || entry.state === 'given-up')
              reader.read(entry.id, outbox.read(entry.number)?.json ?? '');
          close();
          sentIds.length = 0;
        }
        expect(reader.complaints).toEqual([]);
        expect(isBlind).toBe(false);
        const problems = last.filter(({ severity }) => severity !== 'notice');
        for (const finding of problems) expect(reader.told.get(findingKey(finding))).toBe(finding.severity);
        const stale = [...reader.told].filter(
          ([key, severity]) => severity !== 'notice' && !problems.some((finding) => findingKey(finding) === key),
        );
        expect(stale).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

const sentIds: string[] = [];
