/**
 * apply-driver.ts POINT (kill | COMMAND...): cleans the first planned entry of this node through the production code, and
 * does something at one point of it. Points: `planned`, `intent`, `gates` (before the last look), `looked`, `mutated`, `outcome`.
 * The access is the live one; only what happens between two calls is added here.
 */
import { spawnSync } from 'node:child_process';
import { applyStep } from '../../src/apply/apply-step.ts';
import { liveAccess } from '../../src/apply/live-access.ts';
import type { NodeAccess } from '../../src/apply/node-access.ts';
import { startRun } from '../../src/apply/run.ts';
import { takeRunLock } from '../../src/apply/run-lock.ts';
import { collect } from '../../src/engine/collect.ts';
import { findLeftovers } from '../../src/engine/examine.ts';
import { openJournalFile } from '../../src/host/journal-file.ts';
import { liveHost } from '../../src/host/live-host.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { planRepairs } from '../../src/repair/index.ts';
import { JOURNAL_PATH, readJournal } from '../../src/store/journal.ts';

const [point = '', action = '', ...rest] = process.argv.slice(2);

function reach(reached: string): void {
  if (reached !== point) return;
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  const done = spawnSync('sh', ['-c', [action, ...rest].join(' ')], { stdio: 'inherit' });
  console.log(`at ${point}: exit ${done.status}`);
}

const plan = (snapshot: Snapshot) =>
  planRepairs(findLeftovers(snapshot).findings, snapshot, { only: null, vmid: null });

const lock = takeRunLock();
if ('refused' in lock) throw new Error(lock.refused);
const inner = liveAccess(await openJournalFile(JOURNAL_PATH));
let settled = 0;
const access: NodeAccess = {
  ...inner,
  settle: async () => {
    settled += 1;
    // The second one begins the last look.
    if (settled === 2) reach('gates');
    return inner.settle();
  },
  mutate: (...what) => {
    reach('looked');
    return inner.mutate(...what);
  },
  append: async (record) => {
    if (record.record === 'outcome') reach('mutated');
    await inner.append(record);
    reach(record.record);
  },
};
const actor = { uid: 0, user: 'root', sudoUser: null, sudoUid: null, loginUid: null };
const { nextId } = await readJournal();
const run = await startRun(access, { actor, pid: process.pid, command: ['apply-driver'], nextId });
const [first] = plan(await collect(liveHost(), null)).plans;
if (first === undefined) throw new Error('nothing is planned');
console.log(`planned: ${first.step.argv.join(' ')}`);
reach('planned');
const result = await applyStep(
  {
    finding: first.finding,
    step: first.step,
    undoes: null,
    planAgain: (snapshot) => {
      const { plans, refusals } = plan(snapshot);
      const isSame = ({ deviceName }: { readonly deviceName: string }) => deviceName === first.deviceName;
      return plans.find(isSame) ?? refusals.find(isSame) ?? { because: 'no finding names it any more', gates: [] };
    },
  },
  run,
);
console.log(JSON.stringify(result));
lock.release();
process.exit(0);
