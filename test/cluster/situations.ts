import type { AcrossNodes } from '../../src/model/cluster/across-nodes.ts';
import type { FreshAnswer } from '../../src/model/cluster/cluster-view.ts';
import type { NodeRecord, RecordedProblem } from '../../src/model/cluster/node-record.ts';
import { AREAS } from '../../src/model/report/cluster-report.ts';
import {
  acrossOf,
  activePool,
  groupOn,
  lunDisk,
  lunOf,
  mountedOn,
  openVolume,
  runningGuest,
} from '../checks/cluster-examples.ts';
import { guest, mention, storage } from '../checks/examples.ts';
import { aMember, aRecord, at, EMPTY } from '../data/node-records.ts';

/** Clusters of several nodes, each in one situation that its name says; the goldens show what pve-doctor makes of them. */

const SHARED = storage('fc', 'san', { shared: true });
const NAS = storage('nas', '', { type: 'nfs', properties: { server: '10.9.0.2', export: '/export' }, shared: true });
const CONFIGS = [
  guest(102, { node: 'pve1', name: 'database', mentions: [mention('scsi0', 'fc', 'vm-102-disk-0')] }),
  guest(103, { node: 'pve2', name: 'web', mentions: [mention('scsi0', 'fc', 'vm-103-disk-0')] }),
];

const MOUNT = { source: '10.9.0.2:/export', fsType: 'nfs4', target: '/mnt/pve/nas' };
const USABLE = [
  { storeid: 'fc', usable: true, because: '' },
  { storeid: 'nas', usable: true, because: '' },
];

/** A node that shares a LUN and a mount with the others, and on which nothing is wrong. */
const sharing = (node: string, more: Partial<NodeRecord['fingerprint']> = {}, seqno = 12): NodeRecord =>
  aRecord(node, {
    groups: [groupOn('san', lunDisk(), { seqno })],
    luns: [lunOf(lunDisk())],
    remoteMounts: [MOUNT],
    storages: USABLE,
    ...more,
  });

const deadEntry = (disk: number): RecordedProblem => ({
  ...{ id: `volume:san/vm-107-disk-${disk}`, kind: 'volume', severity: 'critical', who: 'Guest 107 (deleted)' },
  what: `left a dead entry of san/vm-107-disk-${disk}: VMID 107 cannot be used again here`,
  ...{ codes: ['DM013', 'ID001'], vmids: [107], acknowledged: false },
  ...{ next: 'Keeps the data, can be undone.', repairable: true },
});

const DEAD_NAS: RecordedProblem = {
  ...{ id: 'server:10.9.0.9', kind: 'server', severity: 'critical', who: 'NFS server 10.9.0.9' },
  what: 'does not answer: 2 mounts, 1 storage',
  ...{ codes: ['MNT001'], vmids: [], acknowledged: false, next: 'Bring the server back.', repairable: false },
};

const withProblems = (record: NodeRecord, ...problems: readonly RecordedProblem[]): NodeRecord => ({
  ...record,
  verdict: { status: 'critical', grade: 'F', problems, unjudged: [], areas: AREAS },
});

const three = (make: (node: string) => NodeRecord): readonly NodeRecord[] => ['pve1', 'pve2', 'pve3'].map(make);

const withStorages = { storages: [SHARED, NAS], configs: CONFIGS };

const looks = (node: string, seqno: number, offset: number): FreshAnswer => ({
  state: 'answered',
  words: [-30, -20, -10].map((seconds) => ({
    state: 'record',
    record: { ...sharing(node, {}, seqno), takenAt: at(seconds + offset) },
  })),
  ...{ askedAt: at(-40), answeredAt: at(0) },
});

export const CLUSTERS: Readonly<Record<string, () => AcrossNodes>> = {
  'cluster-healthy': () => acrossOf(three(sharing), withStorages),
  'cluster-leftovers': () =>
    acrossOf(
      [
        sharing('pve1'),
        ...['pve2', 'pve3', 'pve4', 'pve5', 'pve6', 'pve7', 'pve8'].map((node, at) =>
          withProblems(sharing(node), deadEntry(0), ...(at < 2 ? [deadEntry(1)] : []), ...(at > 4 ? [DEAD_NAS] : [])),
        ),
        { ...sharing('pve9'), takenAt: at(-4 * 3600) },
      ],
      withStorages,
    ),
  'cluster-guest-twice': () => {
    const open = {
      running: [runningGuest(102)],
      groups: [groupOn('san', lunDisk(), { volumes: [openVolume('vm-102-disk-0')] })],
    };
    return acrossOf([sharing('pve1', open), sharing('pve2', open), sharing('pve3')], withStorages);
  },
  'cluster-migration': () => {
    const open = (incoming: boolean) => ({
      running: [runningGuest(102, { incoming })],
      groups: [groupOn('san', lunDisk(), { volumes: [openVolume('vm-102-disk-0')] })],
    });
    const source = { ...open(false), activity: { tasks: [{ type: 'qmigrate', vmids: [102] }], locks: [] } };
    const configs = [guest(102, { lock: 'migrate' })];
    return acrossOf([sharing('pve1', source), sharing('pve2', open(true)), sharing('pve3')], {
      storages: [SHARED, NAS],
      configs,
    });
  },
  'cluster-pool-twice': () =>
    acrossOf(
      three((node) =>
        sharing(
          node,
          node === 'pve3' ? {} : { thinPools: [activePool('san', 'data', { openCount: node === 'pve1' ? 3 : 0 })] },
        ),
      ),
      { storages: [storage('thin', 'san', { type: 'lvmthin' })], configs: CONFIGS },
    ),
  'cluster-mounted-twice': () =>
    acrossOf(
      three((node) => sharing(node, node === 'pve3' ? {} : { fileSystems: [mountedOn(lunDisk(2))] })),
      withStorages,
    ),
  'cluster-unlocked': () => acrossOf(three(sharing), { storages: [storage('fc', 'san'), NAS], configs: CONFIGS }),
  'cluster-different-group': () =>
    acrossOf(
      three((node) =>
        node === 'pve3'
          ? sharing(node, { groups: [groupOn('san', lunDisk(7), { vgUuid: 'x'.repeat(32) })] })
          : sharing(node),
      ),
      withStorages,
    ),
  'cluster-stale-copy': () =>
    acrossOf(three(sharing), {
      ...withStorages,
      peers: {
        fresh: new Map([
          ['pve2', looks('pve2', 12, 0)],
          ['pve3', looks('pve3', 9, 3)],
        ]),
      },
    }),
  'cluster-two-locks': () =>
    acrossOf(three(sharing), { storages: [SHARED, storage('fc-old', 'san', { shared: true }), NAS], configs: CONFIGS }),
  'cluster-uneven': () =>
    acrossOf(
      [
        sharing('pve1'),
        sharing('pve2', {
          groups: [],
          storages: [{ storeid: 'fc', usable: false, because: 'there is no volume group san' }, ...USABLE.slice(1)],
          remoteMounts: [],
        }),
        sharing('pve3', {
          luns: [lunOf(lunDisk(), { paths: 2, usablePaths: 2 })],
          lvmSettings: EMPTY.lvmSettings === null ? null : { ...EMPTY.lvmSettings, globalFilter: '["r|/dev/zd.*|"]' },
        }),
      ],
      withStorages,
    ),
  'cluster-silent': () =>
    acrossOf(
      [
        sharing('pve1'),
        { ...sharing('pve2'), takenAt: at(3600) },
        { ...sharing('pve3'), takenAt: at(-50 * 3600) },
        sharing('pve4'),
        {
          ...sharing('pve5'),
          verdict: { status: 'warning', grade: 'B', problems: null, unjudged: null, areas: AREAS },
        },
        {
          ...sharing('pve6'),
          verdict: {
            ...{ status: 'unknown', grade: '?', problems: [], areas: AREAS },
            unjudged: [{ code: 'DM013', because: 'lvm fullreport: timed out after 10 s' }],
          },
        },
      ],
      {
        ...withStorages,
        peers: {
          members: ['pve1', 'pve2', 'pve3', 'pve4', 'pve5', 'pve6', 'pve7'].map((name, index) =>
            aMember(name, index + 1, name !== 'pve4'),
          ),
        },
      },
    ),
};
