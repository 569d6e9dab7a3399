/** What tells the disks and file systems of this node on other nodes too, and how LVM is set up here. */
import type { Reading } from '../reading.ts';
import type { DiskPrint, LvmSettingsPrint } from './node-record.ts';

export interface NodeIdentities {
  /** Empty where it could not be read. */
  readonly bootId: string;
  /** By kernel name, whole disks only. */
  readonly disks: ReadonlyMap<string, DiskPrint>;
  /** UUIDs of file systems as udev knows them, by kernel name. */
  readonly fileSystems: Reading<ReadonlyMap<string, string>>;
  readonly lvmSettings: Reading<LvmSettingsPrint>;
}
