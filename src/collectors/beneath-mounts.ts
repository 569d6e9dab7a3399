import type { BeneathRequest, Host } from '../host/host.ts';
import { missingMounts, targetsOverNothing } from '../model/mounts/missing-mounts.ts';
import { beneathKey, beneathOf, mountOf } from '../model/mounts/mount-tree.ts';
import type {
  Beneath,
  Containers,
  ExpectedMounts,
  HostMounts,
  MountProbes,
  SeenMount,
} from '../model/mounts/mounts.ts';
import { isOnThisMachine } from '../model/mounts/remote-filesystems.ts';
import type { Reading } from '../model/reading.ts';

export interface BeneathSources {
  readonly mounts: Reading<HostMounts>;
  readonly containers: Reading<Containers>;
  readonly expected: Reading<ExpectedMounts>;
  readonly fstabs: MountProbes['fstabs'];
}

interface Look {
  readonly key: string;
  readonly request: BeneathRequest;
}

export type BeneathReadings = ReadonlyMap<string, Reading<Beneath>>;

/** What was written to directories that remote file systems and storages are mounted on, or should be. */
export async function collectBeneath(host: Host, sources: BeneathSources): Promise<BeneathReadings> {
  const looks = [...onNode(sources), ...inContainers(sources)];
  const seen = await host.lookBeneath(looks.map(({ request }) => request));
  return new Map(seen.map((reading, at) => [looks[at]?.key ?? '', reading]));
}

/** Only file systems of this machine are looked into, and only where nothing of another machine is in the way. */
function onNode({ mounts, expected }: BeneathSources): readonly Look[] {
  if (mounts.state !== 'known') return [];
  const table = mounts.value.mounts;
  const targets = targetsOverNothing(
    table,
    expected.state === 'known' ? expected.value : { mounts: [], directories: [] },
  );
  return targets.flatMap((path) => {
    const under = beneathOf(table, path);
    if (under === null || !isQuiet(under) || path === under.target) return [];
    return [{ key: beneathKey(null, path), request: { path, bindFrom: under.target, root: '/' } }];
  });
}

const isQuiet = ({ covered, fsType, source }: SeenMount): boolean => !covered && isOnThisMachine(fsType, source);

/** In a container only what is missing lies open. */
function inContainers({ containers, fstabs }: BeneathSources): readonly Look[] {
  if (containers.state !== 'known') return [];
  return containers.value.containers.flatMap(({ vmid, initPid, mounts }) => {
    const fstab = fstabs.get(vmid);
    if (fstab?.state !== 'known') return [];
    const root = `/proc/${initPid}/root`;
    return missingMounts(fstab.value, mounts)
      .filter(({ expected }) => {
        const on = mountOf(mounts, expected.target);
        return on?.target === '/' && isOnThisMachine(on.fsType, on.source);
      })
      .map(({ expected: { target } }) => {
        const request: BeneathRequest = { path: `${root}${target}`, bindFrom: null, root };
        return { key: beneathKey(vmid, target), request };
      });
  });
}
