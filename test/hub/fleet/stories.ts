/** What happened on a node of the example fleet: from so many days ago on it looked like this capture. The first one begins its story. */
export interface Story {
  readonly cluster: string;
  readonly node: string;
  readonly phases: readonly (readonly [daysAgo: number, situation: string])[];
  /** It has said nothing since; 0 where it still reports. */
  readonly silentDays: number;
  /** Its clock minus the hub's. */
  readonly clockAheadMs: number;
  /** Its pve-doctor is newer than the hub: the version of its report. */
  readonly schemaVersion: number | null;
  /** What somebody acknowledged, so many days ago: the first problem of the last phase. */
  readonly acknowledged: { readonly daysAgo: number; readonly reason: string } | null;
}

/** Days that the example fleet has been reporting. */
export const DAYS = 30;

const HEALTHY = ['healthy-mixed-node', 'mounts-healthy', 'volumes-healthy', 'clean-everything', 'paths-of-a-map-whole'];

const CLUSTERS = [
  { cluster: 'west', nodes: 18, name: (at: number) => `west-${String(at).padStart(2, '0')}` },
  { cluster: 'east', nodes: 14, name: (at: number) => `pve${at}` },
  { cluster: 'branch-office', nodes: 8, name: (at: number) => `pve${at}` },
] as const;

/** What is not healthy; two clusters have nodes of one name, as in real fleets. */
const SICK: Readonly<Record<string, Partial<Omit<Story, 'cluster' | 'node'>>>> = {
  'west/west-01': {
    phases: [
      [30, 'healthy-mixed-node'],
      [12, 'orphan-guest-gone'],
      [4, 'example-node'],
    ],
  },
  'west/west-02': {
    phases: [
      [30, 'mounts-healthy'],
      [6, 'orphan-guest-gone'],
    ],
  },
  'west/west-03': {
    phases: [
      [30, 'healthy-mixed-node'],
      [6, 'orphan-guest-gone'],
    ],
  },
  'west/west-04': {
    phases: [
      [30, 'orphan-guest-gone'],
      [9, 'healthy-mixed-node'],
    ],
  },
  'west/west-05': {
    phases: [
      [30, 'paths-of-a-map-whole'],
      [0.2, 'paths-of-a-map-one-path-lost'],
    ],
  },
  'west/west-06': {
    phases: [
      [30, 'paths-of-a-map-whole'],
      [0.2, 'paths-of-a-map-no-path-and-queueing'],
    ],
  },
  'west/west-07': {
    phases: [[30, 'volumes-left-behind-whole']],
    acknowledged: { daysAgo: 3, reason: 'kept until the audit is over, ticket 4711' },
  },
  'west/west-09': { phases: [[30, 'healthy-mixed-node']], silentDays: 3 },
  'west/west-11': {
    phases: [
      [30, 'healthy-mixed-node'],
      [2, 'mounts-server-dead-first'],
    ],
  },
  'west/west-12': {
    phases: [
      [30, 'healthy-mixed-node'],
      [2, 'mounts-server-dead-first'],
    ],
  },
  'west/west-14': {
    phases: [
      [30, 'healthy-mixed-node'],
      [15, 'thin-pool-growing'],
    ],
  },
  'west/west-16': {
    phases: [
      [30, 'healthy-mixed-node'],
      [0.4, 'stale-table-after-resize'],
    ],
  },
  'east/pve1': {
    phases: [
      [30, 'thin-pool-metadata'],
      [1.5, 'thin-pool-full'],
    ],
  },
  'east/pve2': {
    phases: [
      [30, 'volumes-healthy'],
      [8, 'zfs-left-behind'],
    ],
  },
  'east/pve3': {
    phases: [
      [30, 'healthy-mixed-node'],
      [0.3, 'pmxcfs-no-quorum'],
    ],
  },
  'east/pve4': { phases: [[30, 'rbd-left-behind']] },
  'east/pve6': {
    phases: [
      [30, 'guests-half-done'],
      [5, 'healthy-mixed-node'],
    ],
  },
  'east/pve8': { phases: [[30, 'healthy-mixed-node']], clockAheadMs: 3 * 3_600_000 },
  'east/pve10': {
    phases: [[30, 'mounts-full-and-read-only']],
    acknowledged: { daysAgo: 1, reason: 'new disks arrive on Friday' },
  },
  'east/pve13': { phases: [[30, 'lvm-hangs-first']] },
  'east/pve14': { phases: [[30, 'healthy-mixed-node']], schemaVersion: 2 },
  'branch-office/pve1': {
    phases: [
      [30, 'paths-iscsi-whole'],
      [7, 'paths-iscsi-one-portal-silent'],
    ],
  },
  'branch-office/pve2': { phases: [[30, 'mounts-missing']] },
  'branch-office/pve5': { phases: [[30, 'healthy-mixed-node']], silentDays: 11 },
};

export const STORIES: readonly Story[] = CLUSTERS.flatMap(({ cluster, nodes, name }) =>
  Array.from({ length: nodes }, (_, at): Story => {
    const node = name(at + 1);
    return {
      ...{ cluster, node, silentDays: 0, clockAheadMs: 0, schemaVersion: null, acknowledged: null },
      phases: [[DAYS, HEALTHY[at % HEALTHY.length] ?? 'healthy-mixed-node']],
      ...SICK[`${cluster}/${node}`],
    };
  }),
);
