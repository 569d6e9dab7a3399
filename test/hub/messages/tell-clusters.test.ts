import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tellClusters } from '../../../src/hub/messages/tell-clusters.ts';
import type { DigestProblem, HubStore } from '../../../src/hub/store/hub-store.ts';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { clientFor } from '../../notify/recording-client.ts';
import { webhook } from '../../notify/samples.ts';
import { at, enrolled, exampleProblem, exampleReport, said } from '../store/store-examples.ts';

let folder = '';
let store: HubStore;
/** Minutes since the first of the month. */
let minute = 0;
let isDown = false;
let heard: Said[] = [];

interface Said {
  readonly node: string;
  readonly new: readonly { readonly id: string }[];
  readonly resolved: readonly { readonly id: string }[];
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pve-doctor-hub-messages-'));
  store = await openStore(join(folder, 'hub.db'));
  [minute, isDown, heard] = [0, false, []];
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** One round, so many minutes after the one before. */
async function round(minutes = 1): Promise<void> {
  minute += minutes;
  const now = minute;
  await tellClusters(store, {
    settings: {
      ...{ digestAt: '07:00', otherwise: 'nobody', remindDays: 0, healthyDays: 0, cluster: 'one' },
      channels: [{ ...webhook('http://x'), policy: 'on-change' }],
    },
    silentAfterMs: 60 * 60_000,
    sending: {
      ...{ now: () => new Date(at(now)), elapsedMs: () => 0 },
      pause: (ms) => (ms >= 60_000 ? new Promise(() => undefined) : Promise.resolve()),
      client: {
        ...clientFor(0, () => undefined),
        post: async ({ body }) => {
          if (!isDown) heard.push(JSON.parse(String(body)) as Said);
          return { outcome: 'answered', status: isDown ? 503 : 200, body: '', retryAfterMs: 0, redirectHost: '' };
        },
      },
    },
  });
}

async function report(nodeId: string, ...problems: readonly DigestProblem[]): Promise<void> {
  minute += 1;
  await store.keep([exampleReport(nodeId, minute, { problems })]);
}

/** What was told since the last look, shortly. */
function told(): readonly string[] {
  const lines = heard.map(({ node, new: fresh, resolved }) => {
    const ids = (list: Said['new']) => list.map(({ id }) => id).toSorted();
    return `${node}: +${ids(fresh).join(' ')} -${ids(resolved).join(' ')}`;
  });
  heard = [];
  return lines;
}

const [DISK, POOL] = [exampleProblem('volume:disk'), exampleProblem('pool:data')];

describe('what a hub tells of its clusters', () => {
  it('is one message for a cluster, with the problems of all of its nodes, and nothing while nothing changes', async () => {
    const [a, b, other] = [
      await enrolled(store, 'west', 'pve1'),
      await enrolled(store, 'west', 'pve2'),
      await enrolled(store, 'east', 'pve1'),
    ];
    await report(a, DISK, POOL);
    await report(b, DISK);
    await report(other, POOL);
    await round();
    expect(told().toSorted()).toEqual([
      'cluster east: +pve1/pool:data -',
      'cluster west: +pve1/pool:data pve1/volume:disk pve2/volume:disk -',
    ]);
    await round();
    await report(a, DISK, POOL);
    await round();
    expect(told()).toEqual([]);
  });

  it('is what came and what went, each once, with its node', async () => {
    const a = await enrolled(store, 'west', 'pve1');
    const b = await enrolled(store, 'west', 'pve2');
    await report(a, DISK);
    await report(b);
    await round();
    told();
    await report(b, POOL);
    await round();
    expect(told()).toEqual(['cluster west: +pve2/pool:data -']);
    await report(a);
    await round();
    await round();
    expect(told()).toEqual(['cluster west: + -pve1/volume:disk']);
  });

  it('is nothing of a node that somebody works on, and at the end what stands then, be it new, worse or resolved', async () => {
    const a = await enrolled(store, 'west', 'pve1');
    const b = await enrolled(store, 'west', 'pve2');
    await report(a, DISK);
    await report(b);
    await round();
    told();
    const until = at(minute + 300);
    await store.beginMaintenance({ nodeId: a }, { by: 'ann', reason: 'new disks', at: at(minute), until });
    await report(a, POOL);
    await round();
    await report(a);
    minute += 200;
    await report(b);
    await round();
    expect(told()).toEqual([]);
    await report(b, POOL);
    await round();
    expect(told()).toEqual(['cluster west: +pve2/pool:data -']);
    await report(a, exampleProblem('pool:other'));
    minute += 200;
    await report(b, POOL);
    await report(a, exampleProblem('pool:other'));
    await round();
    expect(told()).toEqual(['cluster west: +pve1/pool:other -pve1/volume:disk']);
  });

  it('is nothing of a silent node that is worked on, neither that it is silent nor that it is not', async () => {
    const a = await enrolled(store, 'west', 'pve1');
    const b = await enrolled(store, 'west', 'pve2');
    await report(a, DISK);
    await report(b);
    await round();
    told();
    for (const scope of [{ nodeId: a }, { clusterId: (await store.node(a))?.clusterId ?? '' }]) {
      const until = at(minute + 900);
      await store.beginMaintenance(scope, { by: 'ann', reason: 'new disks', at: at(minute), until });
      for (let times = 0; times < 2; times += 1) {
        minute += 200;
        if ('nodeId' in scope) await report(b);
        await round();
      }
    }
    expect(told()).toEqual([]);
    await store.endMaintenance({ clusterId: (await store.node(a))?.clusterId ?? '' });
    await store.endMaintenance({ nodeId: a });
    await report(a, DISK);
    await report(b);
    await round();
    expect(told()).toEqual([]);
  });

  it('never calls resolved what a silent node had told, and forgets what a revoked one had', async () => {
    const a = await enrolled(store, 'west', 'pve1');
    const b = await enrolled(store, 'west', 'pve2');
    await report(a, DISK);
    await report(b, POOL);
    await round();
    told();
    minute += 600;
    await report(b, POOL);
    await round();
    expect(told().filter((line) => !line.endsWith(' -'))).toEqual([]);
    await store.revoke(a, at(minute));
    await round();
    expect(told().filter((line) => !line.endsWith(' -'))).toEqual([]);
    await report(b);
    await round();
    expect(told().join()).toContain('-pve2/pool:data');
  });

  it('has nothing of what somebody said is known', async () => {
    const a = await enrolled(store, 'west', 'pve1');
    await report(a, DISK, POOL);
    await store.acknowledge({ nodeId: a }, said('volume:disk', { at: at(minute) }));
    await round();
    expect(told()).toEqual(['cluster west: +pve1/pool:data -']);
  });

  it('waits for a channel that is down, and is then told once', async () => {
    const a = await enrolled(store, 'west', 'pve1');
    await report(a, DISK);
    isDown = true;
    await round();
    isDown = false;
    await round();
    expect(told()).toEqual([]);
    await round(20);
    await round(20);
    expect(told()).toEqual(['cluster west: +pve1/volume:disk -']);
  });

  it('is told by one of two hubs, and after the time of one that was killed by the other', async () => {
    const a = await enrolled(store, 'west', 'pve1');
    await report(a, DISK);
    await Promise.all([round(), round(0)]);
    expect(told()).toHaveLength(1);
    const until = new Date(Date.parse(at(minute)) + 5 * 60_000).toISOString();
    await store.changeSetting('messages/lease', null, `${until} a hub that was killed`);
    await report(a, DISK, POOL);
    await round();
    expect(told()).toEqual([]);
    await round(10);
    expect(told()).toEqual(['cluster west: +pve1/pool:data -']);
  });

  it('never calls resolved what another node crowds out by a report of thousands', async () => {
    const good = await enrolled(store, 'west', 'good');
    const bad = await enrolled(store, 'west', 'bad');
    const standing = Array.from({ length: 8 }, (_, number) =>
      exampleProblem(`volume:${number}`, { severity: 'warning' }),
    );
    await report(good, ...standing);
    await report(bad, DISK);
    await round();
    told();
    const flood = (from: number) =>
      Array.from({ length: 6000 }, (_, number) => exampleProblem(`volume:flood-${from + number}`));
    await report(bad, DISK, ...flood(0));
    await round();
    const resolvedIn = (lines: readonly string[]) => lines.flatMap((line) => line.split(' -')[1]?.split(' ') ?? []);
    expect(resolvedIn(told()).filter((id) => id !== '')).toEqual([]);
    // The next thousands push each other out: of these nobody knows whether they are gone.
    for (const from of [6000, 12_000]) {
      await report(bad, ...flood(from));
      await round();
    }
    expect(resolvedIn(told()).filter((id) => id.startsWith('good/'))).toEqual([]);
    const kept = (await store.setting(`messages/${(await store.node(good))?.clusterId}/picture`)) ?? '';
    expect(JSON.parse(kept).problems.filter(({ id }: { id: string }) => id.startsWith('bad/')).length).toBeLessThan(
      1600,
    );
    await report(good, ...standing.slice(1));
    await round();
    expect(told().join()).toContain('-good/volume:0');
  }, 60_000);
});
