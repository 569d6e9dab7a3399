import type { Check, Diagnosis } from '../../src/model/check.ts';
import type { AcrossNodes } from '../../src/model/cluster/across-nodes.ts';
import { believe } from '../../src/model/cluster/believe.ts';
import type { Peers } from '../../src/model/cluster/cluster-view.ts';
import type {
  DiskPrint,
  FileSystemPrint,
  GroupPrint,
  LunPrint,
  NodeRecord,
  PoolPrint,
  RunningPrint,
  VolumePrint,
} from '../../src/model/cluster/node-record.ts';
import type { GuestConfig, Storage } from '../../src/model/guests/pve.ts';
import { peersOf, RECORD_TIME, secondsOf } from '../data/node-records.ts';
import { uuid } from './examples.ts';

/** Things that a node tells, seen in many looks up to the time of the records. */

export const LONG_SEEN = { since: secondsOf(RECORD_TIME) - 3600, looks: 5 };

export const lunDisk = (number = 1): DiskPrint => ({
  wwid: `3600a098038304437415d4b6a5968${String(number).padStart(4, '0')}`,
  serial: '',
  sizeBytes: 2 ** 40,
});

/** As of a virtual machine that was copied: everybody has one. */
export const COPIED_DISK: DiskPrint = {
  wwid: '0QEMU_QEMU_HARDDISK_drive-scsi0',
  serial: 'drive-scsi0',
  sizeBytes: 2 ** 35,
};

export const runningGuest = (vmid: number, more: Partial<RunningPrint> = {}): RunningPrint => ({
  ...{ vmid, type: 'qemu', incoming: false },
  ...LONG_SEEN,
  ...more,
});

export const groupOn = (vgName: string, disk: DiskPrint = lunDisk(), more: Partial<GroupPrint> = {}): GroupPrint => ({
  vgName,
  vgUuid: uuid(vgName),
  seqno: 12,
  pvs: [{ pvUuid: uuid(`pv of ${vgName}`), missing: false, disk }],
  volumes: [],
  ...more,
});

export const openVolume = (lvName: string, more: Partial<VolumePrint> = {}): VolumePrint => ({
  ...{ lvName, lvUuid: uuid(lvName), openCount: 1, heldBy: ['process'] },
  ...LONG_SEEN,
  ...more,
});

export const activePool = (vgName: string, lvName: string, more: Partial<PoolPrint> = {}): PoolPrint => ({
  ...{ vgName, vgUuid: uuid(vgName), lvName, lvUuid: uuid(lvName), openCount: 2 },
  ...LONG_SEEN,
  ...more,
});

export const mountedOn = (disk: DiskPrint, more: Partial<FileSystemPrint> = {}): FileSystemPrint => ({
  ...{ fsType: 'ext4', fsUuid: '2f5d7a1e-0c1b-4a3e-9d42-7b1c6a0e55d1', target: '/srv/data' },
  ...{ device: { kind: 'disk', disk, partition: 1 } },
  ...LONG_SEEN,
  ...more,
});

export const lunOf = (disk: DiskPrint, more: Partial<LunPrint> = {}): LunPrint => ({
  ...disk,
  ...{ name: 'mpatha', paths: 4, usablePaths: 4 },
  ...more,
});

interface ClusterExample {
  readonly storages?: readonly Storage[];
  readonly configs?: readonly GuestConfig[] | null;
  readonly peers?: Partial<Peers>;
  readonly only?: string | null;
}

/** What checks make of these records, as the first node sees them. */
export function acrossOf(
  records: readonly NodeRecord[],
  { storages = [], configs = [], peers = {}, only = null }: ClusterExample = {},
): AcrossNodes {
  return {
    view: believe(peersOf(records, peers), null, RECORD_TIME),
    storage: { storages, problems: [], mentionedVgs: [] },
    guests: configs === null ? null : { configs },
    only,
  };
}

/** What a check finds, and what it could not compare. */
export const judged = (
  check: Check<'acrossNodes', never>,
  acrossNodes: AcrossNodes,
): { readonly findings: readonly Diagnosis[]; readonly open: readonly string[] } => ({
  findings: check.examine({ acrossNodes }, {}),
  open: check.notCompared?.({ acrossNodes }) ?? [],
});
