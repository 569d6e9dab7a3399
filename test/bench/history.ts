/**
 * What keeping a run costs, on the disk of this machine: bun test/bench/history.ts [DIRECTORY]. A report of 1 000 guests and
 * 300 findings, into an empty history and into one of 10 000 runs with a full outbox.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { keepRun, keptRuns, lookBack, openOutbox } from '../../src/store/history.ts';
import { historyFileIn } from '../../src/store/history-file.ts';
import { largeReport } from '../data/large-report.ts';
import { message } from '../store/past-reports.ts';

const TIMES = 9;
const path = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'pve-doctor-bench-'));
const settings = { path, keepDays: 400 };
const report = { ...largeReport, source: 'live', history: null };
const json = JSON.stringify(report);

function measure(name: string, work: (count: number) => unknown): void {
  const times = Array.from({ length: TIMES }, (_, count) => {
    const start = performance.now();
    work(count);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const [least = 0, median = 0, most = 0] = [times[0], times[TIMES >> 1], times.at(-1)];
  const size = statSync(historyFileIn(path)).size / 2 ** 20;
  console.log(
    `${name.padEnd(62)} ${median.toFixed(1).padStart(7)} ms (${least.toFixed(1)}-${most.toFixed(1)})  ` +
      `${size.toFixed(1).padStart(6)} MiB on disk  ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0).padStart(4)} MiB`,
  );
}

const attached = (id: string) =>
  message(id, { json, attachments: [{ fileName: 'report.json', mediaType: 'application/json', content: json }] });

const keep = (count: number) => keepRun(settings, { ...report, findings: report.findings.slice(count % 2) });

keepRun(settings, report);
measure('keep a run: 1 000 guests, 300 findings, no message', keep);
measure('look back: the same', () => lookBack(path, report));
console.log(
  `a message with the report attached: ${(JSON.stringify(attached('x')).length / 2 ** 20).toFixed(1)} MiB of JSON`,
);
measure('keep a run with one message for three channels', (count) => {
  const one = attached(`m${count}`);
  return keepRun(settings, report, () => ({
    messages: ['x', 'y', 'z'].map((channel) => ({ channel, message: one })),
    upToDate: [],
  }));
});

const db = new DatabaseSync(historyFileIn(path));
db.exec(`
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
  INSERT INTO run (taken_at, node, tool_version, status, exit_code, grade, score, critical, warnings, notices)
    SELECT '2026-11-20T02:00:00.000Z', 'pve1', '0.1.0', 'warning', 1, 'B', 95, 0, 1, 0 FROM n;
  INSERT INTO finding (key, code, severity, subject_kind, subject_id, title, vmid, first_run, first_at, last_run, last_at,
    ended_run, ended)
    SELECT key || '/' || id, code, severity, subject_kind, subject_id, title, vmid, 1, first_at, 2, last_at, 3 + id % 9000,
      'resolved' FROM finding, (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) SELECT i FROM n)`);
db.close();
measure('look back: 10 000 runs, 9 000 findings that ended', () => lookBack(path, report));
measure('the trend alone, 90 runs', () => keptRuns(path, 90));
measure('keep a run: the same', keep);
const { outbox, close } = openOutbox(path, report.takenAt);
for (let count = 0; count < 150; count += 1) outbox.enqueue([{ channel: 'a', message: attached(`w${count}`) }]);
close();
measure('look back: and 170 messages that wait', () => lookBack(path, report));
measure('keep a run: the same', keep);
rmSync(path, { recursive: true, force: true });
