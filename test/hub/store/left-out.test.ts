import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digestOfRecord } from '../../../src/hub/cluster/record-digest.ts';
import { readReport } from '../../../src/hub/receive/read-report.ts';
import type { ReportDigest } from '../../../src/hub/store/hub-store.ts';
import { openStore } from '../../../src/hub/store/open-store.ts';
import type { NodeVerdict } from '../../../src/model/cluster/node-record.ts';
import type { NotJudged } from '../../../src/model/report/not-judged.ts';
import type { Report } from '../../../src/model/report/report.ts';
import { jsonText } from '../../../src/render/json.ts';
import { goldenReports } from '../../data/golden-reports.ts';
import { someOf } from '../../sample.ts';
import { at, enrolled, exampleReport, said } from './store-examples.ts';

/** What the hub makes of the report as it travels; `more` is what a later version writes otherwise. */
function received(report: Report, more: object = {}): ReportDigest {
  const body = JSON.stringify({ ...JSON.parse(jsonText(report)), ...more });
  const found = readReport(Buffer.from(body), report.node, report.takenAt);
  if ('wrong' in found) throw new Error(found.wrong);
  return found.digest;
}

const troubled = someOf(
  Object.entries(goldenReports).filter(([, { problems }]) => problems.length > 0),
  6,
);

/** Says nothing of what stood before: every problem is gone, and all of it was looked at. */
const mended = (report: Report, notJudged: readonly NotJudged[] = []): Report => ({
  ...report,
  ...{ status: 'healthy', problems: [], findings: [], mounts: [], notJudged },
  checks: report.checks.map((check) => ({ ...check, findings: 0 })),
});

/** Of a task on a guest that no node has: it leaves nothing open. */
const elsewhere = (vmid: number): NotJudged => ({
  ...{ kind: 'busy', subject: null, vmids: [vmid], reason: `guest ${vmid}: lock: backup` },
  ...{ codes: null, node: null, lastJudgedAt: null },
});

const recordOf = ({ node, toolVersion }: Report, more: Partial<NodeVerdict>) => ({
  ...{ node, toolVersion },
  verdict: { status: 'healthy' as const, grade: 'A+', problems: [], unjudged: [], ...more },
});

/** Later than everything that is kept. */
const AFTER = at(10_000);

const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-hub-left-out-'));
let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => {
  store = await openStore(`sqlite:${folder}/data/hub.db`);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

it('resolves, and ends, only what a whole report of a version that knows it says no more', async () => {
  const nodes = await Promise.all(
    troubled.map(async ([name, report]) => ({ id: await enrolled(store, 'c1', name), report })),
  );
  let minute = 0;
  const keep = async (digestOf: (report: Report) => ReportDigest): Promise<void> => {
    minute += 10;
    await store.keep(nodes.map(({ id, report }) => exampleReport(id, minute, { digest: digestOf(report) })));
  };
  const state = async () => ({
    acknowledged: (await Promise.all(nodes.map(({ id }) => store.acknowledgementsFor(id, AFTER)))).flat().length,
    counts: await Promise.all(
      nodes.map(async ({ id }) => {
        const row = await store.node(id);
        return [row?.critical, row?.warnings, row?.notices];
      }),
    ),
    happened: Object.groupBy(await store.changes({ limit: 100_000 }), ({ what }) => what),
  });
  await keep((report) => received(report));
  for (const { id, report } of nodes)
    for (const problem of report.problems.slice(0, 1))
      await store.acknowledge({ nodeId: id }, said(problem.id, { severity: problem.severity, at: AFTER }));
  const before = await state();
  expect(before.acknowledged).toBe(nodes.length);

  const looks: Readonly<Record<string, (report: Report) => ReportDigest>> = {
    'a list that was cut': (report) =>
      received(
        mended(
          report,
          Array.from({ length: 5001 }, (_, at) => elsewhere(1_000_000 + at)),
        ),
      ),
    'a schema of the future': (report) => received(mended(report), { schemaVersion: 2 }),
    'a version without these checks': (report) => received({ ...mended(report), checks: [] }),
    'a record that names no checks': (report) => digestOfRecord(recordOf(report, {})),
    'a record without a list': (report) =>
      digestOfRecord(recordOf(report, { checks: report.checks.map(({ code }) => code), unjudged: null })),
  };
  for (const [look, digestOf] of Object.entries(looks)) {
    await keep(digestOf);
    expect({ look, ...(await state()) }).toEqual({ look, ...before });
  }

  await keep((report) => received(report));
  expect(await state()).toEqual(before);
  await keep((report) => received(mended(report)));
  const after = await state();
  expect(after.counts.flat().every((count) => count === 0)).toBe(true);
  expect(after.happened.resolved).toHaveLength(troubled.flatMap(([, { problems }]) => problems).length);
  expect(after.acknowledged).toBe(0);
});
