/**
 * `npm run monitoring`: what real monitoring programs make of our forms, of the files in packaging and of the dashboard.
 * Needs Debian 12 and its package sources; no root, though as root the exporters run as another user.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWith, runCases, type Tally } from '../../run-cases.ts';
import { AGENTS } from './agents.ts';
import { PROMETHEUS, stopPrometheus } from './prometheus.ts';
import { PROMTOOL } from './promtool.ts';

const setup = spawnSync(fileURLToPath(new URL('./setup.sh', import.meta.url)), { stdio: 'inherit' });
if (setup.status !== 0) {
  console.log('the monitoring programs could not be unpacked');
  endWith({ passed: 0, failed: 1 });
}
let tally: Tally;
try {
  tally = await runCases([...PROMTOOL, ...AGENTS, ...PROMETHEUS]);
} finally {
  stopPrometheus();
}
endWith(tally);
