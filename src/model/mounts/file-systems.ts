import type { DevNo } from '../device-mapper/device-mapper.ts';

/** What local file systems of the node say of their own data, where the mount table says nothing. */
export interface FileSystems {
  /** ext4 file systems that met errors. */
  readonly errors: readonly FileSystemErrors[];
  /** XFS file systems that answer every access with an error, by the number of each: how they are once they have shut down. */
  readonly shutDown: ReadonlySet<DevNo>;
  /** XFS file systems that gave no answer, each as a sentence. */
  readonly silent: readonly string[];
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
