import type { DevNo } from '../device-mapper/device-mapper.ts';

/** Errors in their own data that file systems of the node met. */
export interface FileSystems {
  readonly errors: readonly FileSystemErrors[];
}

export interface FileSystemErrors {
  /** Kernel name of its device: `dm-4`, `sda1`. */
  readonly name: string;
  /** Empty where the kernel does not say. */
  readonly devNo: DevNo;
  /** Since the file system was last checked. */
  readonly count: number;
  /** ISO 8601; null where nothing tells it. */
  readonly firstAt: string | null;
  readonly lastAt: string | null;
}
