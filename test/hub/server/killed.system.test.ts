import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hashOf, newToken } from '../../../src/hub/receive/enrol.ts';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { ROOT } from '../../repo/repository.ts';
import { enrolBody, newKeys, post, putReport, type RunningHub, reportOf, type TestNode } from './running-hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-hub-killed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = join(folder, 'config.toml');
const path = join(folder, 'hub.db');

async function start(port: number): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  writeFileSync(config, `[server]\nlisten = "127.0.0.1:${port}"\n[store]\npath = "${path}"\n`, { mode: 0o600 });
  const child = spawn(join(ROOT, 'bin/pve-doctor-hub'), ['serve', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (data) => {
      said += data;
      if (said.includes('listening at')) resolve();
    });
    child.once('exit', () => reject(new Error(said)));
  });
  return { child, url: /listening at (\S+),/.exec(said)?.[1] ?? '' };
}

const waited = async (ms: number): Promise<false> =>
  await new Promise((resolve) => setTimeout(() => resolve(false), ms));

const at = (count: number): string => new Date(Date.UTC(2026, 10, 20) + count * 1000).toISOString();

describe('a hub that is killed again and again', () => {
  it('has every report that it answered with success', { timeout: 180_000 }, async () => {
    const token = newToken();
    const store = await openStore(path);
    const [createdAt, expiresAt] = [new Date().toISOString(), new Date(Date.now() + 3_600_000).toISOString()];
    await store.addToken({ cluster: '', createdAt, createdBy: 'test', expiresAt, usesLeft: 10, hash: hashOf(token) });
    await store.close();
    const nodes: TestNode[] = [];
    const answered = new Set<string>();
    let count = 0;
    for (let round = 0; round < 5; round += 1) {
      const { child, url } = await start(0);
      while (nodes.length < 4) {
        const keys = newKeys();
        const node = `pve${nodes.length}`;
        const answer = await post(`${url}/v1/enrol`, enrolBody(token, keys, node));
        nodes.push({ ...keys, node, nodeId: ((await answer.json()) as { nodeId: string }).nodeId });
      }
      let isAlive = true;
      const sending = nodes.map(async (node) => {
        while (isAlive) {
          const takenAt = at(count++);
          // What it says differs each time, so that none takes the place of another.
          const report = reportOf(node, takenAt, { notSeen: [takenAt] });
          const answer = await putReport({ url } as RunningHub, node, report, takenAt).catch(() => null);
          if (answer?.status === 201) answered.add(`${node.nodeId} ${takenAt}`);
          // A node obeys what it is told; here the next one will do.
          if (answer?.status === 429) return;
        }
      });
      // However slow the machine is, it dies in the middle of its work.
      const isSent = Promise.all(sending).then(() => true);
      while (answered.size < 5 * (round + 1) && !(await Promise.race([isSent, waited(20)])));
      await waited(round * 70);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      isAlive = false;
      await Promise.all(sending);
    }
    const after = await openStore(path);
    const kept = new Set<string>();
    for (const { nodeId } of nodes)
      for (const { takenAt } of await after.runs(nodeId, 100_000)) kept.add(`${nodeId} ${takenAt}`);
    await after.close();
    expect(answered.size).toBeGreaterThan(20);
    expect([...answered].filter((one) => !kept.has(one))).toEqual([]);
  });
});
