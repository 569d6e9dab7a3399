import fc from 'fast-check';
import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { accountPage } from '../../../src/hub/pages/account-page.ts';
import { clusterPage } from '../../../src/hub/pages/cluster-page.ts';
import { clustersPage } from '../../../src/hub/pages/clusters-page.ts';
import { type FirstPage, firstPage as showFirst } from '../../../src/hub/pages/first-page.ts';
import { changesPage, problemsPage, searchPage } from '../../../src/hub/pages/list-pages.ts';
import { firstAdministratorPage, loginPage, messagePage } from '../../../src/hub/pages/login-pages.ts';
import { nodePage } from '../../../src/hub/pages/node-page.ts';
import { nodesPage } from '../../../src/hub/pages/nodes-page.ts';
import type { PageContext } from '../../../src/hub/pages/page-context.ts';
import { problemPage, resolvedPage } from '../../../src/hub/pages/problem-page.ts';
import { confirmPage, settingsPage } from '../../../src/hub/pages/settings-page.ts';
import type { RunRow } from '../../../src/hub/store/hub-store.ts';
import {
  cellsOf,
  changeOf,
  clusterOf,
  context,
  groupOf,
  maintenanceOf,
  NOW,
  nodeOf,
  problemOf,
  sampleOf,
  totalsOf,
} from './rows.ts';

/** Every page, with this text wherever a node or a person may have written one. */
const pagesWith = (text: string): readonly string[] => {
  const at = context({ path: `/?${encodeURIComponent(text)}`, viewer: { name: text, role: 'admin' }, awaySince: NOW });
  const [node, problem, change] = [nodeOf(text), problemOf(text), changeOf(text)];
  const silent = nodeOf(text, { lastContactAt: null });
  const NONE = { text, chosen: null, alike: [{ clusterId: text, name: text }] };
  return [
    showFirst(
      {
        groups: [groupOf(text), groupOf(text, { problems: 3 })],
        clusters: [clusterOf(text)],
        totals: totalsOf([clusterOf(text, { maintenance: 1 })]),
        quiet: [silent, node],
        changes: [change],
        trend: [sampleOf('2026-11-22'), sampleOf('2026-11-23')],
      },
      at,
    ),
    clustersPage({ shown: { text, sort: 'name', offset: 100 }, clusters: [clusterOf(text)] }, at),
    clusterPage(
      {
        clusterId: text,
        name: text,
        nodes: [node, silent],
        areas: new Map([[text, cellsOf(text)]]),
        problems: [problem],
        changes: [change],
        maintenance: [maintenanceOf(text, { scope: 'cluster', node: null })],
      },
      at,
    ),
    nodePage(
      {
        node,
        problems: [problem],
        unjudged: [{ code: text, because: text }],
        runs: [],
        changes: [change],
        hasReport: true,
        maintenance: [maintenanceOf(text)],
      },
      at,
    ),
    problemPage({ problem, detail: null, lastContactAt: null, history: [change], alike: [problem] }, at),
    problemPage({ problem, detail: null, lastContactAt: NOW, history: [], alike: [], isReadOnly: true }, at),
    resolvedPage({ nodeId: text, node: text, history: [change] }, at),
    problemsPage({ filter: { code: text, clusterId: text, offset: 100 }, problems: [problem], cluster: NONE }, at),
    searchPage(
      text,
      [{ kind: 'guest', name: text, problemId: text, nodeId: text, node: text, clusterId: text, cluster: text }],
      at,
    ),
    changesPage([change], at),
    nodesPage(
      {
        shown: {
          ...{ text, state: '', clusterId: text, pveVersion: text, toolVersion: text, sort: 'quiet', offset: 100 },
        },
        nodes: [node, silent],
        cluster: { text, chosen: { clusterId: text, name: text }, alike: [] },
        versions: { pve: [text], tool: [text] },
      },
      at,
    ),
    settingsPage(
      {
        tokens: [{ id: text, cluster: text, createdAt: NOW, createdBy: text, expiresAt: NOW, usesLeft: 1 }],
        users: [
          {
            id: text,
            name: text,
            realm: 'local',
            role: 'viewer',
            passwordHash: null,
            createdAt: NOW,
            lastLoginAt: null,
          },
        ],
        audit: [{ at: NOW, who: text, action: text, detail: text }],
        ...{ newToken: text, hubUrl: text, said: text },
      },
      at,
    ),
    confirmPage({ node, action: 'revoke' }, at),
    accountPage({ sessions: [{ createdAt: NOW, expiresAt: NOW }], isLocal: true, said: text, failed: text }, at),
    loginPage({ next: text, failed: text, local: true, oidc: text, pve: true }, at),
    firstAdministratorPage(text, text, at),
    messagePage(text, [text], at),
  ];
};

interface Element {
  readonly nodeName: string;
  readonly attrs?: readonly { readonly name: string; readonly value: string }[];
  readonly childNodes?: readonly Element[];
}

const elementsOf = (element: Element): readonly Element[] => [
  element,
  ...(element.childNodes ?? []).flatMap(elementsOf),
];

/** Names of elements and of their attributes, in order: what a text must not change. */
const skeletonOf = (html: string): string =>
  elementsOf(parse(html) as unknown as Element)
    .filter(({ nodeName }) => !nodeName.startsWith('#'))
    .map(({ nodeName, attrs = [] }) => `${nodeName}[${attrs.map(({ name }) => name).join()}]`)
    .join(' ');

const HARMLESS = pagesWith('pve1').map(skeletonOf);

describe('a page of the hub', () => {
  it('keeps its elements whatever a node or a person wrote', () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onfocus='x",
        '</title><b>',
        '&lt;',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map((text) => `x${text.replaceAll('`', '')}`),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        expect(pagesWith(text).map(skeletonOf)).toEqual(HARMLESS);
      }),
      { numRuns: 15 },
    );
  });

  it('has nothing that a strict policy would refuse, and asks nobody else for anything', () => {
    for (const html of pagesWith('pve1')) {
      const elements = elementsOf(parse(html) as unknown as Element);
      const attributes = elements.flatMap(({ attrs = [] }) => attrs);
      expect(elements.filter(({ nodeName }) => nodeName === 'style')).toEqual([]);
      expect(attributes.filter(({ name }) => name === 'style' || name.startsWith('on'))).toEqual([]);
      const loaded = attributes.filter(({ name }) => ['src', 'href', 'action'].includes(name));
      expect(loaded.filter(({ value }) => !/^[/#]/.test(value) || value.startsWith('//'))).toEqual([]);
    }
  });
});

describe('the first page', () => {
  const fine = { groups: [], quiet: [], changes: [], trend: [] };
  const firstPage = (page: Omit<FirstPage, 'totals'>, at: PageContext): string =>
    showFirst({ ...page, totals: totalsOf(page.clusters) }, at);

  it('says first what is critical, and beside it what nobody could look at', () => {
    const html = firstPage(
      {
        groups: [groupOf('DM013', { title: 'Entry of a deleted guest', problems: 30, nodes: 14, clusters: 3 })],
        clusters: [clusterOf('west')],
        quiet: [nodeOf('pve9', { lastContactAt: null })],
        ...{ changes: [], trend: [] },
      },
      context(),
    );
    expect(html.replace(/<[^>]*>/g, '')).toContain('30 times, on 14 nodes of DM013 and 2 other clusters');
    expect(html).toContain('href="/problems?code=DM013&amp;cluster=DM013&amp;acknowledged=no"');
    expect(html).toContain('1 node is silent. 1 node could not judge everything.');
    expect(html).toContain('has never reported');
  });

  it('says how much of the fleet it speaks of', () => {
    const clusters = [clusterOf('west', { nodes: 5, silent: 2, unjudged: 1 }), clusterOf('east', { nodes: 3 })];
    const html = firstPage({ ...fine, clusters }, context({ silentBefore: '2026-11-22T08:00:00.000Z' }));
    expect(html).toContain('5 of 8 nodes in 2 clusters reported in the last 26 hours');
    expect(html).toContain('<a href="#quiet">3 silent, 2 not judged whole</a>');
  });

  it('leads from a group to as many problems as it counts', () => {
    const html = firstPage(
      { ...fine, groups: [groupOf('DM013', { problems: 3 })], clusters: [clusterOf('c')] },
      context(),
    );
    expect(html).toContain('href="/problems?code=DM013&amp;acknowledged=no"');
  });

  it('counts what changed, and shows the newest of it', () => {
    const changes = Array.from({ length: 40 }, (_, at) =>
      changeOf(`vm-${at}`, { what: at < 10 ? 'resolved' : 'appeared' }),
    );
    const html = firstPage({ ...fine, clusters: [clusterOf('c')], changes }, context());
    expect(html).toContain('30 appeared, 10 resolved');
    expect(html).toContain('vm-14');
    expect(html).not.toContain('vm-15');
  });

  it('gives no node more room than the others', () => {
    const long = `${'x'.repeat(239)}💥${'y'.repeat(2000)}`;
    const groups = [groupOf('A', { example: groupOf(long).example }), groupOf('B', { title: long, problems: 2 })];
    const html = firstPage(
      { ...fine, groups, clusters: [clusterOf('c')], changes: [changeOf(long, { node: 'n' })] },
      context(),
    );
    expect(html.replace(/(?:href|datetime)="[^"]*"/g, '').match(/<b>[Xx]x{238}…<\/b>/g)).toHaveLength(3);
  });

  it('counts as judged only nodes that report', () => {
    const clusters = [clusterOf('west', { nodes: 5, silent: 2, unjudged: 0, critical: 0, warnings: 0 })];
    expect(firstPage({ ...fine, clusters }, context())).toContain('no warning on the 3 nodes that report');
  });

  it('says of healthy clusters one sentence', () => {
    const healthy = { silent: 0, unjudged: 0, critical: 0, warnings: 0 };
    const clusters = ['a', 'b', 'c'].map((name) => clusterOf(name, healthy));
    const html = firstPage({ ...fine, clusters }, context());
    expect(html).toContain('Nothing to do in any of them.');
    expect(html).toContain('<a href="/clusters">All 3 clusters</a>');
  });

  it('leaves nodes in maintenance out of what it waits for, and says how many there are', () => {
    const clusters = [clusterOf('west', { nodes: 5, silent: 0, unjudged: 0, maintenance: 2 })];
    const html = firstPage({ ...fine, clusters }, context({ silentBefore: '2026-11-23T09:00:00.000Z' }));
    expect(html).toContain('3 of 5 nodes in 1 cluster reported in the last 60 minutes');
    expect(html).toContain('<a href="/nodes?state=maintenance">2 in maintenance</a>');
  });

  it('shows how the fleet was day by day, the newest first in numbers', () => {
    const trend = [sampleOf('2026-11-21', { silent: 4 }), sampleOf('2026-11-22', { bytes: 3 * 2 ** 40 })];
    const [, table = ''] = firstPage({ ...fine, clusters: [clusterOf('c')], trend }, context()).split('id="trend"');
    expect(table.indexOf('2026-11-22')).toBeLessThan(table.indexOf('2026-11-21'));
    expect(table).toContain('3 TiB');
  });

  it('tells an empty fleet what to do', () => {
    expect(firstPage({ ...fine, clusters: [] }, context())).toContain('pve-doctor-hub token create');
  });
});

describe('the page of a problem', () => {
  const page = {
    problem: problemOf('x', { acknowledged: null }),
    detail: null,
    lastContactAt: NOW,
    history: [],
    alike: [],
  };

  it('offers to acknowledge to operators only', () => {
    const shown = (role: 'viewer' | 'operator') => problemPage(page, context({ viewer: { name: 'a', role } }));
    expect(shown('operator')).toContain('/acknowledge"');
    expect(shown('viewer')).not.toContain('/acknowledge"');
  });

  it('warns where its node is silent', () => {
    expect(problemPage({ ...page, lastContactAt: '2026-11-20T00:00:00.000Z' }, context())).toContain(
      'may not stand any more',
    );
  });
});

describe('the page of a node', () => {
  it('names each reason once, with every check that it blinds', () => {
    const unjudged = ['DM013', 'DM020'].map((code) => ({ code, because: 'lvm hangs' }));
    const rows = {
      node: nodeOf('pve1'),
      problems: [],
      unjudged,
      runs: [],
      changes: [],
      hasReport: false,
      maintenance: [],
    };
    const html = nodePage(rows, context());
    expect(html.match(/lvm hangs/g)).toHaveLength(1);
    expect(html).toContain('DM013 DM020');
  });

  it('tells past reports in numbers too, the newest first', () => {
    const runs = ['20', '21'].map((day) => ({
      ...{ takenAt: `2026-11-${day}T02:00:00.000Z`, receivedAt: `2026-11-${day}T02:01:00.000Z`, status: 'warning' },
      ...{ grade: 'B', score: null, critical: 0, warnings: 7, notices: 0 },
    })) as readonly RunRow[];
    const rows = {
      node: nodeOf('pve1'),
      problems: [],
      unjudged: [],
      runs,
      changes: [],
      hasReport: false,
      maintenance: [],
    };
    const [, table = ''] = nodePage(rows, context()).split('<details id="runs">');
    expect(table.indexOf('2026-11-21 02:00')).toBeLessThan(table.indexOf('2026-11-20 02:00'));
    expect(table.indexOf('2026-11-21 02:00')).toBeGreaterThan(-1);
  });
});

describe('the page of a cluster', () => {
  it('folds notices away, and nothing else', () => {
    const problems = [problemOf('a'), problemOf('b', { severity: 'notice' })];
    const rows = { clusterId: 'c', name: 'west', nodes: [], areas: new Map(), problems, changes: [], maintenance: [] };
    const [open = '', folded = ''] = clusterPage(rows, context()).split('<details id="notices">');
    expect(open).toContain('/nodes/a/problems/a');
    expect(open).not.toContain('/nodes/b/problems/b');
    expect(folded).toContain('/nodes/b/problems/b');
  });

  it('never lets a silent node look clean', () => {
    const silent = nodeOf('pve9', { lastContactAt: '2026-11-01T00:00:00.000Z', status: 'healthy' });
    const rows = { clusterId: 'c', name: 'west', nodes: [silent], problems: [], changes: [], maintenance: [] };
    const html = clusterPage({ ...rows, areas: new Map([['pve9', cellsOf('')]]) }, context());
    expect(html).toContain('silent for');
    expect(html).not.toContain('clean');
  });
});
