import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { readPacked } from '../../../src/hub/receive/read-packed.ts';
import { reportReader } from '../../../src/hub/receive/report-reader.ts';
import type { Report } from '../../../src/model/report/report.ts';
import { troubledReport } from '../../data/sample-report.ts';
import { digestOfText, enrolled, put, putReport, reportOf, startHub } from './running-hub.ts';

const AT = '2026-11-20T02:00:04.000Z';

const [problem] = troubledReport.problems;
if (problem === undefined) throw new Error('the sample has a problem');

/** Valid, and with as much as a hub takes. */
const withProblems = (count: number): Partial<Report> => ({
  problems: Array.from({ length: count }, (_, number) => ({ ...problem, id: `volume:flood-${number}` })),
});

const packed = (report: Report) => ({
  ...{ gzip: gzipSync(JSON.stringify(report)), node: report.node, takenAt: report.takenAt },
});

const readers: ReturnType<typeof reportReader>[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

function readerOf(options?: Parameters<typeof reportReader>[0]) {
  const reader = reportReader(options);
  readers.push(reader);
  return reader;
}

it('takes turns: whoever sends many waits for himself', async () => {
  const reader = readerOf();
  const large = packed({ ...troubledReport, ...withProblems(3000) });
  const done: string[] = [];
  const read = (sender: string, report: typeof large) =>
    reader.read(sender, report).then((answer) => void done.push('digest' in answer ? sender : answer.wrong));
  await Promise.all([
    ...Array.from({ length: 4 }, () => read('many', large)),
    read('one', packed(troubledReport)),
    read('other', packed(troubledReport)),
  ]);
  expect(done).toEqual(['many', 'many', 'one', 'other', 'many', 'many']);
});

it('goes on after its thread ended, and says of the report only that it was not read', async () => {
  const reader = readerOf({ longestMs: 1 });
  const large = packed({ ...troubledReport, ...withProblems(9000) });
  await expect(reader.read('a', large)).rejects.toMatchObject({ status: 503, retryAfter: expect.any(Number) });
  const patient = readerOf();
  expect(await patient.read('a', large)).toHaveProperty('digest');
});

it('answers others while it reads the largest body there is, and refuses more than a hub takes in words', async () => {
  const hub = await startHub();
  const [bad, good] = [await enrolled(hub, 'bad'), await enrolled(hub, 'good')];
  // What has to be loaded is loaded with the first.
  expect((await putReport(hub, good, reportOf(good, AT), AT)).status).toBe(201);
  const text = JSON.stringify(reportOf(bad, AT, withProblems(110_000)));
  const gzip = gzipSync(text, { level: 1 });
  const began = performance.now();
  expect(readPacked({ gzip, node: bad.node, takenAt: AT })).toHaveProperty('wrong');
  const alone = performance.now() - began;
  const flood = put(hub, bad, AT, gzip, digestOfText('e'));
  let slowest = 0;
  let isOver = false;
  const asked = (async () => {
    while (!isOver) {
      const from = performance.now();
      await (await fetch(`${hub.url}/healthz`)).text();
      slowest = Math.max(slowest, performance.now() - from);
    }
  })();
  const refused = await flood;
  isOver = true;
  await asked;
  expect([refused.status, await refused.json()]).toEqual([
    422,
    { error: 'the report has 110000 problems; a hub takes reports of up to 10000' },
  ]);
  expect(slowest).toBeLessThan(alone / 2);
  await hub.stop();
}, 60_000);

it('lets one node write so much in a day, and the others go on', async () => {
  const hub = await startHub();
  const [bad, good] = [await enrolled(hub, 'bad'), await enrolled(hub, 'good')];
  const statuses: number[] = [];
  for (let minute = 10; minute < 30; minute += 1) {
    const at = `2026-11-20T02:${minute}:00.000Z`;
    const answer = await putReport(hub, bad, reportOf(bad, at, withProblems(9000)), at);
    statuses.push(answer.status);
    if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(60);
  }
  expect(statuses).toEqual([...Array(14).fill(201), ...Array(6).fill(429)]);
  expect((await putReport(hub, good, reportOf(good, AT), AT)).status).toBe(201);
  await hub.stop();
}, 120_000);
