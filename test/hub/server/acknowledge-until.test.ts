import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemPath } from '../../../src/hub/pages/addresses.ts';
import { type Browser, enrolled, loggedIn, putReport, type RunningHub, reportOf, startHub } from './running-hub.ts';

const DAY_MS = 86_400_000;

describe('until when a problem is acknowledged', () => {
  let hub: RunningHub;
  let page: Browser;
  let path: string;
  let stands: () => Promise<string | null | undefined>;

  beforeAll(async () => {
    hub = await startHub();
    page = await loggedIn(hub, 'operator');
    const node = await enrolled(hub);
    const takenAt = hub.now().toISOString();
    const answer = await putReport(hub, node, reportOf(node, takenAt), takenAt);
    expect(answer.status).toBeLessThan(300);
    const [problem] = await hub.store.problems({ nodeId: node.nodeId, limit: 1, offset: 0 });
    const id = problem?.id ?? '';
    path = problemPath(node.nodeId, id);
    stands = async () => (await hub.store.problem(node.nodeId, id))?.acknowledged?.until;
  });
  afterAll(() => hub.stop());

  const say = async (date: string, until = '1d') =>
    (await page.form(`${path}/acknowledge`, { reason: 'known', until, date })).status;

  const day = (ahead: number): string => new Date(hub.now().getTime() + ahead * DAY_MS).toISOString().slice(0, 10);

  it('is the end of a day that was given, whatever span stands beside it', async () => {
    expect(await say(day(3), '')).toBe(303);
    expect(await stands()).toBe(`${day(3)}T23:59:59.999Z`);
  });

  it('is a span where no day was given', async () => {
    expect(await say('', '1w')).toBe(303);
    expect(Math.round((Date.parse((await stands()) ?? '') - hub.now().getTime()) / DAY_MS)).toBe(7);
  });

  it('is no day that has passed, is far away, or is none', async () => {
    expect(await say('')).toBe(303);
    const before = await stands();
    for (const date of [day(-1), day(400), '2026-02-31x', 'tomorrow', '9999999-01-01'])
      expect(await say(date), date).toBe(422);
    expect(await stands()).toBe(before);
  });
});
