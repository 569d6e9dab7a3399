import type { ProblemFilter } from '../store/list-filters.ts';

/** Where every page is; the one place that makes an address of what came from a node. */

const part = encodeURIComponent;

/** What the page of clusters shows. */
export interface ShownClusters {
  readonly text: string;
  readonly sort: 'worst' | 'name';
  readonly offset: number;
}

/** A list narrowed by what is not empty. */
function narrowed(path: string, words: Readonly<Record<string, string>>, offset: number): string {
  const all = Object.entries({ ...words, offset: offset === 0 ? '' : `${offset}` });
  const query = new URLSearchParams(all.filter(([, value]) => value !== '')).toString();
  return query === '' ? path : `${path}?${query}`;
}

export const clustersPath = ({ text = '', sort = 'worst', offset = 0 }: Partial<ShownClusters> = {}): string =>
  narrowed('/clusters', { text, sort: sort === 'worst' ? '' : sort }, offset);

export const clusterPath = (clusterId: string): string => `/clusters/${part(clusterId)}`;

export const nodePath = (nodeId: string): string => `/nodes/${part(nodeId)}`;

export const reportPath = (nodeId: string): string => `${nodePath(nodeId)}/report`;

export const problemPath = (nodeId: string, problemId: string): string =>
  `${nodePath(nodeId)}/problems/${part(problemId)}`;

type Narrowed = Partial<Pick<ProblemFilter, 'clusterId' | 'code' | 'severity' | 'acknowledged' | 'offset'>>;

/** `/problems?code=DM013&cluster=…`. */
export const problemsPath = ({ clusterId, code, severity, acknowledged, offset = 0 }: Narrowed = {}): string =>
  narrowed(
    '/problems',
    {
      ...{ code: code ?? '', cluster: clusterId ?? '', severity: severity ?? '' },
      acknowledged: acknowledged === undefined ? '' : acknowledged ? 'yes' : 'no',
    },
    offset,
  );

/** Of the page of nodes, as its form writes them. */
export const NODE_STATES = ['quiet', 'silent', 'not-judged', 'clock', 'maintenance', 'revoked'] as const;
export const NODE_SORTS = ['quiet', 'name', 'version', 'clock'] as const;

/** What the page of nodes shows. */
export interface ShownNodes {
  readonly text: string;
  readonly state: (typeof NODE_STATES)[number] | '';
  readonly clusterId: string;
  readonly pveVersion: string;
  readonly toolVersion: string;
  readonly sort: (typeof NODE_SORTS)[number];
  readonly offset: number;
}

/** `/nodes?state=silent`. */
export function nodesPath(shown: Partial<ShownNodes> = {}): string {
  const {
    text = '',
    state = '',
    clusterId = '',
    pveVersion = '',
    toolVersion = '',
    sort = 'quiet',
    offset = 0,
  } = shown;
  const words = { text, state, cluster: clusterId, pve: pveVersion, version: toolVersion };
  return narrowed('/nodes', { ...words, sort: sort === 'quiet' ? '' : sort }, offset);
}

export const searchPath = (text: string): string => `/search?${new URLSearchParams({ q: text }).toString()}`;
