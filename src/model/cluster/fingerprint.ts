import type { Readings } from '../check.ts';
import { type DmDevice, devNo, SECTOR_BYTES, tableLength, underlyingDevices } from '../device-mapper/device-mapper.ts';
import type { Usage } from '../device-mapper/device-use.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import type { Lvm, VolumeGroup } from '../lvm/lvm.ts';
import { harmlessSource } from '../mounts/mount-secrets.ts';
import type { HostMounts, SeenMount } from '../mounts/mounts.ts';
import { isRemote } from '../mounts/remote-filesystems.ts';
import { type Reading, whyNot } from '../reading.ts';
import type { CollectedSections } from '../snapshot.ts';
import { bottomOf, type Devices, deviceOf, devicesOf } from './disk-print.ts';
import type {
  FileSystemPrint,
  Fingerprint,
  Gap,
  GroupPrint,
  HolderKind,
  LunPrint,
  PartName,
  PoolPrint,
  RemoteMountPrint,
  VolumePrint,
} from './node-record.ts';
import { storagePrints } from './storage-prints.ts';

/** What a fingerprint is taken of. */
export type FingerprintSections = Readings<
  | 'deviceMapper'
  | 'blockDevices'
  | 'lvm'
  | 'cluster'
  | 'storage'
  | 'running'
  | 'activity'
  | 'usage'
  | 'mounts'
  | 'mountProbes'
  | 'identities'
  | 'thinPools'
  | 'volumes'
>;

/** The things of one look, without since when they are seen (`carryOn`). */
export interface Look {
  readonly fingerprint: Fingerprint;
  readonly gaps: readonly Gap[];
}

/** What this node can tell the others of itself. A part whose sections are not known is a gap. */
export function fingerprintOf(sections: FingerprintSections, takenAt: string): Look {
  const gaps: Gap[] = [];
  const seen = { since: Math.floor(Date.parse(takenAt) / 1000), looks: 1 };
  const part = <T, N extends keyof FingerprintSections>(
    name: PartName,
    needs: readonly N[],
    print: (values: { readonly [K in N]: CollectedSections[K] }) => T,
  ): T | null => {
    const values: Partial<Record<N, unknown>> = {};
    for (const need of needs) {
      const reading: Reading<unknown> = sections[need];
      if (reading.state !== 'known') {
        gaps.push({ part: name, because: 'unreadable', detail: (whyNot(reading) ?? '').slice(0, 200) });
        return null;
      }
      values[need] = reading.value;
    }
    // Each of them was put there just now.
    return print(values as { readonly [K in N]: CollectedSections[K] });
  };
  const on = ['deviceMapper', 'blockDevices', 'identities'] as const;
  const { usage } = sections;
  const holders = usage.state === 'known' ? usage.value : null;
  const fingerprint: Fingerprint = {
    running: part('running', ['running'], ({ running }) =>
      running.guests
        .map(({ vmid, type, incoming }) => ({ vmid, type, incoming, ...seen }))
        .sort((a, b) => a.vmid - b.vmid),
    ),
    activity: part('activity', ['activity'], ({ activity }) => ({
      tasks: activity.tasks.map(({ type, vmids }) => ({ type, vmids })),
      locks: activity.locks.map(({ vmid, storeid }) => ({ vmid, storeid })),
    })),
    thinPools: part('thinPools', ['deviceMapper'], ({ deviceMapper }) =>
      deviceMapper.devices.flatMap((device) => poolPrint(device)).map((pool) => ({ ...pool, ...seen })),
    ),
    fileSystems: part('fileSystems', [...on, 'mounts'], (values) =>
      fileSystemPrints(values.mounts, devicesOf(values.deviceMapper, values.blockDevices, values.identities)).map(
        (print) => ({ ...print, ...seen }),
      ),
    ),
    groups: part('groups', [...on, 'lvm'], (values) =>
      groupPrints(values.lvm, devicesOf(values.deviceMapper, values.blockDevices, values.identities), holders, seen),
    ),
    storages: part('storages', ['storage', 'cluster', 'lvm', 'mounts', 'mountProbes'], (values) =>
      storagePrints(values, sections),
    ),
    luns: part('luns', on, (values) =>
      lunPrints(devicesOf(values.deviceMapper, values.blockDevices, values.identities)),
    ),
    remoteMounts: part('remoteMounts', ['mounts'], ({ mounts }) => remotePrints(mounts)),
    lvmSettings: part('lvmSettings', ['identities'], ({ identities: { lvmSettings } }) => {
      if (lvmSettings.state === 'known') return lvmSettings.value;
      gaps.push({ part: 'lvmSettings', because: 'unreadable', detail: whyNot(lvmSettings).slice(0, 200) });
      return null;
    }),
  };
  return { fingerprint, gaps };
}

type Unseen<T> = Omit<T, 'since' | 'looks'>;

/** The device of a pool has the layer `tpool`; the LV of the pool itself, if it is active, is only a handle on it. */
function poolPrint(device: DmDevice): readonly Unseen<PoolPrint>[] {
  const identity = identifyUuid(device.uuid);
  if (identity.kind !== 'lvm' || !device.table.some(({ type }) => type === 'thin-pool')) return [];
  const { vgName = '', lvName = '' } = splitDmName(device.name) ?? {};
  const { vgUuid, lvUuid } = identity;
  return [{ vgName, vgUuid, lvName, lvUuid, openCount: device.openCount }];
}

const LOCAL_TYPES = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs']);

const isForWriting = ({ options, superOptions }: SeenMount): boolean =>
  !options.includes('ro') && !superOptions.includes('ro');

function fileSystemPrints({ mounts }: HostMounts, devices: Devices): readonly Unseen<FileSystemPrint>[] {
  const { identities, blockDevices } = devices;
  const byName = new Map(
    [...blockDevices.devices.values()].map(({ kernelName, devNo: number }) => [kernelName, number]),
  );
  for (const device of devices.byNumber.values()) byName.set(`mapper/${device.name}`, devNo(device));
  const uuids = identities.fileSystems.state === 'known' ? identities.fileSystems.value : new Map<string, string>();
  const prints = new Map<string, Unseen<FileSystemPrint>>();
  for (const mount of mounts) {
    if (!LOCAL_TYPES.has(mount.fsType) || !isForWriting(mount) || prints.has(mount.devNo)) continue;
    // btrfs has numbers of its own: its source names one of its devices.
    const source = mount.source.replace(/^\/dev\//, '');
    const number = mount.devNo.startsWith('0:') ? byName.get(source) : mount.devNo;
    const kernelName = number === undefined ? undefined : blockDevices.devices.get(number)?.kernelName;
    prints.set(mount.devNo, {
      fsType: mount.fsType,
      fsUuid: (kernelName === undefined ? undefined : uuids.get(kernelName)) ?? '',
      device: number === undefined ? { kind: 'unknown' } : deviceOf(number, devices),
      target: mount.target,
    });
  }
  return [...prints.values()];
}

function groupPrints(
  { vgs, pvs }: Lvm,
  devices: Devices,
  usage: Usage | null,
  seen: { readonly since: number; readonly looks: number },
): readonly GroupPrint[] {
  const volumes = Map.groupBy(
    [...devices.byNumber.values()].flatMap((device) => activeVolume(device, usage)),
    ({ vgUuid }) => vgUuid,
  );
  return vgs.map(({ vgName, vgUuid, seqno }: VolumeGroup) => ({
    ...{ vgName, vgUuid, seqno: seqno ?? null },
    pvs: pvs
      .filter((pv) => pv.vgUuid === vgUuid)
      .map(({ pvUuid, missing, major, minor }) => ({
        ...{ pvUuid, missing, disk: bottomOf(`${major}:${minor}`, devices).disk },
      })),
    volumes: (volumes.get(vgUuid) ?? []).map(({ vgUuid: _, ...volume }) => ({ ...volume, ...seen })),
  }));
}

/** As device-mapper has it, whatever the metadata says by now: hidden layers belong to the volume above them. */
function activeVolume(
  device: DmDevice,
  usage: Usage | null,
): readonly (Unseen<VolumePrint> & { readonly vgUuid: string })[] {
  const identity = identifyUuid(device.uuid);
  if (identity.kind !== 'lvm' || identity.layer !== '') return [];
  const { vgUuid, lvUuid } = identity;
  const lvName = splitDmName(device.name)?.lvName ?? device.name;
  const kinds = new Set<HolderKind>((usage?.holders.get(devNo(device)) ?? []).map(({ kind }) => kind));
  return [{ vgUuid, lvName, lvUuid, openCount: device.openCount, heldBy: [...kinds].sort() }];
}

/** Maps, and disks that are below none. */
function lunPrints(devices: Devices): readonly LunPrint[] {
  const { byNumber, blockDevices } = devices;
  const maps = [...byNumber.values()].filter(({ uuid }) => identifyUuid(uuid).kind === 'multipath');
  const paths = new Set(maps.flatMap(underlyingDevices));
  const isUsable = (number: string): boolean => {
    const path = blockDevices.devices.get(number);
    return path !== undefined && (path.state === '' || path.state === 'running');
  };
  const ofMaps = maps.map((map): LunPrint => {
    const { wwid, serial } = bottomOf(devNo(map), devices).disk;
    const below = underlyingDevices(map);
    const counts = { paths: below.length, usablePaths: below.filter(isUsable).length };
    return { wwid, serial, name: map.name, sizeBytes: tableLength(map) * SECTOR_BYTES, ...counts };
  });
  const single = [...blockDevices.devices.values()].filter(
    ({ devNo: number, disk, kernelName }) => disk === kernelName && !paths.has(number),
  );
  const ofDisks = single.flatMap(({ devNo: number, kernelName }): readonly LunPrint[] => {
    const { disk } = bottomOf(number, devices);
    return disk.wwid === '' && disk.serial === '' ? [] : [{ ...disk, name: kernelName, paths: 0, usablePaths: 0 }];
  });
  return [...ofMaps, ...ofDisks].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function remotePrints({ mounts }: HostMounts): readonly RemoteMountPrint[] {
  const prints = mounts
    .filter(({ fsType, source }) => isRemote(fsType, source))
    .map(({ source, fsType, target }) => ({ source: harmlessSource(source, fsType), fsType, target }));
  return [...new Map(prints.map((print) => [print.target, print])).values()];
}
