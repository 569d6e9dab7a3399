import { copyFileSync, cpSync, readdirSync, rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report/report.ts';
import { trials } from '../sample.ts';
import { removeScratch } from '../store/scratch.ts';
import { type RealHub, realHub } from './real-hub.ts';
import { theProgram } from './the-program.ts';

let hub: RealHub;
beforeEach(async () => {
  hub = await realHub();
});
afterEach(() => hub.close());
afterAll(removeScratch);

async function enrolled() {
  const node = theProgram();
  const done = await node.enrol(hub.url, await hub.token());
  if (done.status !== 0) throw new Error(done.stderr);
  const [row] = await hub.store().nodes({});
  return { ...node, nodeId: row?.nodeId ?? '', directory: `${node.path}/hub/${new URL(hub.url).host}` };
}

/** Looks that the hub took, whole or as seen. */
function heard(): number {
  const { kept = 0, known = 0, seen = 0 } = hub.outcomes();
  return kept + known + seen;
}

const bodyIn = async (nodeId: string): Promise<Report> =>
  JSON.parse(gunzipSync((await hub.store().body(nodeId)) ?? new Uint8Array()).toString('utf8'));

describe.skipIf(process.geteuid?.() !== 0)('a node and a real hub', () => {
  it('enrol, and the first report is the one that check prints', async () => {
    const { nodeId, run } = await enrolled();
    const report = await bodyIn(nodeId);
    const checked: Report = JSON.parse((await run(['check', '--format', 'json'])).stdout);
    expect([report.node, Object.keys(report)]).toEqual([checked.node, Object.keys(checked)]);
    expect(hub.outcomes()).toEqual({ enrolled: 1, kept: 1 });
    expect(await hub.store().runs(nodeId, 10)).toHaveLength(1);
  });

  it('know each other after an enrolment that is made again', async () => {
    const { nodeId, enrol } = await enrolled();
    expect((await enrol(hub.url, await hub.token())).status).toBe(0);
    expect((await hub.store().nodes({})).map((node) => node.nodeId)).toEqual([nodeId]);
  });

  it('agree on what a node that was put back from a backup has said', async () => {
    const { path, nodeId, run, directory } = await enrolled();
    cpSync(path, `${path}.backup`, { recursive: true });
    await run(['publish']);
    rmSync(path, { recursive: true });
    cpSync(`${path}.backup`, path, { recursive: true });
    expect((await run(['publish'])).status).toBe(0);
    expect(readdirSync(`${directory}/spool`)).toEqual([]);
    const [node] = await hub.store().nodes({});
    expect([node?.nodeId, node?.revokedAt]).toEqual([nodeId, null]);
  });

  it('keep one report of a look that is handed over ten times, after the hub was away', async () => {
    const { nodeId, run, directory } = await enrolled();
    await hub.stop();
    const away = await run(['publish']);
    expect([away.status, away.stderr]).toEqual([
      75,
      expect.stringMatching(/accepts no connections.*reports wait here/),
    ]);
    expect((await run(['notify', 'list'])).stdout).toContain('1 waiting');
    const [name = ''] = readdirSync(`${directory}/spool`);
    copyFileSync(`${directory}/spool/${name}`, `${directory}/kept`);
    await hub.start();
    for (let turn = 0; turn < 10; turn += 1) {
      copyFileSync(`${directory}/kept`, `${directory}/spool/${name}`);
      rmSync(`${directory}/state.json`);
      expect((await run(['publish'])).status).toBe(0);
    }
    expect(readdirSync(`${directory}/spool`)).toEqual([]);
    expect(hub.outcomes()).toMatchObject({ kept: 1, known: 9 });
    expect((await hub.store().runs(nodeId, 100)).filter(({ takenAt }) => name.startsWith(takenAt))).toHaveLength(1);
  });

  it('agree on what was acknowledged and taken back', async () => {
    const { nodeId, run } = await enrolled();
    const id = (await bodyIn(nodeId)).problems[0]?.id ?? 'server:10.9.0.2';
    const at = new Date().toISOString();
    await hub
      .store()
      .acknowledge({ nodeId }, { id, severity: 'critical', by: 'anna', reason: 'known', at, until: null });
    const told = (await hub.store().acknowledgementsFor(nodeId, at)).length;
    await run(['publish']);
    const list = (await run(['acknowledge', '--list'])).stdout;
    expect(list.includes('acknowledged by anna (hub): known')).toBe(told > 0);
    await hub.store().withdraw(nodeId, id, 'anna', new Date().toISOString());
    await run(['publish']);
    expect((await run(['acknowledge', '--list'])).stdout).toBe('Nothing is acknowledged.\n');
  });

  it('part when the hub revokes the node, which says so', async () => {
    const { nodeId, run, enrol } = await enrolled();
    await hub.store().revoke(nodeId, new Date().toISOString());
    // The hub looks at its list of nodes again after a moment.
    let last = await run(['publish']);
    for (let turn = 0; turn < 20 && last.status === 0; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      last = await run(['publish']);
    }
    expect([last.status, last.stderr]).toEqual([75, expect.stringContaining('revoked')]);
    expect((await run(['notify', 'test'])).status).toBe(1);
    const again = await enrol(hub.url, await hub.token());
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('revoked in the hub')]);
  });

  it('lose no look that a node has kept, whenever it is killed', async () => {
    const { start, run, directory } = await enrolled();
    const waiting = () => readdirSync(`${directory}/spool`).filter((name) => name.endsWith('.gz')).length;
    // Away first, so that what is kept stays; then killed while it hands over.
    await hub.stop();
    await run(['publish']);
    for (let turn = 0; turn < trials(10); turn += 1) {
      if (turn === Math.floor(trials(10) / 2)) await hub.start();
      const { child, ended } = start(['publish']);
      await new Promise((resolve) => setTimeout(resolve, 150 + turn * 90));
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    }
    const before = heard();
    const kept = waiting();
    expect((await run(['publish'])).status).toBe(0);
    expect([waiting(), heard() - before]).toEqual([0, kept + 1]);
  });

  it('hear every look once of runs that go on at the same time', async () => {
    const { run, directory } = await enrolled();
    const all = await Promise.all([1, 2, 3].map(() => run(['publish'])));
    expect(all.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(readdirSync(`${directory}/spool`)).toEqual([]);
    expect(heard()).toBe(4);
  });
});
