import { isReadonly, mountAt, optionText, probeKey } from './mount-tree.ts';
import type {
  Capacity,
  Container,
  Containers,
  ErrorClass,
  ExpectedMount,
  HostMounts,
  MountProbe,
  MountProbes,
  SeenMount,
  ServerAnswer,
} from './mounts.ts';
import { holdsData, isRemote, serverKey, serverOf } from './remote-filesystems.ts';

/** `unknown`: nobody could ask. `stale` wins over `readonly`. */
export type MountStatus = 'ok' | 'stale' | 'readonly' | 'missing' | 'unknown';

/** A mount with what asking it gave. */
export interface JudgedMount {
  readonly mount: SeenMount;
  /** null: the node's own. */
  readonly container: Container | null;
  readonly remote: boolean;
  readonly probe: MountProbe;
  readonly server: ServerAnswer | null;
  readonly status: MountStatus;
  readonly errorClass: ErrorClass | 'timeout' | null;
  /** One phrase; empty where nothing is wrong. */
  readonly error: string;
  readonly capacity: Capacity | null;
}

const NOT_ASKED: MountProbe = { state: 'unknown', because: 'it was not asked' };

function judge(mount: SeenMount, container: Container | null, probes: MountProbes): JudgedMount {
  const probe = probes.statfs.get(probeKey(mount)) ?? NOT_ASKED;
  const server = serverOf(mount.fsType, mount.source, mount.superOptions);
  return {
    ...{ mount, container, probe },
    remote: isRemote(mount.fsType, mount.source),
    server: server === null ? null : (probes.servers.get(serverKey(server)) ?? null),
    status: statusOf(probe, mount),
    errorClass: probe.state === 'failed' ? probe.errorClass : probe.state === 'timed-out' ? 'timeout' : null,
    error: describeProbe(probe),
    capacity: probe.state === 'answered' ? probe.capacity : null,
  };
}

function statusOf(probe: MountProbe, mount: SeenMount): MountStatus {
  if (probe.state === 'failed' || probe.state === 'timed-out') return 'stale';
  if (probe.state === 'unknown') return 'unknown';
  return isReadonly(mount) ? 'readonly' : 'ok';
}

/** What an answer means, in one phrase. */
function describeProbe(probe: MountProbe): string {
  switch (probe.state) {
    case 'answered':
      return '';
    case 'failed':
      return probe.errorClass === 'other' ? probe.detail : `${probe.detail} (${probe.errorClass})`;
    case 'timed-out':
      return probe.leftBehind === null
        ? `no answer within ${probe.waitedMs / 1000} s`
        : `no answer; process ${probe.leftBehind.pid} waits for one since ${probe.leftBehind.since}`;
    case 'unknown':
      return probe.because;
  }
}

/** Remote file systems of the node. What is covered by another mount cannot be reached and is left out. */
export const judgedHostMounts = ({ mounts }: HostMounts, probes: MountProbes): readonly JudgedMount[] =>
  mounts
    .filter(({ covered, fsType, source }) => !covered && isRemote(fsType, source))
    .map((mount) => judge(mount, null, probes));

/**
 * In containers also local file systems that can run full. Not the root, nor what is bound from it: that is the volume's
 * own business.
 */
export function mountsToAsk(mounts: readonly SeenMount[]): readonly SeenMount[] {
  const root = mountAt(mounts, '/');
  return mounts.filter(
    ({ covered, devNo, fsType, source }) =>
      !covered && (isRemote(fsType, source) || (holdsData(fsType) && devNo !== root?.devNo)),
  );
}

export const judgedContainerMounts = ({ containers }: Containers, probes: MountProbes): readonly JudgedMount[] =>
  containers.flatMap((container) => mountsToAsk(container.mounts).map((mount) => judge(mount, container, probes)));

/** One line of the mount table, for programs and people. */
export interface MountRow {
  readonly source: string;
  readonly target: string;
  readonly fstype: string;
  readonly options: string;
  readonly readonly: boolean;
  /** null: nobody could ask. */
  readonly reachable: boolean | null;
  readonly error: string | null;
  readonly errorClass: ErrorClass | 'timeout' | null;
  /** Whether its server accepts a connection; null where that was not asked. */
  readonly serverAnswers: boolean | null;
  readonly status: MountStatus;
  readonly totalBytes: number | null;
  readonly usedBytes: number | null;
  readonly availableBytes: number | null;
  readonly usedPercent: number | null;
  readonly usedInodesPercent: number | null;
  /** Lies under /mnt/pve, where PVE mounts storages. */
  readonly proxmoxManaged: boolean;
  readonly storeid: string | null;
  /** The file system has a server. False for a container's local volumes. */
  readonly remote: boolean;
  /** The container that sees it; null for the node. */
  readonly vmid: number | null;
  readonly name: string | null;
  readonly initPid: number | null;
}

/** As `df` has it: of what users other than root may fill. */
export function usedPercent({ usedBytes, availableBytes }: Capacity): number | null {
  const room = usedBytes + availableBytes;
  return room === 0 ? null : (100 * usedBytes) / room;
}

export const usedInodesPercent = ({ totalInodes, usedInodes }: Capacity): number | null =>
  totalInodes === 0 ? null : (100 * usedInodes) / totalInodes;

const rounded = (value: number | null): number | null => (value === null ? null : Math.floor(value * 10) / 10);

export function mountRow(judged: JudgedMount, storeid: string | null): MountRow {
  const { mount, container, capacity, status } = judged;
  return {
    ...{ source: mount.source, target: mount.target, fstype: mount.fsType, options: optionText(mount) },
    readonly: isReadonly(mount),
    reachable: status === 'unknown' ? null : status !== 'stale',
    error: judged.error === '' ? null : judged.error,
    errorClass: judged.errorClass,
    serverAnswers: judged.server?.answers ?? null,
    status,
    totalBytes: capacity?.totalBytes ?? null,
    usedBytes: capacity?.usedBytes ?? null,
    availableBytes: capacity?.availableBytes ?? null,
    usedPercent: capacity === null ? null : rounded(usedPercent(capacity)),
    usedInodesPercent: capacity === null ? null : rounded(usedInodesPercent(capacity)),
    proxmoxManaged: container === null && mount.target.startsWith('/mnt/pve/'),
    storeid,
    remote: judged.remote,
    vmid: container?.vmid ?? null,
    name: container?.name ?? null,
    initPid: container?.initPid ?? null,
  };
}

/** The row of a mount that should be there and is not. */
export function missingRow(
  expected: ExpectedMount,
  server: ServerAnswer | null,
  container: Container | null,
): MountRow {
  return {
    ...{ source: expected.source ?? '', target: expected.target, fstype: expected.fsType ?? '' },
    options: expected.options.join(','),
    readonly: expected.options.includes('ro'),
    reachable: null,
    error: `expected by ${expected.readFrom}, not mounted`,
    errorClass: null,
    serverAnswers: server?.answers ?? null,
    status: 'missing',
    ...{ totalBytes: null, usedBytes: null, availableBytes: null, usedPercent: null, usedInodesPercent: null },
    proxmoxManaged: container === null && expected.target.startsWith('/mnt/pve/'),
    storeid: expected.storeid,
    remote: true,
    vmid: container?.vmid ?? null,
    name: container?.name ?? null,
    initPid: container?.initPid ?? null,
  };
}
