import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMember, aRecord, peersOf, RECORD_TIME } from '../../../test/data/node-records.ts';
import { readHubConfig } from '../config/load-hub-config.ts';
import { openHub } from '../server/hub-parts.ts';
import type { HubStore } from '../store/hub-store.ts';
import { openStore } from '../store/open-store.ts';
import { makeClusterApp } from './cluster-app.ts';
import { feed } from './feed.ts';

const SICK = aRecord(
  'pve1',
  {},
  {
    verdict: {
      status: 'critical',
      grade: 'F',
      unjudged: [],
      areas: ['entries', 'mounts', 'paths', 'volumes', 'cluster'],
      problems: [
        {
          ...{ id: 'volume:san/vm-102-disk-0', kind: 'volume', severity: 'critical', who: 'VM 102 <b>', vmids: [102] },
          ...{ what: 'cannot start', codes: ['DM013'], acknowledged: false, next: 'Remove it.', repairable: true },
        },
      ],
    },
  },
);

describe('the page of a cluster', () => {
  let folder = '';
  let store: HubStore;
  let app: ReturnType<typeof makeClusterApp>;
  let time = RECORD_TIME;
  const page = async (path: string, ticket = 'good') => {
    const answer = await app.request(path, { headers: { cookie: `PVEAuthCookie=${ticket}` } });
    return { status: answer.status, text: await answer.text() };
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pve-doctor-cluster-page-'));
    time = RECORD_TIME;
    store = await openStore(join(folder, 'cluster.db'));
    const nothing = { readSmallFile: async () => ({ state: 'absent' }) as const, ownUid: () => 0 };
    const { config } = await readHubConfig(undefined, nothing, {});
    const retention = { ...config.retention, silentAfterMs: 46 * 60_000 };
    const now = () => new Date(time);
    app = makeClusterApp(
      openHub({ store, config: { ...config, retention }, now, log: () => undefined }),
      async (ticket) => {
        if (ticket === 'away') throw new Error('connection refused');
        return ticket === 'good' ? { name: 'root@pam' } : null;
      },
    );
    const healthy = aRecord('pve2');
    const members = [aMember('pve1', 1), aMember('pve2', 2), aMember('pve3', 3, false)];
    await feed(store, 'west', peersOf([SICK, healthy], { members }));
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows what nodes published, and a node without a record as one of which nothing is heard', async () => {
    const { status, text } = await page('/');
    expect(status).toBe(200);
    expect(text).toContain('VM 102 &lt;b&gt;');
    expect(text).toContain('1 node is silent');
    expect(text).toContain('root@pam');
  });

  it('is for nobody without a ticket that counts, and has no form that changes anything', async () => {
    expect((await page('/', 'bad')).status).toBe(403);
    expect((await page('/changes', '')).text).not.toContain('VM 102');
    expect((await page('/', 'away')).status).toBe(503);
    const [problem] = await store.problems({ limit: 1, offset: 0 });
    const { text } = await page(`/nodes/${problem?.nodeId}/problems/${encodeURIComponent(problem?.id ?? '')}`);
    expect(text).toContain('pve-doctor check -v');
    expect(text).not.toContain('method="post"');
    const posted = await app.request('/nodes/x/problems/y/acknowledge', {
      method: 'POST',
      headers: { cookie: 'PVEAuthCookie=good' },
    });
    expect(posted.status).toBe(404);
  });

  it('takes the same record any number of times, and calls a node silent when its record no longer counts', async () => {
    const later = '2026-11-20T04:00:00.000Z';
    await feed(store, 'west', peersOf([SICK], { readAt: RECORD_TIME }));
    expect((await store.nodes({})).length).toBe(3);
    await feed(store, 'west', peersOf([SICK, aRecord('pve2')], { readAt: later }));
    time = later;
    expect((await page('/')).text).toContain('3 nodes are silent');
  });
});
