/**
 * `npm run monitoring`: what real monitoring programs make of our forms, of the files in packaging and of the dashboard.
 * Needs Debian 12 and its package sources; no root, though as root the exporters run as another user.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AGENTS } from './agents.ts';
import { PROMETHEUS, stopPrometheus } from './prometheus.ts';
import { PROMTOOL } from './promtool.ts';

const setup = spawnSync(fileURLToPath(new URL('./setup.sh', import.meta.url)), { stdio: 'inherit' });
let passed = 0;
let failed = 0;

if (setup.status !== 0) {
  console.log('the monitoring programs could not be unpacked');
  failed = 1;
} else {
  try {
    for (const { name, run } of [...PROMTOOL, ...AGENTS, ...PROMETHEUS]) {
      const start = Date.now();
      try {
        await run();
        passed += 1;
        console.log(`passed  ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    stopPrometheus();
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
