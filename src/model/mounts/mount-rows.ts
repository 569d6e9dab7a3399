import type { Readings } from '../check.ts';
import {
  type JudgedMount,
  judgedContainerMounts,
  judgedHostMounts,
  type MountRow,
  missingRow,
  mountRow,
} from './judged-mounts.ts';
import { isSurprise, isSurpriseInside, missingMounts } from './missing-mounts.ts';
import { type DEPENDENTS, type Dependents, dependentsOf, storageOf } from './mount-dependents.ts';
import type { Containers, ExpectedMount, MountProbes, ServerAnswer } from './mounts.ts';
import { serverKey, serverOf } from './remote-filesystems.ts';

/** Sections that the mount table is made of. */
export type RowReadings = Readings<'mounts' | 'expectedMounts' | 'mountProbes' | (typeof DEPENDENTS)[number]>;

/** The whole mount table: the node's, then each container's, with what is missing. What could not be read is not in it. */
export function mountRows(readings: RowReadings): readonly MountRow[] {
  const { containers, mountProbes } = readings;
  if (mountProbes.state !== 'known') return [];
  const probes = mountProbes.value;
  const inner = containers.state === 'known' ? containers.value : { containers: [], gaps: [] };
  return [...hostRows(readings, probes).toSorted(byPlace), ...innerRows(inner, probes).toSorted(byPlace)];
}

function hostRows(readings: RowReadings, probes: MountProbes): readonly MountRow[] {
  const { mounts, expectedMounts, storage } = readings;
  if (mounts.state !== 'known') return [];
  const expected = expectedMounts.state === 'known' ? expectedMounts.value : { mounts: [], gaps: ['not read'] };
  const storages = storage.state === 'known' ? storage.value.storages : [];
  const rowOf = (judged: JudgedMount): MountRow => {
    const { target } = judged.mount;
    return mountRow(judged, {
      storeid: storageOf(target, storages),
      configuredIn: placesOf(expected.mounts, target),
      readonlyIsMeant: expected.gaps.length > 0 ? null : !isSurprise(judged.mount, expected.mounts),
      dependents: dependentsOf(target, judged.mount, readings),
      settings: probes.settings,
    });
  };
  return [
    ...judgedHostMounts(mounts.value, probes).map(rowOf),
    ...missingMounts(expected.mounts, mounts.value.mounts).map((one) =>
      missingRow(one, answerOf(one.expected, probes), null, dependentsOf(one.expected.target, null, readings)),
    ),
  ];
}

function innerRows(inner: Containers, probes: MountProbes): readonly MountRow[] {
  const fstabOf = (vmid: number): readonly ExpectedMount[] | null => {
    const fstab = probes.fstabs.get(vmid);
    return fstab?.state === 'known' ? fstab.value : null;
  };
  const present = judgedContainerMounts(inner, probes).map((judged) => {
    const { mount, container } = judged;
    const fstab = fstabOf(container?.vmid ?? 0);
    const config = container?.config.state === 'known' ? container.config.value : null;
    const binds = config?.binds.filter(({ target }) => target === mount.target) ?? [];
    return mountRow(judged, {
      storeid: null,
      configuredIn: [...binds.map(({ key, source }) => `${key}, ${source}`), ...placesOf(fstab ?? [], mount.target)],
      readonlyIsMeant: config === null || fstab === null ? null : !isSurpriseInside(mount, config, fstab),
      dependents: itself(container),
      settings: probes.settings,
    });
  });
  const missing = inner.containers.flatMap((container) =>
    missingMounts(fstabOf(container.vmid) ?? [], container.mounts).map((one) =>
      missingRow(one, null, container, itself(container)),
    ),
  );
  return [...present, ...missing];
}

/** Behind a mount of a container stands that container. */
const itself = (container: JudgedMount['container']): Dependents => ({
  storeids: [],
  guests: container === null ? [] : [{ vmid: container.vmid, type: 'lxc', name: container.name }],
  backupJobs: [],
});

const placesOf = (expected: readonly ExpectedMount[], at: string): readonly string[] =>
  expected.flatMap(({ target, readFrom }) => (target === at ? [readFrom] : []));

const byPlace = (a: MountRow, b: MountRow): number =>
  (a.vmid ?? 0) - (b.vmid ?? 0) || (a.target < b.target ? -1 : a.target > b.target ? 1 : 0);

/** What the server of an expected mount answered. */
export function answerOf({ fsType, source, options }: ExpectedMount, probes: MountProbes): ServerAnswer | null {
  const server = serverOf(fsType ?? '', source ?? '', options);
  return server === null ? null : (probes.servers.get(serverKey(server)) ?? null);
}
