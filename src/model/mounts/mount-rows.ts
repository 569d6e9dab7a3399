import type { Readings } from '../check.ts';
import { judgedContainerMounts, judgedHostMounts, type MountRow, missingRow, mountRow } from './judged-mounts.ts';
import { missingMounts } from './missing-mounts.ts';
import { storageOf } from './mount-dependents.ts';
import type { ExpectedMount, MountProbes, ServerAnswer } from './mounts.ts';
import { serverKey, serverOf } from './remote-filesystems.ts';

/** The whole mount table: the node's, then each container's, with what is missing. What could not be read is not in it. */
export function mountRows(
  readings: Readings<'mounts' | 'containers' | 'expectedMounts' | 'mountProbes' | 'storage'>,
): readonly MountRow[] {
  const { mounts, containers, expectedMounts, mountProbes, storage } = readings;
  if (mountProbes.state !== 'known') return [];
  const probes = mountProbes.value;
  const table = mounts.state === 'known' ? mounts.value : null;
  const expected = expectedMounts.state === 'known' ? expectedMounts.value.mounts : [];
  const storages = storage.state === 'known' ? storage.value.storages : [];
  const host =
    table === null
      ? []
      : [
          ...judgedHostMounts(table, probes).map((one) => mountRow(one, storageOf(one.mount.target, storages))),
          ...missingMounts(expected, table.mounts).map((one) =>
            missingRow(one.expected, answerOf(one.expected, probes), null),
          ),
        ];
  const inner = containers.state === 'known' ? containers.value : { containers: [], gaps: [] };
  const missingInside = inner.containers.flatMap((container) => {
    const fstab = probes.fstabs.get(container.vmid);
    const lines = fstab?.state === 'known' ? fstab.value : [];
    return missingMounts(lines, container.mounts).map((one) => missingRow(one.expected, null, container));
  });
  return [
    ...host.toSorted(byPlace),
    ...[...judgedContainerMounts(inner, probes).map((one) => mountRow(one, null)), ...missingInside].toSorted(byPlace),
  ];
}

const byPlace = (a: MountRow, b: MountRow): number =>
  (a.vmid ?? 0) - (b.vmid ?? 0) || (a.target < b.target ? -1 : a.target > b.target ? 1 : 0);

/** What the server of an expected mount answered. */
export function answerOf({ fsType, source, options }: ExpectedMount, probes: MountProbes): ServerAnswer | null {
  const server = serverOf(fsType ?? '', source ?? '', options);
  return server === null ? null : (probes.servers.get(serverKey(server)) ?? null);
}
