import type { ProblemFilter } from '../store/list-filters.ts';

/** Where every page is; the one place that makes an address of what came from a node. */

const part = encodeURIComponent;

export const clusterPath = (clusterId: string): string => `/clusters/${part(clusterId)}`;

export const nodePath = (nodeId: string): string => `/nodes/${part(nodeId)}`;

export const reportPath = (nodeId: string): string => `${nodePath(nodeId)}/report`;

export const problemPath = (nodeId: string, problemId: string): string =>
  `${nodePath(nodeId)}/problems/${part(problemId)}`;

type Narrowed = Partial<Pick<ProblemFilter, 'clusterId' | 'code' | 'severity' | 'acknowledged' | 'offset'>>;

/** `/problems?code=DM013&cluster=…`. */
export function problemsPath({ clusterId, code, severity, acknowledged, offset = 0 }: Narrowed = {}): string {
  const query = new URLSearchParams({
    ...(code === undefined ? {} : { code }),
    ...(clusterId === undefined ? {} : { cluster: clusterId }),
    ...(severity === undefined ? {} : { severity }),
    ...(acknowledged === undefined ? {} : { acknowledged: acknowledged ? 'yes' : 'no' }),
    ...(offset === 0 ? {} : { offset: `${offset}` }),
  }).toString();
  return query === '' ? '/problems' : `/problems?${query}`;
}

/** Of the page of nodes, as its form writes them. */
export const NODE_STATES = ['quiet', 'silent', 'not-judged', 'clock', 'revoked'] as const;
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
  const all = { text, state, cluster: clusterId, pve: pveVersion, version: toolVersion };
  const words = Object.entries({ ...all, sort: sort === 'quiet' ? '' : sort, offset: offset === 0 ? '' : `${offset}` });
  const query = new URLSearchParams(words.filter(([, value]) => value !== '')).toString();
  return query === '' ? '/nodes' : `/nodes?${query}`;
}

export const searchPath = (text: string): string => `/search?${new URLSearchParams({ q: text }).toString()}`;
