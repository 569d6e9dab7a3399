import { isGarbled, mountAt } from './mount-tree.ts';
import type { ExpectedMount, SeenMount } from './mounts.ts';
import { isRemote, isRemoteConfigured } from './remote-filesystems.ts';

/** An expected mount that is not there. */
export interface MissingMount {
  readonly expected: ExpectedMount;
  /** Other places that expect the same. */
  readonly alsoFrom: readonly string[];
  /** Another file system that is mounted in its place. */
  readonly instead: SeenMount | null;
}

/** What should be mounted and is not, one for each mount point. An automount that waits is as it should be. */
export const missingMounts = (
  expected: readonly ExpectedMount[],
  mounts: readonly SeenMount[],
): readonly MissingMount[] => (mounts.some(isGarbled) ? [] : notMounted(expected, mounts));

function notMounted(expected: readonly ExpectedMount[], mounts: readonly SeenMount[]): readonly MissingMount[] {
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

/** Mounts that may be missing: expected somewhere that could not be made out, or maybe there on a line that could not. */
export function unclearMounts(expected: readonly ExpectedMount[], mounts: readonly SeenMount[]): readonly string[] {
  const isGarbledTable = mounts.some(isGarbled);
  const unclear = expected.flatMap((mount) =>
    mount.unclear !== undefined || (isGarbledTable && mount.required) ? [{ ...mount, required: true }] : [],
  );
  return notMounted(unclear, mounts).map(
    ({ expected: { target, unclear: because = 'a line of the mount table holds bytes that are no UTF-8' } }) =>
      `${target}: ${because}`,
  );
}

/** Sources are not compared: a server has several names, and a disk has more. A local type has several as well (ntfs-3g). */
const isAsExpected = (expected: ExpectedMount, mount: SeenMount): boolean =>
  mount.fsType === 'autofs' || !expectsRemote(expected) || isRemote(mount.fsType, mount.source);

/** Of a unit without a type, mount(8) tells a server by its source. */
export const expectsRemote = ({ fsType, source }: ExpectedMount): boolean =>
  source !== null && (fsType === null ? /^[^/\s]+:\/|^\/\//.test(source) : isRemoteConfigured(fsType, source));
