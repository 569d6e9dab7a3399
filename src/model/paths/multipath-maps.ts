import type { BlockDevices } from '../device-mapper/block-devices.ts';
import { type DeviceMapper, type DevNo, type DmDevice, underlyingDevices } from '../device-mapper/device-mapper.ts';
import { byMinor } from '../device-mapper/device-stack.ts';
import type { Disk, Disks } from './disks.ts';
import type { TargetStatuses } from './target-status.ts';

/** One path of a map, as the kernel's map and as the disk itself see it. */
export interface MapPath {
  readonly devNo: DevNo;
  /** `sda`; the number where there is no such device any more. */
  readonly name: string;
  /** null where it is gone, or no disk of this node's list. */
  readonly disk: Disk | null;
  /** null where nobody could tell. */
  readonly works: boolean | null;
  /** Why it does not work, `is offline`; empty where it works. */
  readonly because: string;
}

export interface MultipathMap {
  readonly device: DmDevice;
  /** I/O waits for a path for ever instead of failing. */
  readonly queues: boolean;
  readonly paths: readonly MapPath[];
}

export const isMultipath = ({ table }: Pick<DmDevice, 'table'>): boolean =>
  table.some(({ type }) => type === 'multipath');

/** `running`, and what a disk that is no SCSI disk has; a `blocked` one may come back, and answers nothing until then. */
const WORKING_STATES = new Set(['', 'running', 'live']);

export const isWorkingState = (state: string): boolean => WORKING_STATES.has(state);

export function multipathMaps(
  { devices }: DeviceMapper,
  { byName }: TargetStatuses,
  blockDevices: BlockDevices,
  disks: Disks,
): readonly MultipathMap[] {
  const byNumber = new Map(disks.disks.map((disk) => [disk.devNo, disk]));
  return byMinor(devices.filter(isMultipath)).map((device): MultipathMap => {
    const states = (byName.get(device.name) ?? []).flatMap(({ state }) =>
      state?.kind === 'multipath' ? state.groups.flatMap(({ paths }) => paths) : [],
    );
    const failed = new Map(states.map((path) => [path.devNo, path.failed]));
    const paths = underlyingDevices(device).map((devNo): MapPath => {
      const block = blockDevices.devices.get(devNo);
      const disk = byNumber.get(devNo) ?? null;
      return {
        devNo,
        name: block?.kernelName ?? devNo,
        disk,
        ...conditionOf(block !== undefined, disk, failed.get(devNo)),
      };
    });
    return { device, queues: device.table.some(({ args }) => args.includes('queue_if_no_path')), paths };
  });
}

function conditionOf(
  exists: boolean,
  disk: Disk | null,
  failed: boolean | undefined,
): Pick<MapPath, 'works' | 'because'> {
  if (!exists) return { works: false, because: 'is gone' };
  if (disk?.state != null && !isWorkingState(disk.state)) return { works: false, because: `is ${disk.state}` };
  if (failed === true) return { works: false, because: 'is marked as failed in the map' };
  const isSeen = failed === false && disk?.state !== null;
  return { works: isSeen ? true : null, because: '' };
}

/** What nobody could tell of the maps, each as a sentence. */
export const unseenPaths = (maps: readonly MultipathMap[]): readonly string[] =>
  maps.flatMap(({ device, paths }) =>
    paths.filter(({ works }) => works === null).map(({ name }) => `whether path ${name} of ${device.name} works`),
  );
