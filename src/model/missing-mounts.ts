import { mountAt } from './mount-tree.ts';
import type { ExpectedMount, SeenMount } from './mounts.ts';
import { isRemote } from './remote-filesystems.ts';

/** An expected mount that is not there. */
export interface MissingMount {
  readonly expected: ExpectedMount;
  /** Other places that expect the same. */
  readonly alsoFrom: readonly string[];
  /** Another file system that is mounted in its place. */
  readonly instead: SeenMount | null;
}

/** What should be mounted and is not, one for each mount point. An automount that waits is as it should be. */
export function missingMounts(
  expected: readonly ExpectedMount[],
  mounts: readonly SeenMount[],
): readonly MissingMount[] {
  const byTarget = Map.groupBy(
    expected.filter(({ required }) => required),
    ({ target }) => target,
  );
  return [...byTarget].flatMap(([target, [first, ...others]]) => {
    const instead = mountAt(mounts, target);
    if (first === undefined || target === '/' || (instead !== null && isAsExpected(first, instead))) return [];
    return [{ expected: first, alsoFrom: others.map(({ readFrom }) => readFrom), instead }];
  });
}

/** Mounts that may be missing: what is expected, somewhere behind a link that could not be seen. */
export const unclearMounts = (expected: readonly ExpectedMount[], mounts: readonly SeenMount[]): readonly string[] =>
  missingMounts(
    expected.filter(({ unclear }) => unclear !== undefined).map((mount) => ({ ...mount, required: true })),
    mounts,
  ).map(({ expected: { target, unclear = '' } }) => `${target}: ${unclear}`);

/** Sources are not compared: the same server has several names. */
const isAsExpected = ({ source, fsType }: ExpectedMount, mount: SeenMount): boolean =>
  mount.fsType === 'autofs' || source === null || mount.fsType === fsType || isRemote(mount.fsType, mount.source);
