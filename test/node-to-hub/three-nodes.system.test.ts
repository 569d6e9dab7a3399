import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresqlPrograms } from '../hub/store/postgresql-server.ts';
import { removeScratch } from '../store/scratch.ts';
import { type HubOnPostgresql, hubOnPostgresql } from './hub-on-postgresql.ts';
import { type NodeOfItsOwn, nodeOfItsOwn } from './node-of-its-own.ts';

/** How often something is killed, of which each takes seconds here: `npm run hub:postgresql` says more. */
const KILLS = Math.ceil(Number(process.env['HUB_KILLS'] ?? '12') / 2);

const canSeparate = spawnSync('unshare', ['--mount', '--uts', 'true']).status === 0;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

// One story, in its order: what was kept is counted, then something is said, then a node is shut out.
const STORY = { shuffle: false };

describe.skipIf(postgresqlPrograms() === null || !canSeparate)('three nodes and a hub on PostgreSQL', STORY, () => {
  let place: HubOnPostgresql;
  let nodes: readonly NodeOfItsOwn[];

  beforeAll(async () => {
    place = await hubOnPostgresql();
    nodes = ['pve1', 'pve2', 'pve3'].map((name) => nodeOfItsOwn(name, place.hub.url));
    const token = place.hub.command('token', 'create', '--uses', '3');
    for (const node of nodes) {
      const done = await node.enrol(token);
      if (done.status !== 0) throw new Error(done.stderr);
    }
  }, 60_000);

  afterAll(async () => {
    await place.end();
    removeScratch();
  }, 60_000);

  const kill = async (round: number): Promise<void> => {
    await place.kill(round, Math.random() * 400);
    expect((await fetch(`${place.hub.url}/healthz`)).status).toBe(200);
  };

  const publishAll = async (): Promise<void> => {
    for (const node of nodes) {
      node.waitItOut();
      expect((await node.publish()).stderr).toBe('');
    }
  };

  it('lose no look while hub and database are killed again and again', { timeout: 900_000 }, async () => {
    let isOver = false;
    let [away, obeyed] = [0, 0];
    const pushing = nodes.map(async (node) => {
      while (!isOver) {
        const { status, stderr } = await node.publish();
        expect([0, 75], stderr).toContain(status);
        if (status === 75) away += 1;
        if (node.waitItOut()) obeyed += 1;
        await pause(300);
      }
    });
    for (let round = 0; round < KILLS; round += 1) {
      // Long enough for some to hand over what waits: a node keeps 96 looks, and the oldest goes after that.
      await pause(Math.random() * 2500);
      await kill(round);
    }
    isOver = true;
    await Promise.all(pushing);
    await publishAll();
    let count = 0;
    for (const node of nodes) {
      const runs = await place.hub.store.runs(await place.idOf(node.name), 100_000);
      expect([node.waiting(), node.losses]).toEqual([[], []]);
      expect(runs.map(({ takenAt }) => takenAt).toSorted()).toEqual([...node.looks].toSorted());
      expect((await place.bodyOf(node.name)).takenAt).toBe(node.state().takenAt);
      count += node.looks.size;
    }
    console.log(`${KILLS} kills, ${count} looks, ${away} runs met a hub that was away, ${obeyed} were told to wait`);
    expect(count).toBeGreaterThan(KILLS);
    expect(away).toBeGreaterThan(0);
  });

  it('agree on what was acknowledged before the hub and its database were killed', { timeout: 120_000 }, async () => {
    const [node] = nodes;
    if (node === undefined) throw new Error('no node');
    const [problem] = (await place.bodyOf(node.name)).problems;
    if (problem === undefined) throw new Error('nothing to acknowledge');
    const { id, severity } = problem;
    const said = { id, severity, by: 'anna', reason: 'known', at: new Date().toISOString(), until: null };
    await place.hub.store.acknowledge({ nodeId: await place.idOf(node.name) }, said);
    await kill(2);
    // The answer to one report has it, and the next report says it.
    await publishAll();
    await publishAll();
    const heard = (await place.bodyOf(node.name)).problems.find((one) => one.id === id)?.acknowledged;
    expect(heard).toMatchObject({ by: 'anna (hub)', reason: 'known' });
  });

  it('part when the hub revokes one, also where it is killed after that', { timeout: 120_000 }, async () => {
    const [, node] = nodes;
    if (node === undefined) throw new Error('no node');
    place.hub.command('node', 'revoke', await place.idOf(node.name));
    await kill(2);
    const done = await node.publish();
    expect([done.status, done.stderr]).toEqual([75, expect.stringContaining('revoked')]);
    expect(node.waiting()).toHaveLength(1);
  });
});
