import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, describe, expect, it } from 'vitest';
import { liveClient } from '../../src/channels/client.ts';
import type { NotifySettings } from '../../src/model/config/config.ts';
import { withDefault } from '../../src/notify/policy.ts';
import { tellChannels } from '../../src/notify/tell.ts';
import { channelRecords, openChannels } from '../../src/store/channels.ts';
import { keepRun } from '../../src/store/history.ts';
import { found, report } from '../store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../store/scratch.ts';
import { smtp } from './samples.ts';

afterAll(removeScratch);

const client = liveClient({ httpMs: 500, mailStepMs: 20_000, mailMs: 40_000, programMs: 500 });

/** A real SMTP server on loopback that answers some recipients otherwise, for as long as `use` runs. */
async function withServer(
  answers: ReadonlyMap<string, number>,
  use: (port: number, taken: string[]) => Promise<void>,
): Promise<void> {
  const taken: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) => {
      const code = answers.get(address);
      done(code === undefined ? null : Object.assign(new Error('not now'), { responseCode: code }));
    },
    onData: (stream, { envelope }, done) => {
      stream.resume();
      stream.on('end', () => {
        taken.push(...envelope.rcptTo.map(({ address }) => address));
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use((server.server.address() as AddressInfo).port, taken);
  } finally {
    await new Promise<void>((resolve) => server.close(resolve));
  }
}

const settingsFor = (port: number): NotifySettings =>
  withDefault(
    {
      ...{ digestAt: '07:00', otherwise: 'root', cluster: 'one', remindDays: 7, healthyDays: 30 },
      channels: [
        smtp(port, {
          ...{ name: 'mail', policy: 'on-change', security: 'none', user: null, password: null },
          to: ['anna@example.org', 'Bob <bob@example.org>'],
        }),
      ],
    },
    true,
    [],
  );

async function tell(path: string, settings: NotifySettings, cause: 'run' | 'retry', at: string) {
  const store = openChannels(path, at);
  const sending = { client, now: () => new Date(at), elapsedMs: () => 0, pause: () => Promise.resolve() };
  // The end of a run is never reached here: each answers at once.
  const endless = {
    ...sending,
    pause: (ms: number) => (ms > 1e6 ? new Promise<void>(() => undefined) : Promise.resolve()),
  };
  try {
    return await tellChannels(store, { settings, cause, sending: endless, limits: { beginUntilMs: 1e8, endMs: 1e9 } });
  } finally {
    store.close();
  }
}

const NIGHT = '2026-11-20T02:01:00.000Z';

describe('a mail to two', () => {
  it.each([
    ['refused', 550],
    ['greylisted', 451],
  ])('of whom one is %s reaches the other once, and that one as soon as it can', async (_, code) => {
    const answers = new Map([['bob@example.org', code]]);
    await withServer(answers, async (port, taken) => {
      const [path, settings] = [scratchDirectory(), settingsFor(port)];
      keepRun({ path, keepDays: 400, isSent: true }, report({ findings: [found('DM010', 'a', 'critical')] }));
      const first = await tell(path, settings, 'run', NIGHT);
      expect(first.map(({ channel, delivery }) => `${channel} ${delivery.state}`).sort()).toEqual([
        'mail (anna@example.org) sent',
        'mail (bob@example.org) failed',
      ]);
      expect(taken).toEqual(['anna@example.org']);
      const waiting = channelRecords(path).get('mail (bob@example.org)')?.waiting;
      expect(waiting).toMatchObject({ refused: code === 550, error: expect.stringContaining('not now') });
      answers.clear();
      await tell(path, settings, 'retry', '2026-11-20T09:00:00.000Z');
      expect(taken).toEqual(['anna@example.org', 'bob@example.org']);
      await tell(path, settings, 'retry', '2026-11-20T10:00:00.000Z');
      expect(taken).toHaveLength(2);
    });
  });
});

describe('a node on which no check runs any more', () => {
  it('is told of once, and again when a check has run', async () => {
    await withServer(new Map(), async (port, taken) => {
      const [path, settings] = [scratchDirectory(), settingsFor(port)];
      const check = (takenAt: string) => keepRun({ path, keepDays: 400, isSent: true }, report({ takenAt }));
      check('2026-11-20T02:00:00.000Z');
      await tell(path, settings, 'run', NIGHT);
      await tell(path, settings, 'retry', '2026-11-21T13:00:00.000Z');
      expect(taken).toHaveLength(0);
      await tell(path, settings, 'retry', '2026-11-21T15:00:00.000Z');
      expect(taken).toHaveLength(2);
      await tell(path, settings, 'retry', '2026-11-21T16:00:00.000Z');
      expect(taken).toHaveLength(2);
      check('2026-11-21T17:00:00.000Z');
      await tell(path, settings, 'run', '2026-11-21T17:01:00.000Z');
      expect(taken).toHaveLength(4);
    });
  });
});
