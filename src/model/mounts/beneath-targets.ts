import { missingMounts } from './missing-mounts.ts';
import { mountOf } from './mount-tree.ts';
import type { ExpectedMounts, SeenMount } from './mounts.ts';
import { isRemote } from './remote-filesystems.ts';

/**
 * Mount points of the node beneath which nothing should lie: of remote file systems, of disks that hold a storage, and of
 * what is missing. Any other local file system may lie over whatever its owner wants.
 */
export function targetsOverNothing(
  mounts: readonly SeenMount[],
  expected: Pick<ExpectedMounts, 'mounts' | 'directories'>,
): readonly string[] {
  const targets = [
    ...mounts.filter(({ fsType, source }) => isRemote(fsType, source)).map(({ target }) => target),
    ...expected.directories.flatMap(({ path }) => mountOf(mounts, path)?.target ?? []),
    ...missingMounts(expected.mounts, mounts).map((missing) => missing.expected.target),
  ];
  return [...new Set(targets)].filter((target) => target !== '/').sort();
}
