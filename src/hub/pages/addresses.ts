import type { ProblemFilter } from '../store/hub-store.ts';

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

export const searchPath = (text: string): string => `/search?${new URLSearchParams({ q: text }).toString()}`;
