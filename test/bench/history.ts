/**
 * What keeping a run costs, on the disk of this machine: bun test/bench/history.ts [DIRECTORY]. A report of 1 000 guests and
 * 300 findings, into an empty history and into one of 10 000 runs.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { keepRun, keptRuns, lookBack } from '../../src/store/history.ts';
import { historyFileIn } from '../../src/store/history-file.ts';
import { largeReport } from '../data/large-report.ts';

const TIMES = 9;
const path = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'pve-doctor-bench-'));
const settings = { path, keepDays: 400 };
const report = { ...largeReport, source: 'live', history: null };

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

const keep = (count: number) => keepRun(settings, { ...report, findings: report.findings.slice(count % 2) });

keepRun(settings, report);
measure('keep a run: 1 000 guests, 300 findings, not to be told', keep);
measure('look back: the same', () => lookBack(path, report));
measure('keep a run that is to be told', () => keepRun({ ...settings, isSent: true }, report));

const db = new DatabaseSync(historyFileIn(path));
db.exec(`
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
  INSERT INTO run (taken_at, uuid, node, tool_version, status, exit_code, grade, score, critical, warnings, notices)
    SELECT '2026-11-20T02:00:00.000Z', i, 'pve1', '0.1.0', 'warning', 1, 'B', 95, 0, 1, 0 FROM n;`);
db.close();
measure('look back: 10 000 runs', () => lookBack(path, report));
measure('the trend alone, 90 runs', () => keptRuns(path, 90));
measure('keep a run: the same', keep);
rmSync(path, { recursive: true, force: true });
