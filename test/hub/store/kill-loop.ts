import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { enrolled, exampleReport } from './store-examples.ts';

const CHILD = fileURLToPath(new URL('./ingest-child.ts', import.meta.url));
const BUN = fileURLToPath(new URL('../../../node_modules/bun/bin/bun.exe', import.meta.url));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the children said was answered: the takenAt of each, by node, in order. */
type Answered = Map<string, string[]>;

/**
 * Kills whoever keeps reports at a random moment, again and again, or the server beneath it, and looks whether everything that was
 * answered is there afterwards. Gives how much that was.
 */
export async function killLoop(address: string, kills: number, killServer?: () => Promise<void>): Promise<number> {
  const before = await openStore(address);
  const nodes = await Promise.all(['a', 'b', 'c', 'd'].map((name) => enrolled(before, 'c1', name)));
  await before.close();
  const answered: Answered = new Map(nodes.map((node) => [node, []]));
  for (let round = 1; round <= kills; round += 1) {
    await ingestUntilKilled([address, `${round}`, ...nodes], answered, killServer);
    // Each is looked at while the log of the one that was killed is still there to be read.
    if (round % 5 === 0 || round === kills) await lookFor(address, answered);
  }
  return [...answered.values()].reduce((sum, list) => sum + list.length, 0);
}

async function ingestUntilKilled(args: readonly string[], answered: Answered, killServer?: () => Promise<void>) {
  const child = spawn(BUN, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, complaint] = ['', ''];
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    complaint += data;
  });
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await pause(Math.random() * 250);
  if (killServer !== undefined) {
    await killServer();
    await pause(Math.random() * 250);
  }
  child.kill('SIGKILL');
  await ended;
  expect(complaint).toBe('');
  // The last line may be half written.
  for (const line of output.split('\n').slice(0, -1)) {
    const [node = '', takenAt = ''] = line.split(' ');
    answered.get(node)?.push(takenAt);
  }
}

async function lookFor(address: string, answered: Answered): Promise<void> {
  const store = await openStore(address);
  try {
    for (const [node, taken] of answered) {
      const runs = (await store.runs(node, 1_000_000)).map(({ takenAt }) => takenAt);
      const there = new Set(runs);
      expect(taken.filter((takenAt) => !there.has(takenAt))).toEqual([]);
      expect(there.size).toBe(runs.length);
      const newest = runs.at(-1);
      // Whoever was killed too early each time has kept nothing of this node yet.
      if (newest === undefined) continue;
      const minute = (Date.parse(newest) - Date.UTC(2026, 10, 1)) / 60_000;
      expect(await store.keep([exampleReport(node, minute)])).toEqual(['known']);
      const body = await store.body(node);
      expect(body === null ? null : gunzipSync(body).toString()).toBe(`${node} ${minute}`);
      const problems = await store.problems({ nodeId: node, limit: 100, offset: 0 });
      expect(problems.map(({ id }) => id)).toContain('always');
      expect(await store.node(node)).toMatchObject({ critical: problems.length, lastTakenAt: newest });
    }
  } finally {
    await store.close();
  }
}
