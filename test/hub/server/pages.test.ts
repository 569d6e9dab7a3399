import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POLICY } from '../../../src/hub/server/security-headers.ts';
import { findingKey } from '../../../src/model/report/report-history.ts';
import { withTexts } from '../../data/hostile-texts.ts';
import { elementsOf } from '../../data/parsed-html.ts';
import { troubledReport } from '../../data/sample-report.ts';
import {
  type Browser,
  enrolled,
  loggedIn,
  putReport,
  type RunningHub,
  reportOf,
  startHub,
  type TestNode,
} from './running-hub.ts';

let hub: RunningHub;
let node: TestNode;
let hostile: TestNode;
let clusterId = '';
const people: Partial<Record<'viewer' | 'operator' | 'admin', Browser>> = {};

const AT = '2026-11-20T02:00:04.000Z';
const EVIL = `"'><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x1b[2J\u0000&lt;`;

beforeAll(async () => {
  hub = await startHub();
  node = await enrolled(hub, 'pve1');
  hostile = await enrolled(hub, 'pve2', '<marquee>hall');
  await putReport(hub, node, reportOf(node, AT), AT);
  // Everything that others choose is hostile; ids keep the form that they must have.
  const evil = withTexts({ ...troubledReport, problems: [], findings: [] }, () => EVIL);
  const [problem] = troubledReport.problems;
  const [finding] = troubledReport.findings;
  if (problem === undefined || finding === undefined) throw new Error('the sample has a problem');
  const findings = [withTexts(finding, () => EVIL)];
  const problems = [
    { ...withTexts(problem, () => EVIL), id: 'volume:%2F..//%41/acknowledge', findings: findings.map(findingKey) },
  ];
  const answer = await putReport(hub, hostile, { ...evil, problems, findings, node: 'pve2', takenAt: AT }, AT);
  if (answer.status !== 201) throw new Error(await answer.text());
  clusterId = (await hub.store.node(hostile.nodeId))?.clusterId ?? '';
  for (const role of ['viewer', 'operator', 'admin'] as const) people[role] = await loggedIn(hub, role);
});
afterAll(() => hub.stop());

const as = (role: 'viewer' | 'operator' | 'admin'): Browser => {
  const page = people[role];
  if (page === undefined) throw new Error('nobody is logged in');
  return page;
};

const problemOf = async (of: TestNode) => {
  const [problem] = await hub.store.problems({ nodeId: of.nodeId, limit: 1, offset: 0 });
  if (problem === undefined) throw new Error('it has a problem');
  return { problem, path: `/nodes/${of.nodeId}/problems/${encodeURIComponent(problem.id)}` };
};

async function allPages(): Promise<readonly string[]> {
  return [
    ...[
      '/',
      '/problems',
      '/problems?severity=critical',
      '/problems?code=DM013&cluster=x&offset=3',
      '/changes',
      '/nodes',
      '/nodes?state=silent&sort=clock&text=pve&offset=0',
      '/settings',
    ],
    ...[`/clusters/${clusterId}`, `/nodes/${node.nodeId}`, `/nodes/${hostile.nodeId}`, (await problemOf(hostile)).path],
    ...[
      (await problemOf(node)).path,
      '/search?q=169',
      `/search?q=${encodeURIComponent('"')}`,
      `/search?q=${encodeURIComponent(EVIL)}`,
    ],
    `/settings/nodes/${hostile.nodeId}/revoke`,
  ];
}

const attributesOf = (element: DefaultTreeAdapterTypes.Element): readonly string[] =>
  element.attrs.map(({ name }) => name);

describe('every page', () => {
  it('shows hostile names of a node as text', async () => {
    for (const path of await allPages()) {
      const answer = await as('admin').get(path);
      const html = await answer.text();
      expect([path, answer.status]).toEqual([path, 200]);
      const elements = elementsOf(parse(html));
      const scripts = elements.filter(({ tagName }) => tagName === 'script');
      expect(
        scripts.every(({ childNodes }) => childNodes.length === 0),
        path,
      ).toBe(true);
      expect(scripts.length, path).toBeLessThanOrEqual(1);
      expect(
        elements.some(({ tagName }) => ['img', 'iframe', 'style', 'marquee', 'object'].includes(tagName)),
        path,
      ).toBe(false);
      expect(
        elements.flatMap(attributesOf).filter((name) => /^on|^style$|srcdoc/.test(name)),
        path,
      ).toEqual([]);
      for (const character of ['\u202e', '\x1b', '\u0000']) expect(html.includes(character), path).toBe(false);
      const addresses = elements.flatMap(({ attrs }) =>
        attrs.filter(({ name }) => ['href', 'action', 'src'].includes(name)),
      );
      for (const { value } of addresses) expect(value, path).toMatch(/^(?:\/(?!\/)|#|data:,$)/);
    }
  });

  it('forbids everything but the hub itself, and is kept by nobody', async () => {
    for (const path of ['/login', ...(await allPages()), '/nowhere']) {
      const { headers } = await as('admin').get(path);
      expect(headers.get('content-security-policy')).toBe(POLICY);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
    expect(POLICY).not.toContain('unsafe');
  });

  it('leads a stranger to the login and back', async () => {
    const stranger = await fetch(`${hub.url}/nodes/${node.nodeId}?x=1`, { redirect: 'manual' });
    expect([stranger.status, stranger.headers.get('location')]).toEqual([
      303,
      `/login?next=${encodeURIComponent(`/nodes/${node.nodeId}?x=1`)}`,
    ]);
    for (const path of ['/events', '/settings', '/nodes/x/report', '/search?q=1'])
      expect([303, 401]).toContain((await fetch(`${hub.url}${path}`, { redirect: 'manual' })).status);
  });

  it('loads icon, style and script that a browser may keep', async () => {
    const html = await (await fetch(`${hub.url}/login`)).text();
    const files = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(files).toHaveLength(3);
    for (const path of files) {
      const asset = await fetch(`${hub.url}${path}`);
      expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
    expect((await fetch(`${hub.url}/assets/..%2f..%2fpackage.json`)).status).toBe(404);
  });
});

describe("a node's report", () => {
  it('is its own page, in an origin of its own, with the policy of that page', async () => {
    const answer = await as('viewer').get(`/nodes/${hostile.nodeId}/report`);
    expect(answer.status).toBe(200);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^;]+; script-src 'sha256-[^;]+;/);
    expect(policy).toContain('sandbox allow-scripts');
    expect(policy).not.toContain('allow-same-origin');
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('is not there for a body that this version cannot read, and that is said', async () => {
    const future = await enrolled(hub, 'pve9');
    const report = { schemaVersion: 9, node: 'pve9', takenAt: AT };
    expect((await putReport(hub, future, report, AT)).status).toBe(201);
    const answer = await as('viewer').get(`/nodes/${future.nodeId}/report`);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('update the hub')]);
    const page = await (await as('viewer').get(`/nodes/${future.nodeId}`)).text();
    expect(page).toContain('update the hub');
    expect(page).not.toContain(`/nodes/${future.nodeId}/report`);
    expect(await (await as('viewer').get(`/nodes/${node.nodeId}`)).text()).toContain(`/nodes/${node.nodeId}/report`);
  });
});

describe('an acknowledgement', () => {
  it("is an operator's, holds for the node, is written down, and can be taken back", async () => {
    const { problem, path } = await problemOf(node);
    const fields = { reason: 'the array is being moved', until: '1w' };
    expect((await as('viewer').form(`${path}/acknowledge`, fields)).status).toBe(403);
    expect((await as('operator').form(`${path}/acknowledge`, { ...fields, reason: ' ' })).status).toBe(422);
    expect((await as('operator').form(`${path}/acknowledge`, { ...fields, until: '99y' })).status).toBe(422);
    const answer = await as('operator').form(`${path}/acknowledge`, fields);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, path]);
    const [word] = await hub.store.acknowledgementsFor(node.nodeId, hub.now().toISOString());
    expect(word).toMatchObject({ id: problem.id, by: 'some-operator@local', reason: fields.reason });
    expect(Date.parse(word?.until ?? '') - Date.parse(word?.at ?? '')).toBe(7 * 86_400_000);
    const put = await putReport(hub, node, reportOf(node, AT), AT);
    expect(await put.json()).toEqual({ acknowledgements: [word] });
    expect(await (await as('viewer').get(path)).text()).toContain(fields.reason);
    expect((await as('operator').form(`${path}/withdraw`)).status).toBe(303);
    expect(await hub.store.acknowledgementsFor(node.nodeId, hub.now().toISOString())).toEqual([]);
    const done = (await hub.store.audited(10)).map(({ action, who }) => `${action} ${who}`);
    expect(done.slice(0, 2)).toEqual(['withdraw some-operator@local', 'acknowledge some-operator@local']);
  });

  it('finds a problem whose id has slashes, percent signs and the name of the form', async () => {
    const { problem, path } = await problemOf(hostile);
    expect(problem.id).toBe('volume:%2F..//%41/acknowledge');
    const answer = await as('operator').form(`${path}/acknowledge`, {
      reason: EVIL.replaceAll('\u0000', ''),
      until: '',
    });
    expect(answer.status).toBe(303);
    const [word] = await hub.store.acknowledgementsFor(hostile.nodeId, hub.now().toISOString());
    expect(word).toMatchObject({ id: problem.id, until: null });
    expect(await (await as('viewer').get(path)).text()).not.toContain('<script>alert');
  });
});

describe('settings', () => {
  it('says nothing was done for a word that no form has', async () => {
    for (const word of ['constructor', '__proto__', 'toString', 'none']) {
      const answer = await as('admin').get(`/settings?done=${word}`);
      expect([word, answer.status, /native code|function/.test(await answer.text())]).toEqual([word, 200, false]);
    }
  });

  it("are an admin's alone, every one of them", async () => {
    for (const role of ['viewer', 'operator'] as const) {
      expect((await as(role).get('/settings')).status).toBe(403);
      for (const path of [
        'tokens',
        'tokens/1/remove',
        `nodes/${node.nodeId}/revoke`,
        `nodes/${node.nodeId}/forget`,
        'users',
        'users/1/role',
        'users/1/remove',
      ])
        expect([path, (await as(role).form(`/settings/${path}`, { role: 'admin' })).status]).toEqual([path, 403]);
    }
    expect((await hub.store.node(node.nodeId))?.revokedAt).toBeNull();
  });

  it('show a token once', async () => {
    const page = await (
      await as('admin').form('/settings/tokens', { cluster: 'hall-z', hours: '2', uses: '3' })
    ).text();
    const [token = ''] = /pvd_[A-Za-z0-9_-]{43}/.exec(page) ?? [];
    expect(token).not.toBe('');
    expect(await (await as('admin').get('/settings')).text()).not.toContain(token);
    expect((await hub.store.tokens(hub.now().toISOString())).find(({ cluster }) => cluster === 'hall-z')).toMatchObject(
      { usesLeft: 3 },
    );
  });

  it('revoke and forget a node', async () => {
    const gone = await enrolled(hub, 'pve7');
    await putReport(hub, gone, reportOf(gone, AT), AT);
    expect((await as('admin').form(`/settings/nodes/${gone.nodeId}/forget`)).status).toBe(422);
    expect((await as('admin').get(`/settings/nodes/${gone.nodeId}/revoke`)).status).toBe(200);
    expect((await as('admin').form(`/settings/nodes/${gone.nodeId}/revoke`)).status).toBe(303);
    expect((await putReport(hub, gone, reportOf(gone, AT), AT)).status).toBe(403);
    expect((await as('admin').form(`/settings/nodes/${gone.nodeId}/forget`)).status).toBe(303);
    expect(await hub.store.node(gone.nodeId)).toBeNull();
    expect((await putReport(hub, gone, reportOf(gone, AT), AT)).status).toBe(401);
  });

  it('change others, and never the one who asks', async () => {
    const users = await hub.store.users();
    const idOf = (name: string) => users.find((user) => user.name === name)?.id ?? '';
    expect((await as('admin').form(`/settings/users/${idOf('some-admin')}/role`, { role: 'viewer' })).status).toBe(422);
    expect((await as('admin').form(`/settings/users/${idOf('some-admin')}/remove`)).status).toBe(422);
    expect((await as('admin').form(`/settings/users/${idOf('some-viewer')}/role`, { role: 'emperor' })).status).toBe(
      422,
    );
    const added = await as('admin').form('/settings/users', {
      name: 'bob',
      role: 'viewer',
      password: 'a long enough one',
    });
    expect(added.status).toBe(303);
    const bob = (await hub.store.users()).find(({ name }) => name === 'bob');
    expect((await as('admin').form(`/settings/users/${bob?.id}/role`, { role: 'operator' })).status).toBe(303);
    expect((await hub.store.user('local', 'bob'))?.role).toBe('operator');
    expect((await as('admin').form(`/settings/users/${bob?.id}/remove`)).status).toBe(303);
    expect(await hub.store.user('local', 'bob')).toBeNull();
  });
});
