import type { NodeAccess } from '../../src/apply/node-access.ts';
import type { CommandResult } from '../../src/model/command-result.ts';
import type { DiskIdentity } from '../../src/model/device-mapper/block-devices.ts';
import { type DevNo, type DmDevice, devNo, underlyingDevices } from '../../src/model/device-mapper/device-mapper.ts';
import type { Holder } from '../../src/model/device-mapper/device-use.ts';
import { buildDmName } from '../../src/model/device-mapper/dm-name.ts';
import type { Activity, Cluster, GuestConfig, RunningGuest, Storage } from '../../src/model/guests/pve.ts';
import { type LogicalVolume, lvDmUuid } from '../../src/model/lvm/lvm.ts';
import type { HostNames } from '../../src/model/needs/host-names.ts';
import { absent, known, type Reading } from '../../src/model/reading.ts';
import type { JournalRecord } from '../../src/model/repair/journal.ts';
import type { Mutation } from '../../src/model/repair/mutation.ts';
import { mutationArgv } from '../../src/model/repair/mutation.ts';
import type { CollectedName, CollectedSections, Snapshot } from '../../src/model/snapshot.ts';
import { cluster, hidden, lvmReport, mapper, quiet, storage, storages } from '../checks/examples.ts';

/** A node in memory that a test can change at any moment, and that mutations change. */
export interface MemoryNode {
  devices: DmDevice[];
  volumes: LogicalVolume[];
  configs: GuestConfig[];
  hostNames: HostNames;
  running: RunningGuest[];
  storages: Storage[];
  activity: Activity;
  cluster: Cluster;
  holders: Map<DevNo, Holder[]>;
  /** Disks that are not as every disk of a test is, `DISK`. */
  disks: Map<DevNo, DiskIdentity>;
  /** Sections that cannot be read. */
  readonly hidden: Set<CollectedName>;
  readonly records: JournalRecord[];
  readonly audited: string[];
  readonly ran: string[];
}

export const DISK: DiskIdentity = {
  ...{ sizeSectors: '2097152', wwid: 'naa.6000', serial: '', partUuid: '', diskSeq: '9', bootId: 'boot' },
};

export const memoryNode = (over: Partial<MemoryNode> = {}): MemoryNode => ({
  devices: [],
  volumes: [],
  configs: [],
  hostNames: { names: [], gaps: [] },
  running: [],
  storages: [storage('san', 'san')],
  activity: quiet,
  cluster,
  holders: new Map(),
  disks: new Map(),
  hidden: new Set(),
  records: [],
  audited: [],
  ran: [],
  ...over,
});

const timed = <T>(reading: Reading<T>) => ({ reading, durationMs: 0 });

export function snapshotOf(node: MemoryNode): Snapshot {
  const section = <K extends CollectedName>(name: K, value: CollectedSections[K]) =>
    timed(node.hidden.has(name) ? hidden<CollectedSections[K]>() : known(value));
  const none = timed<never>(absent('not in this test'));
  const numbers = new Set(['8:0', ...node.devices.flatMap((device) => [devNo(device), ...underlyingDevices(device)])]);
  const stackedOn = (number: DevNo) => node.devices.filter((device) => underlyingDevices(device).includes(number));
  const blocks = [...numbers].map((number) => {
    const holders = stackedOn(number).map((device) => `dm-${device.minor}`);
    const kernelName = number.startsWith('253:') ? `dm-${number.slice(4)}` : `sd${number.replace(':', '-')}`;
    const disk = number.startsWith('253:') ? {} : { identity: node.disks.get(number) ?? DISK };
    return [number, { devNo: number, kernelName, holders, state: '', disk: null, wwid: '', ...disk }] as const;
  });
  return {
    takenAt: '2026-11-20T02:00:00.000Z',
    sections: {
      host: none,
      thinPools: none,
      autoextend: none,
      lvmAround: none,
      targetStatuses: none,
      disks: none,
      mdArrays: none,
      trend: none,
      datacenter: none,
      mounts: none,
      containers: none,
      expectedMounts: none,
      mountProbes: none,
      stuckProcesses: none,
      backupJobs: none,
      volumes: none,
      identities: none,
      peers: none,
      replication: none,
      ha: none,
      fileSystems: none,
      btrfs: none,
      zfsPools: none,
      finishedTasks: none,
      deviceMapper: section('deviceMapper', mapper(...node.devices)),
      blockDevices: section('blockDevices', { devices: new Map(blocks) }),
      lvm: section('lvm', lvmReport(node.volumes)),
      cluster: section('cluster', node.cluster),
      storage: section('storage', storages(...node.storages)),
      guests: section('guests', { configs: node.configs }),
      hostNames: section('hostNames', node.hostNames),
      running: section('running', { guests: node.running }),
      activity: section('activity', node.activity),
      usage: section('usage', { holders: new Map(node.holders), gaps: [] }),
    },
  };
}

/** What device-mapper and LVM would do. */
function mutateNode(node: MemoryNode, mutation: Mutation): Pick<CommandResult, 'exitCode' | 'stderr'> {
  const done = { exitCode: 0, stderr: '' };
  const remove = (device: DmDevice | undefined) => {
    if (device === undefined) return { exitCode: 1, stderr: 'No such device or address' };
    if (device.openCount > 0) return { exitCode: 1, stderr: 'Device or resource busy' };
    node.devices = node.devices.filter((other) => other !== device);
    return done;
  };
  switch (mutation.does) {
    case 'remove-device':
      return remove(
        node.devices.find((device) =>
          'uuid' in mutation ? device.uuid === mutation.uuid : device.name === mutation.handMadeName,
        ),
      );
    case 'create-device': {
      const table = mutation.table.map((line) => {
        const [start = '', length = '', type = '', ...args] = line.split(' ');
        return { start: Number(start), length: Number(length), type, args };
      });
      node.devices.push({
        ...made(node),
        name: mutation.name,
        uuid: mutation.uuid,
        readOnly: mutation.readOnly,
        table,
      });
      return done;
    }
    case 'deactivate-volume':
    case 'activate-volume': {
      const lv = node.volumes.find((it) => it.vgName === mutation.vgName && it.lvName === mutation.lvName);
      if (lv === undefined) return { exitCode: 5, stderr: 'Failed to find logical volume' };
      if (mutation.does === 'deactivate-volume')
        return remove(node.devices.find((device) => device.uuid === lvDmUuid(lv)));
      node.devices.push({ ...made(node), name: buildDmName(lv.vgName, lv.lvName), uuid: lvDmUuid(lv) });
      return done;
    }
  }
}

function made(node: MemoryNode): DmDevice {
  const minor = Math.max(0, ...node.devices.map((device) => device.minor)) + 1;
  const table = [{ start: 0, length: 8192, type: 'linear', args: ['8:0', '2048'] }];
  return { name: '', uuid: '', major: 253, minor, openCount: 0, suspended: false, readOnly: false, table };
}

/** How a run reaches it; `over` replaces parts, to meet a run in the middle. */
export const memoryAccess = (node: MemoryNode, over: Partial<NodeAccess> = {}): NodeAccess => ({
  look: async () => snapshotOf(node),
  readDeviceMapper: async () => snapshotOf(node).sections.deviceMapper.reading,
  settle: async () => null,
  lockGuests: (paths) => ({
    ...{ stillHeld: () => paths, descriptors: [], release: () => undefined },
  }),
  processesOf: () => [],
  withStepOpen: (work) => work(),
  beforeCommand: (work) => work(),
  holderOf: () => ' by process 9 (lvs)',
  pause: async () => undefined,
  whyNotAct: async () => null,
  bootId: () => 'boot',
  mutate: async (mutation) => {
    const argv = mutationArgv(mutation);
    node.ran.push(argv.join(' '));
    const result = mutateNode(node, mutation);
    return { argv, outcome: 'exited', stdout: '', truncated: false, durationMs: 1, ...result };
  },
  append: async (record) => {
    node.records.push(record);
  },
  audit: async (line) => {
    node.audited.push(line);
    return true;
  },
  now: () => new Date('2026-11-20T02:00:00Z'),
  ...over,
});
