import { afterAll, describe, expect, it } from 'vitest';
import type { Channel } from '../../src/model/config/config.ts';
import type { Addressed, Outbox } from '../../src/model/notify/outbox.ts';
import { type DeliveryLimits, deliverPending } from '../../src/notify/deliver-pending.ts';
import type { Sending } from '../../src/notify/deliver-twice.ts';
import type { Door } from '../../src/notify/door.ts';
import { openToWrite } from '../../src/store/database.ts';
import { openOutbox } from '../../src/store/history.ts';
import { historyFileIn } from '../../src/store/history-file.ts';
import { StoreProblem } from '../../src/store/store-problem.ts';
import { removeScratch, scratchDirectory } from '../store/scratch.ts';
import { gotify, ntfy, sampleMessage, webhook } from './samples.ts';

afterAll(removeScratch);

const START = Date.parse('2026-11-21T08:00:00.000Z');
type Answer = 'ok' | 'down' | 'refused' | 'hangs' | 'busy' | 'busy-for-long';

/** Channels whose servers answer as told, an outbox of their own, and a clock that only pauses move. */
function rig(answers: Readonly<Record<string, readonly Answer[]>>, limits?: DeliveryLimits) {
  const path = scratchDirectory();
  let clock = START;
  let elapsed = 0;
  const posts: string[] = [];
  const left = new Map(Object.entries(answers).map(([name, list]) => [name, [...list]]));
  const door: Door = {
    post: async ({ url, body }) => {
      const name = new URL(url).hostname.split('.')[0] ?? '';
      const answer = left.get(name)?.shift() ?? 'ok';
      posts.push(`${name} ${answer} ${body.includes('second') ? 'second' : 'first'}`);
      if (answer === 'hangs') return new Promise(() => undefined);
      if (answer === 'down') return { outcome: 'failed', because: 'nobody there' };
      const status = { ok: 200, refused: 401, busy: 429, 'busy-for-long': 429 }[answer];
      const retryAfterMs = { ok: 0, refused: 0, busy: 5000, 'busy-for-long': 3_600_000 }[answer];
      return { outcome: 'answered', status, body: '', retryAfterMs, redirectHost: '' };
    },
    mail: async () => ({ outcome: 'failed', replyCode: 0, kind: 'network', because: 'not used' }),
    compose: async () => new Uint8Array(),
    feed: async () => {
      throw new Error('not used');
    },
  };
  const paused: number[] = [];
  const sending: Sending = {
    door,
    now: () => new Date(clock),
    elapsedMs: () => elapsed,
    // The limit of the whole is a real one, the pauses between two tries take no time.
    pause: (ms) => {
      if (ms === limits?.endMs) return new Promise((resolve) => setTimeout(resolve, ms));
      if (ms >= 60_000) return new Promise(() => undefined);
      paused.push(ms);
      clock += ms;
      elapsed += ms;
      return Promise.resolve();
    },
  };
  const { outbox } = openOutbox(path, new Date(START).toISOString());
  const queue = (...channels: readonly string[]) =>
    outbox.enqueue(
      channels.map((channel, at): Addressed => {
        const text = at === 0 ? 'the first' : 'the second';
        const message = sampleMessage({
          id: `id-${channel}-${at}`,
          createdAt: new Date(START).toISOString(),
          json: text,
          brief: text,
          text,
        });
        return { channel, message };
      }),
    );
  const run = (channels: readonly Channel[], changes: { outbox?: Outbox; leftOut?: readonly string[] } = {}) =>
    deliverPending({ outbox, leftOut: [], ...changes, channels, sending, ...(limits === undefined ? {} : { limits }) });
  const states = () =>
    outbox
      .list(20)
      .toReversed()
      .map(({ channel, state, attempts, lastError }) => `${channel} ${state} ${attempts} ${lastError}`.trim());
  return {
    outbox,
    queue,
    run,
    states,
    posts,
    paused,
    later: (ms: number) => {
      clock += ms;
    },
    damage: (number: number) => {
      const { db } = openToWrite(historyFileIn(path), new Date(START).toISOString());
      db.prepare('UPDATE message SET body = ? WHERE number = ?').run(new Uint8Array([31, 139, 8, 0]), number);
      db.close();
    },
  };
}

const hook: Channel = { ...webhook('https://hook.example.org/x'), name: 'hook' };
const push: Channel = { ...gotify('https://push.example.org'), name: 'push' };
const phone: Channel = { ...ntfy('https://phone.example.org'), name: 'phone' };

describe('what waits in the outbox', () => {
  it('goes out to every channel, oldest first', async () => {
    const { queue, run, states, posts } = rig({});
    queue('hook', 'hook');
    queue('push');
    const { outcomes, problems } = await run([hook, push]);
    expect(problems).toEqual([]);
    expect(outcomes.map(({ entry, delivery }) => [entry.channel, delivery.state])).toEqual(
      expect.arrayContaining([
        ['hook', 'sent'],
        ['push', 'sent'],
      ]),
    );
    expect(posts.filter((post) => post.startsWith('hook'))).toEqual(['hook ok first', 'hook ok second']);
    expect(states()).toEqual(['hook sent 1', 'hook sent 1', 'push sent 1']);
    expect((await run([hook, push])).outcomes).toEqual([]);
  });

  it('is tried twice in a run, and again by a later one', async () => {
    const { queue, run, states, posts, paused, later } = rig({ hook: ['down', 'down', 'ok'] });
    queue('hook');
    expect((await run([hook])).outcomes).toMatchObject([{ nextAttemptAt: '2026-11-21T08:01:02.000Z' }]);
    expect([posts.length, paused]).toEqual([2, [2000]]);
    expect(states()).toEqual(['hook pending 1 nobody there']);
    expect((await run([hook])).outcomes).toEqual([]);
    later(60_000);
    expect((await run([hook])).outcomes).toMatchObject([{ delivery: { state: 'sent' } }]);
    expect(states()).toEqual(['hook sent 2']);
  });

  it('keeps its order where the first one does not go out', async () => {
    const { queue, run, states, posts } = rig({ hook: ['down', 'down'] });
    queue('hook', 'hook');
    await run([hook]);
    expect(posts).toEqual(['hook down first', 'hook down first']);
    expect(states()).toEqual(['hook pending 1 nobody there', 'hook pending 0']);
    await run([hook]);
    expect(posts.slice(2)).toEqual(['hook ok first', 'hook ok second']);
  });

  it('is given up where the other side refuses it for good, and the next one is tried', async () => {
    const { queue, run, states, posts } = rig({ hook: ['refused'] });
    queue('hook', 'hook');
    expect((await run([hook])).outcomes).toMatchObject([{ nextAttemptAt: null }, { delivery: { state: 'sent' } }]);
    expect(posts).toEqual(['hook refused first', 'hook ok second']);
    expect(states()).toEqual(['hook given-up 1 HTTP 401', 'hook sent 1']);
  });

  it('waits a few seconds where it is asked to, and leaves an hour to the next run', async () => {
    const short = rig({ hook: ['busy', 'ok'] });
    short.queue('hook');
    await short.run([hook]);
    expect([short.paused, short.states()]).toEqual([[5000], ['hook sent 1']]);
    const long = rig({ hook: ['busy-for-long'] });
    long.queue('hook');
    expect((await long.run([hook])).outcomes).toMatchObject([{ nextAttemptAt: '2026-11-21T09:00:00.000Z' }]);
    expect([long.paused, long.posts.length]).toEqual([[], 1]);
  });

  it('does not wait for a channel that hangs, and is not lost with it', async () => {
    const limits = { beginUntilMs: 1000, endMs: 80, mostPerChannel: 20 };
    const { queue, run, states, later } = rig({ hook: ['hangs', 'ok'] }, limits);
    queue('hook');
    queue('push');
    queue('phone');
    const began = performance.now();
    const { outcomes } = await run([hook, push, phone]);
    expect(performance.now() - began).toBeLessThan(1500);
    expect(outcomes.map(({ entry }) => entry.channel).sort()).toEqual(['phone', 'push']);
    expect(states()).toEqual(['hook pending 1', 'push sent 1', 'phone sent 1']);
    // As after a kill in the middle: until its time is over nobody takes it, then somebody does.
    expect((await run([hook])).outcomes).toEqual([]);
    later(2 * 60_000);
    await run([hook]);
    expect(states()[0]).toBe('hook sent 2');
  });

  it('stays for a channel that this process cannot use, and ages for one that there is no more', async () => {
    const { queue, run, states } = rig({});
    queue('hook');
    queue('gone');
    await run([push], { leftOut: ['hook'] });
    expect(states()).toEqual(['hook pending 0', 'gone pending 1 there is no channel gone in the configuration']);
  });

  it('goes out to the others where the disk refuses to say so of one', async () => {
    const { queue, run, states, outbox } = rig({});
    const [first] = queue('hook');
    queue('push');
    const full: Outbox = {
      ...outbox,
      markSent: (number, at) => {
        if (number === first?.number) throw new StoreProblem('the disk is full');
        outbox.markSent(number, at);
      },
    };
    const { outcomes, problems } = await run([hook, push], { outbox: full });
    expect([outcomes.length, problems]).toEqual([1, ['the disk is full']]);
    expect(states()).toEqual(['hook pending 1', 'push sent 1']);
  });

  it('is given up where what is kept of it is damaged, and keeps no later message waiting', async () => {
    const { queue, run, states, damage, posts } = rig({});
    queue('hook', 'hook');
    damage(1);
    const { outcomes, problems } = await run([hook]);
    expect(problems).toEqual([]);
    expect(outcomes.map(({ delivery, nextAttemptAt }) => [delivery.state, nextAttemptAt])).toEqual([
      ['failed', null],
      ['sent', null],
    ]);
    expect(posts).toEqual(['hook ok second']);
    expect(states()).toEqual([
      expect.stringMatching(/^hook given-up 1 what is kept of this message is damaged/),
      'hook sent 1',
    ]);
  });

  it('is no more than twenty messages of a channel in one run', async () => {
    const { queue, run, posts } = rig({});
    queue(...Array.from({ length: 25 }, () => 'hook'));
    expect(posts).toEqual([]);
    const { outcomes } = await run([hook]);
    expect(outcomes).toHaveLength(20);
  });
});
