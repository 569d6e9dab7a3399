import { isGarbled, mountAt, mountOf } from './mount-tree.ts';
import type { ContainerConfig, ExpectedMount, ExpectedMounts, SeenMount } from './mounts.ts';
import { isRemote, isRemoteConfigured } from './remote-filesystems.ts';

/** An expected mount that is not there. */
export interface MissingMount {
  /** What mounts it where one of the places that expect it does, so that the remedy is that. */
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
    const all = [first, ...others];
    const best = mountersOf(all)[0] ?? first;
    return [{ expected: best, alsoFrom: all.flatMap((one) => (one === best ? [] : [one.readFrom])), instead }];
  });
}

/** PVE mounts network storages itself; with `is_mountpoint` it only looks. */
export const isStorage = (expected: ExpectedMount): boolean => expected.origin === 'storage' && expectsRemote(expected);

/** A storage is mounted without anybody asking; a line of fstab only when somebody does. */
const MOUNTERS: readonly ((expected: ExpectedMount) => boolean)[] = [
  (expected) => isStorage(expected) && expected.required,
  ({ origin }) => origin === 'fstab',
  ({ origin }) => origin === 'unit',
];

/** Those of them that say what mounts it, the best first. */
export const mountersOf = (expected: readonly ExpectedMount[]): readonly ExpectedMount[] =>
  MOUNTERS.flatMap((isOf) => expected.filter(isOf));

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

/**
 * Whether nothing asked for read-only. Where a configuration names the mount point it decides; a mount that none names
 * was asked for by whoever mounted it with `ro`, so only a file system that turned read-only on its own is left.
 */
export function isSurprise(mount: SeenMount, expected: readonly ExpectedMount[]): boolean {
  const named = expected.filter(({ target }) => target === mount.target);
  if (named.some(({ options }) => options.includes('ro'))) return false;
  return named.length > 0 || !mount.options.includes('ro');
}

/** The same inside a container, where `mpN` and `lxc.mount.entry` decide as well. */
export function isSurpriseInside(mount: SeenMount, config: ContainerConfig, fstab: readonly ExpectedMount[]): boolean {
  const binds = config.binds.filter(({ target }) => target === mount.target);
  if (config.readonlyTargets.includes(mount.target) || binds.some((bind) => bind.readonly)) return false;
  if (binds.length > 0) return !fstab.some(({ target, options }) => target === mount.target && options.includes('ro'));
  return isSurprise(mount, fstab);
}
