import type { DevNo } from './device-mapper.ts';

/** Who uses a block device: what `dmsetup info`, `lsof` and `fuser` would be asked for, found in one pass. */
export type Holder =
  | {
      readonly kind: 'process';
      readonly pid: number;
      readonly command: string;
      /** Login name of the process's user, or its number. */
      readonly user: string;
      /** The guest whose process it is, where the command line says so. */
      readonly vmid: number | null;
    }
  | {
      readonly kind: 'mount';
      readonly target: string /** A process inside that mount namespace. */;
      readonly pid: number;
    }
  | { readonly kind: 'swap'; readonly path: string }
  /** A kernel device on top: another dm device, md, bcache, DRBD. */
  | { readonly kind: 'device'; readonly kernelName: string; readonly name: string }
  | { readonly kind: 'loop'; readonly kernelName: string }
  /** An LIO backstore in /sys/kernel/config/target/core. */
  | { readonly kind: 'target'; readonly path: string };

export interface Usage {
  readonly holders: ReadonlyMap<DevNo, readonly Holder[]>;
  /** What was not seen, for example processes that could not be read; empty when everything was. */
  readonly gaps: readonly string[];
}
