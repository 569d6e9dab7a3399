import type { BlockDevice, BlockDevices } from '../device-mapper/block-devices.ts';
import {
  type DeviceMapper,
  type DevNo,
  type DmDevice,
  devNo,
  SECTOR_BYTES,
  tableLength,
  underlyingDevices,
} from '../device-mapper/device-mapper.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import type { NodeIdentities } from './node-identities.ts';
import type { DevicePrint, DiskPrint } from './node-record.ts';

export const NO_DISK: DiskPrint = { wwid: '', serial: '', sizeBytes: null };

export interface Devices {
  readonly byNumber: ReadonlyMap<DevNo, DmDevice>;
  readonly blockDevices: BlockDevices;
  readonly identities: NodeIdentities;
}

export const devicesOf = (
  { devices }: DeviceMapper,
  blockDevices: BlockDevices,
  identities: NodeIdentities,
): Devices => ({ byNumber: new Map(devices.map((device) => [devNo(device), device])), blockDevices, identities });

/** Longer stacks than this have a loop in them. */
const DEPTH = 8;

/** The one disk that is at the bottom of a device, and its partition; of a device over several disks nobody can tell. */
export function bottomOf(
  number: DevNo,
  devices: Devices,
  depth = 0,
): { readonly disk: DiskPrint; readonly partition: number } {
  const nobody = { disk: NO_DISK, partition: 0 };
  if (depth > DEPTH) return nobody;
  const mapped = devices.byNumber.get(number);
  if (mapped === undefined) {
    const device = devices.blockDevices.devices.get(number);
    return device === undefined ? nobody : { disk: diskOf(device, devices.identities), partition: partitionOf(device) };
  }
  const identity = identifyUuid(mapped.uuid);
  const below = underlyingDevices(mapped);
  if (identity.kind === 'multipath') {
    const serial =
      below.map((path) => bottomOf(path, devices, depth + 1).disk.serial).find((word) => word !== '') ?? '';
    return { disk: { wwid: identity.wwid, serial, sizeBytes: tableLength(mapped) * SECTOR_BYTES }, partition: 0 };
  }
  const [only] = below;
  if (only === undefined || below.length > 1) return nobody;
  const bottom = bottomOf(only, devices, depth + 1);
  return identity.kind === 'partition' ? { ...bottom, partition: identity.number } : bottom;
}

function diskOf({ disk, kernelName, wwid }: BlockDevice, { disks }: NodeIdentities): DiskPrint {
  const print = disks.get(disk ?? kernelName) ?? NO_DISK;
  return { ...print, wwid: print.wwid || plainWwid(wwid) };
}

/** `sda3`, `nvme0n1p3`: the number after the name of its disk. */
const partitionOf = ({ disk, kernelName }: BlockDevice): number =>
  disk === null || disk === kernelName ? 0 : Number(/(\d+)$/.exec(kernelName)?.[1] ?? 0);

/**
 * As multipath and udev write it: the type of a designator of SCSI is a digit there (naa. is 3, eui. is 2; drivers/scsi/scsi_lib.c
 * scsi_vpd_lun_id, scsi_id of udev), so that a disk of one path is the same as the map on another node.
 */
export const plainWwid = (wwid: string): string => wwid.replace(/^naa\./, '3').replace(/^eui\.(?=[0-9a-f]{16}$)/i, '2');

/** What a file system is on. */
export function deviceOf(number: DevNo, devices: Devices): DevicePrint {
  const mapped = devices.byNumber.get(number);
  const identity = mapped === undefined ? null : identifyUuid(mapped.uuid);
  if (identity?.kind === 'lvm') return { kind: 'volume', vgUuid: identity.vgUuid, lvUuid: identity.lvUuid };
  const { disk, partition } = bottomOf(number, devices);
  return disk.wwid === '' && disk.serial === '' ? { kind: 'unknown' } : { kind: 'disk', disk, partition };
}
