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

const newToken = () => hub.command('token', 'create', '--uses', '5');

async function enrolled() {
  const node = theProgram();
  const done = await node.enrol(hub.url, newToken());
  if (done.status !== 0) throw new Error(done.stderr);
  const [row] = await hub.store.nodes({});
  const directory = `${node.path}/hub/${new URL(hub.url).host}`;
  const waiting = () => readdirSync(`${directory}/spool`).filter((name) => name.endsWith('.gz'));
  return { ...node, nodeId: row?.nodeId ?? '', directory, waiting };
}

/** Looks that the hub took since it started, whole or by a heartbeat. */
async function heard(): Promise<number> {
  const { kept = 0, known = 0, heard = 0 } = await hub.outcomes();
  return kept + known + heard;
}

const bodyIn = async (nodeId: string): Promise<Report> =>
  JSON.parse(gunzipSync((await hub.store.body(nodeId)) ?? new Uint8Array()).toString('utf8'));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(process.geteuid?.() !== 0)('a node and a real hub', () => {
  it('enrol, and the first report is the one that check prints', async () => {
    const { nodeId, run } = await enrolled();
    const report = await bodyIn(nodeId);
    const checked: Report = JSON.parse((await run(['check', '--format', 'json'])).stdout);
    expect([report.node, Object.keys(report)]).toEqual([checked.node, Object.keys(checked)]);
    expect(await hub.outcomes()).toMatchObject({ enrolled: 1, kept: 1 });
    expect(await hub.store.runs(nodeId, 10)).toHaveLength(1);
  });

  it('know each other after an enrolment that is made again', async () => {
    const { nodeId, enrol } = await enrolled();
    expect((await enrol(hub.url, newToken())).status).toBe(0);
    expect((await hub.store.nodes({})).map((node) => node.nodeId)).toEqual([nodeId]);
  });

  it('agree on what a node that was put back from a backup has said', async () => {
    const { path, nodeId, run, waiting } = await enrolled();
    cpSync(path, `${path}.backup`, { recursive: true });
    await run(['publish']);
    rmSync(path, { recursive: true });
    cpSync(`${path}.backup`, path, { recursive: true });
    expect((await run(['publish'])).status).toBe(0);
    expect(waiting()).toEqual([]);
    const [node] = await hub.store.nodes({});
    expect([node?.nodeId, node?.revokedAt]).toEqual([nodeId, null]);
  });

  it('keep one report of a look that is handed over ten times, after the hub was away', async () => {
    const { nodeId, run, directory, waiting } = await enrolled();
    await hub.kill();
    const away = await run(['publish']);
    expect([away.status, away.stderr]).toEqual([
      75,
      expect.stringMatching(/accepts no connections.*reports wait here/),
    ]);
    expect((await run(['notify', 'list'])).stdout).toContain('1 waiting');
    const [name = ''] = waiting();
    copyFileSync(`${directory}/spool/${name}`, `${directory}/kept`);
    await hub.start();
    for (let turn = 0; turn < 10; turn += 1) {
      copyFileSync(`${directory}/kept`, `${directory}/spool/${name}`);
      rmSync(`${directory}/state.json`);
      expect((await run(['publish'])).status).toBe(0);
    }
    expect(waiting()).toEqual([]);
    expect(await hub.outcomes()).toMatchObject({ kept: 1, known: 9 });
    const runs = await hub.store.runs(nodeId, 100);
    expect(runs.filter(({ takenAt }) => name.startsWith(takenAt))).toHaveLength(1);
  });

  it('agree on what was acknowledged and taken back', async () => {
    const { nodeId, run } = await enrolled();
    const id = (await bodyIn(nodeId)).problems[0]?.id ?? 'server:10.9.0.2';
    const at = new Date().toISOString();
    await hub.store.acknowledge({ nodeId }, { id, severity: 'critical', by: 'anna', reason: 'known', at, until: null });
    const told = (await hub.store.acknowledgementsFor(nodeId, at)).length;
    await run(['publish']);
    const list = (await run(['acknowledge', '--list'])).stdout;
    expect(list.includes('acknowledged by anna (hub): known')).toBe(told > 0);
    await hub.store.withdraw(nodeId, id, 'anna', new Date().toISOString());
    await run(['publish']);
    expect((await run(['acknowledge', '--list'])).stdout).toBe('Nothing is acknowledged.\n');
  });

  it('part when the hub revokes the node, which says so', async () => {
    const { nodeId, run, enrol } = await enrolled();
    hub.command('node', 'revoke', nodeId);
    // The hub looks at its list of nodes again after a moment.
    let last = await run(['publish']);
    for (let turn = 0; turn < 60 && last.status === 0; turn += 1) {
      await pause(500);
      last = await run(['publish']);
    }
    expect([last.status, last.stderr]).toEqual([75, expect.stringContaining('revoked')]);
    expect((await run(['notify', 'test'])).status).toBe(1);
    const again = await enrol(hub.url, newToken());
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('revoked in the hub')]);
    hub.command('node', 'forget', nodeId);
    expect((await enrol(hub.url, newToken())).status).toBe(0);
    expect((await run(['notify', 'test'])).status).toBe(0);
  });

  it('lose no look that a node has kept, whenever it is killed', async () => {
    const { start, run, waiting } = await enrolled();
    // Away first, so that what is kept stays; then killed while it hands over.
    await hub.kill();
    await run(['publish']);
    const turns = trials(10);
    for (let turn = 0; turn < turns; turn += 1) {
      if (turn === Math.floor(turns / 2)) await hub.start();
      const { child, ended } = start(['publish']);
      await pause(150 + turn * 90);
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    }
    const before = await heard();
    const kept = waiting().length;
    expect((await run(['publish'])).status).toBe(0);
    expect([waiting(), (await heard()) - before]).toEqual([[], kept + 1]);
  });

  it('lose no look where the hub is killed, whenever that is', async () => {
    const { nodeId, run, waiting } = await enrolled();
    const turns = trials(10);
    for (let turn = 0; turn < turns; turn += 1) {
      const published = run(['publish']);
      await pause(200 + turn * 60);
      await hub.kill();
      await published;
      await hub.start();
    }
    expect((await run(['publish'])).status).toBe(0);
    expect(waiting()).toEqual([]);
    // What the node believes that the hub has, the hub has: it is not asked for the whole.
    const before = await hub.outcomes();
    await run(['publish']);
    expect((await hub.outcomes())['other'] ?? 0).toBe(before['other'] ?? 0);
    expect((await hub.store.node(nodeId))?.lastContactAt).not.toBeNull();
  });

  it('hear every look once of runs that go on at the same time', async () => {
    const { run, waiting } = await enrolled();
    const all = await Promise.all([1, 2, 3].map(() => run(['publish'])));
    expect(all.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect([waiting(), await heard()]).toEqual([[], 4]);
  });
});
