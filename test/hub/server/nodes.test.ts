import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolled, exampleReport } from '../store/store-examples.ts';
import { type Browser, loggedIn, type RunningHub, startHub } from './running-hub.ts';

let hub: RunningHub;
let viewer: Browser;
let admin: Browser;

const ago = (days: number): string => new Date(hub.now().getTime() - days * 86_400_000).toISOString();

beforeAll(async () => {
  hub = await startHub();
  viewer = await loggedIn(hub, 'viewer');
  admin = await loggedIn(hub, 'admin');
  const unjudged = [{ code: 'LV010', because: 'lvs timed out' }];
  const speaking = await Promise.all(
    Array.from({ length: 130 }, (_, number) => enrolled(hub.store, 'aaa', `speaks${number}`)),
  );
  const dead = await Promise.all(Array.from({ length: 5 }, (_, number) => enrolled(hub.store, 'zzz', `dead${number}`)));
  await hub.store.keep(
    speaking.map((id) => ({ ...exampleReport(id, 1, { digest: { unjudged } }), receivedAt: ago(0) })),
  );
  await hub.store.keep(
    dead.map((id) => ({ ...exampleReport(id, 1, { digest: { pveVersion: '8.4.1' } }), receivedAt: ago(13) })),
  );
});
afterAll(() => hub.stop());

const namesOn = async (path: string, page = viewer): Promise<readonly string[]> => {
  const answer = await page.get(path);
  expect(answer.status).toBe(200);
  return [...new Set((await answer.text()).match(/\b(?:dead|speaks)\d+\b/g))];
};

const DEAD = ['dead0', 'dead1', 'dead2', 'dead3', 'dead4'];

describe('silent nodes', () => {
  it('stand first on the first page, before any number of others that could not judge everything', async () => {
    expect((await namesOn('/')).slice(0, 5).toSorted()).toEqual(DEAD);
    expect(await (await viewer.get('/')).text()).toContain('<a href="/nodes?state=quiet">and 123 more</a>');
  });

  it('and in the list of nodes, which has all of them page by page', async () => {
    const first = await namesOn('/nodes');
    expect([first.length, first.slice(0, 5).toSorted()]).toEqual([100, DEAD]);
    const second = await namesOn('/nodes?offset=100');
    expect(new Set([...first, ...second]).size).toBe(135);
    expect((await namesOn('/nodes?state=silent')).toSorted()).toEqual(DEAD);
    expect((await namesOn('/nodes?pve=8.4.1')).toSorted()).toEqual(DEAD);
    expect(await namesOn('/nodes?text=SPEAKS12')).toHaveLength(11);
    expect(await namesOn('/nodes?state=clock&text=dead')).toHaveLength(5);
    expect(await namesOn('/nodes?state=revoked')).toEqual([]);
    for (const odd of ['sort=constructor', 'state=__proto__', 'offset=-1', 'offset=1e9', 'cluster=%00', 'text=%00%25'])
      expect([odd, (await viewer.get(`/nodes?${odd}`)).status]).toEqual([odd, 200]);
  });
});

describe('the list of nodes', () => {
  it('is where an admin revokes them; the settings hold none, however many there are', async () => {
    expect(await (await viewer.get('/nodes')).text()).not.toContain('/revoke');
    expect(await (await admin.get('/nodes')).text()).toContain('/revoke">Revoke</a>');
    const settings = await (await admin.get('/settings')).text();
    expect(settings).not.toMatch(/speaks\d/);
    expect(settings).toContain('href="/nodes"');
  });
});

describe('a list that is narrowed to a cluster', () => {
  it('takes its name, its id, or a part that no other one has, and asks back otherwise', async () => {
    const clusterId = (await hub.store.cluster('zzz'))?.clusterId ?? '';
    for (const word of ['zzz', clusterId, 'Z', ' zzz '])
      expect([word, (await namesOn(`/nodes?cluster=${encodeURIComponent(word)}`)).toSorted()]).toEqual([word, DEAD]);
    const other = await (await viewer.get('/problems?cluster=yyy')).text();
    expect(other).toContain('No cluster is called yyy.');
    expect(await (await viewer.get('/clusters/zzz')).text()).toContain('<h1>Cluster zzz</h1>');
    const list = async (query: string) =>
      (await (await viewer.get(`/clusters${query}`)).text()).match(/\/clusters\/[^"]*">(?:aaa|zzz)</g)?.length;
    expect([
      await list(''),
      await list('?text=ZZ'),
      await list('?text=%25'),
      await list('?sort=name&offset=1'),
    ]).toEqual([...[2, 1, undefined, 1]]);
  });
});

describe('maintenance', () => {
  it('is begun and ended by operators, for a node or a cluster, with an end', async () => {
    const operator = await loggedIn(hub, 'operator');
    const { nodeId = '' } = (await hub.store.nodes({ text: 'dead0' }))[0] ?? {};
    const { clusterId = '' } = (await hub.store.cluster('zzz')) ?? {};
    const fields = { reason: 'new <b>switches</b>', until: '4h', date: '' };
    const begin = (page: Browser, path: string, more = {}) => page.form(`${path}/maintenance`, { ...fields, ...more });
    expect((await begin(viewer, `/nodes/${nodeId}`)).status).toBe(403);
    for (const wrong of [{ reason: ' ' }, { until: '' }, { until: '9y' }, { date: '2020-01-01' }, { date: 'x' }])
      expect((await begin(operator, `/nodes/${nodeId}`, wrong)).status).toBe(422);
    expect((await begin(operator, '/nodes/none')).status).toBe(404);
    expect((await begin(operator, `/nodes/${nodeId}`)).headers.get('location')).toBe(`/nodes/${nodeId}`);
    expect((await begin(operator, `/clusters/${clusterId}`)).status).toBe(303);
    expect((await hub.store.totals(ago(1))).maintenance).toBe(5);
    expect((await namesOn('/nodes?state=maintenance')).toSorted()).toEqual(DEAD);
    expect(await namesOn('/nodes?state=silent')).toEqual([]);
    const page = await (await viewer.get(`/nodes/${nodeId}`)).text();
    expect(page).toContain('says some-operator@local: new &lt;b&gt;switches&lt;/b&gt;.');
    expect(page).not.toContain('/maintenance"');
    expect(await (await viewer.get('/')).text()).toContain('5 in maintenance');
    for (const path of [`/nodes/${nodeId}`, `/clusters/${clusterId}`]) {
      expect(await (await operator.get(path)).text()).toContain(`action="${path}/maintenance/end"`);
      expect((await operator.form(`${path}/maintenance/end`)).status).toBe(303);
      expect((await operator.form(`${path}/maintenance/end`)).status).toBe(404);
    }
    expect((await namesOn('/nodes?state=silent')).toSorted()).toEqual(DEAD);
    const audit = (await hub.store.audited(9)).map(({ action }) => action);
    expect(audit.filter((action) => action.endsWith('maintenance'))).toHaveLength(4);
  });
});

describe('an address with a NUL', () => {
  it('is of no page', async () => {
    const { nodeId = '' } = (await hub.store.nodes({ text: 'dead0' }))[0] ?? {};
    for (const path of [
      ...[
        '/nodes/%00',
        '/clusters/a%00',
        `/nodes/${nodeId}/problems/%00`,
        '/nodes/%00/report',
        '/nodes/x/problems/a%00b',
      ],
      ...['/settings/nodes/%00/revoke', '/settings/nodes/%00/forget', '/assets/%00'],
    ])
      expect([path, (await admin.get(path)).status]).toEqual([path, 404]);
    for (const path of [
      '/problems?code=%00&cluster=%00',
      '/search?q=%00',
      '/nodes?pve=%00&version=%00',
      '/login?next=%00',
    ])
      expect([path, (await admin.get(path)).status]).toEqual([path, 200]);
    expect((await admin.form('/settings/tokens/%00/remove')).status).toBe(404);
    expect(
      (await admin.form('/settings/users', { name: 'a\0', role: 'viewer', password: 'long enough for it' })).status,
    ).toBe(422);
    expect(hub.log.join('\n')).not.toContain('fault');
  });
});
