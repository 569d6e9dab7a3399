import type { DevNo } from '../device-mapper/device-mapper.ts';
import { isMountOf } from '../mounts/btrfs.ts';
import type { JudgedMount } from '../mounts/judged-mounts.ts';
import { isReadonly, mountAt } from '../mounts/mount-tree.ts';
import type { ExpectedMount, SeenMount } from '../mounts/mounts.ts';
import { isRemote, serverKey, serverOf } from '../mounts/remote-filesystems.ts';
import { knownOrNull } from '../reading.ts';
import { deviceId, type Layer, type Made, type OwnState } from './layer.ts';
import { because, type LayerSources } from './layer-sources.ts';
import { pathNumber } from './path-number.ts';
import { poolId } from './pool-layer.ts';

/** What is mounted at a place, or should be. */
export function mountLayer(target: string, sources: LayerSources): Made {
  const { mounts, nodeMounts } = sources.readings;
  const about = { kind: 'mount', what: 'mount', name: target } as const;
  const table = knownOrNull(mounts);
  if (table === null)
    return { ...about, condition: 'unknown', state: `the mount table could not be read: ${because(mounts)}` };
  const mount = mountAt(table.mounts, target);
  if (mount === null) return { ...about, ...notMounted(target, sources) };
  const judged = knownOrNull(nodeMounts)?.find((one) => one.mount.mountId === mount.mountId);
  return {
    ...{
      ...about,
      what: `${mount.fsType} file system${isInMemory(mount) ? ', in memory' : ''}`,
      bytes: judged?.capacity?.totalBytes ?? null,
    },
    ...stateOf(mount, judged),
    ...beneath(mount, sources),
  };
}

/** Nothing is drawn beneath a directory that only stands in for what should be mounted there, but the server itself. */
function notMounted(target: string, { readings }: LayerSources): Pick<Made, 'condition' | 'state' | 'below'> {
  const expected = knownOrNull(readings.expectedMounts)?.mounts.find((one) => one.target === target);
  return { condition: 'wrong', state: 'not mounted', below: expected === undefined ? [] : serverIds(expected) };
}

const serverIds = ({ source, fsType, options }: ExpectedMount): readonly string[] =>
  source !== null && isRemote(fsType ?? '', source) ? [`server:${serverName(fsType ?? '', source, options)}`] : [];

function stateOf(mount: SeenMount, judged: JudgedMount | undefined): OwnState {
  const mode = isReadonly(mount) ? 'mounted read-only' : 'mounted';
  if (judged === undefined) return { condition: 'fine', state: mode };
  if (judged.status === 'stale') return { condition: 'wrong', state: `does not answer: ${judged.error}` };
  if (judged.status === 'unknown')
    return { condition: 'unknown', state: `${mode}; whether it answers nobody could tell: ${judged.error}` };
  return { condition: 'fine', state: `${mode}, answers` };
}

function beneath(mount: SeenMount, sources: LayerSources): Pick<Layer, 'below' | 'unseen'> {
  if (isRemote(mount.fsType, mount.source))
    return { below: [`server:${serverName(mount.fsType, mount.source, mount.superOptions)}`], unseen: [] };
  if (isInMemory(mount)) return { below: [], unseen: [] };
  if (mount.fsType === 'zfs') return { below: [poolId(mount.source)], unseen: [] };
  const numbers = numbersOf(mount, sources);
  if (numbers.length > 0) return { below: numbers.map(deviceId), unseen: [] };
  return { below: [], unseen: [`what ${mount.fsType} ${mount.source} lies on: pve-doctor does not look there`] };
}

const isInMemory = ({ fsType }: SeenMount): boolean => fsType === 'tmpfs' || fsType === 'ramfs';

/** btrfs and overlays have a number of their own; the source says which device it is, or one of them. */
function numbersOf(mount: SeenMount, sources: LayerSources): readonly DevNo[] {
  const { devNo: number, source } = mount;
  if (sources.blocks.devices.has(number)) return [number];
  const system = knownOrNull(sources.readings.btrfs)?.fileSystems.find((one) => isMountOf(one)(mount));
  const members = (system?.devices ?? []).map((device) => device.devNo).filter((one) => one !== '');
  const named = pathNumber(source, sources);
  return members.length > 0 ? members : named === null ? [] : [named];
}

/** Where it listens, where the mount tells; else its source. */
function serverName(fsType: string, source: string, options: readonly string[]): string {
  const server = serverOf(fsType, source, options);
  return server === null ? source : serverKey(server);
}

export function serverLayer(name: string, { readings }: LayerSources): Made {
  const asked = knownOrNull(readings.nodeMounts)?.find(
    ({ mount }) => serverName(mount.fsType, mount.source, mount.superOptions) === name,
  );
  const answers = asked?.server?.answers ?? null;
  return {
    ...{ kind: 'server', what: 'server', name },
    condition: answers === null ? 'unknown' : answers ? 'fine' : 'wrong',
    state: answers === null ? 'whether it answers nobody asked' : answers ? 'answers' : 'does not answer',
    detail: asked?.mount.source ?? '',
  };
}
