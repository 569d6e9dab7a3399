import { CHECKS } from '../../src/checks/index.ts';
import type { Member, NodeWord, Peers } from '../../src/model/cluster/cluster-view.ts';
import type { Fingerprint, NodeRecord } from '../../src/model/cluster/node-record.ts';
import { AREAS } from '../../src/model/report/cluster-report.ts';

/** Records for tests, all taken around this time. */
export const RECORD_TIME = '2026-11-20T02:00:00.000Z';

export const secondsOf = (time: string): number => Date.parse(time) / 1000;

/** A time some seconds after (or before) that of the records. */
export const at = (seconds: number): string => new Date(Date.parse(RECORD_TIME) + seconds * 1000).toISOString();

export const UNTOLD: Fingerprint = {
  running: null,
  activity: null,
  thinPools: null,
  fileSystems: null,
  groups: null,
  storages: null,
  luns: null,
  remoteMounts: null,
  lvmSettings: null,
};

/** Everything was looked at, and there is nothing. */
export const EMPTY: Fingerprint = {
  running: [],
  activity: { tasks: [], locks: [] },
  thinPools: [],
  fileSystems: [],
  groups: [],
  storages: [],
  luns: [],
  remoteMounts: [],
  lvmSettings: {
    filter: '',
    globalFilter: '',
    useDevicesFile: false,
    devices: null,
    eventActivation: true,
    autoActivationVolumes: '',
  },
};

export const aRecord = (
  node: string,
  fingerprint: Partial<Fingerprint> = {},
  more: Partial<Omit<NodeRecord, 'node' | 'fingerprint'>> = {},
): NodeRecord => ({
  format: 1,
  toolVersion: '0.1.0',
  node,
  takenAt: RECORD_TIME,
  bootId: `boot-of-${node}`,
  uptimeSeconds: 86_400,
  verdict: {
    status: 'healthy',
    grade: 'A+',
    problems: [],
    unjudged: [],
    areas: AREAS,
    checks: CHECKS.map(({ code }) => code),
  },
  fingerprint: { ...EMPTY, ...fingerprint },
  gaps: [],
  ...more,
});

export const aMember = (name: string, nodeId: number, online = true): Member => ({
  ...{ name, nodeId, online, ip: `10.99.0.${nodeId}` },
});

/** A quorate cluster of the nodes of these records, all online, seen from the first. */
export const peersOf = (records: readonly NodeRecord[], more: Partial<Peers> = {}): Peers => ({
  self: records[0]?.node ?? 'pve1',
  readAt: RECORD_TIME,
  members: records.map(({ node }, index) => aMember(node, index + 1)),
  quorate: true,
  words: new Map(records.map((record): [string, NodeWord] => [record.node, { state: 'record', record }])),
  fresh: null,
  ...more,
});
