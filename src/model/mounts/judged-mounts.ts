import { minuteOf } from '../time-words.ts';
import { expectsRemote, type MissingMount } from './missing-mounts.ts';
import type { DependentGuest, Dependents } from './mount-dependents.ts';
import { isReadonly, mountAt, optionText, probeKey, standsOn } from './mount-tree.ts';
import type {
  Capacity,
  Container,
  Containers,
  ErrorClass,
  HostMounts,
  MountProbe,
  MountProbes,
  MountSettings,
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
    mount,
    container,
    probe,
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

/** `within 2 s`, `since 2026-11-21 03:26 UTC`. */
export const waitOf = ({ waitedMs, leftBehind }: Extract<MountProbe, { state: 'timed-out' }>): string =>
  leftBehind === null ? `within ${waitedMs / 1000} s` : `since ${minuteOf(leftBehind.since)}`;

/** What an answer means, in one phrase. */
function describeProbe(probe: MountProbe): string {
  switch (probe.state) {
    case 'answered':
      return '';
    case 'failed':
      return probe.errorClass === 'other' ? probe.detail : `${probe.detail} (${probe.errorClass})`;
    case 'timed-out':
      return `no answer ${waitOf(probe)}`;
    case 'unknown':
      return probe.because;
  }
}

/**
 * Remote file systems of the node, and local ones that hold storages. What is covered by another mount cannot be reached
 * and is left out.
 */
export const judgedHostMounts = ({ mounts }: HostMounts, probes: MountProbes): readonly JudgedMount[] =>
  withoutParents(
    mounts,
    mounts
      .filter(
        ({ covered, fsType, source, target }) =>
          !covered && (isRemote(fsType, source) || probes.localTargets.has(target)),
      )
      .map((mount) => judge(mount, null, probes)),
  );

/** What lies beneath a dead mount, or one that nobody could ask, is asked through it: that it did not answer says nothing of its own server. */
function withoutParents(mounts: readonly SeenMount[], judged: readonly JudgedMount[]): readonly JudgedMount[] {
  const silent = new Map(
    judged
      .filter(({ status }) => status === 'stale' || status === 'unknown')
      .map(({ mount, status }) => [mount, status]),
  );
  return judged.map((one) => {
    const over =
      one.status === 'stale' ? standsOn(mounts, one.mount).findLast((parent) => silent.has(parent)) : undefined;
    if (over === undefined) return one;
    const why = silent.get(over) === 'stale' ? 'which does not answer' : 'which could not be asked';
    const because = `it lies beneath ${over.target}, ${why}`;
    return { ...one, status: 'unknown', probe: { state: 'unknown', because }, errorClass: null, error: because };
  });
}

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
  containers.flatMap((container) =>
    withoutParents(
      container.mounts,
      mountsToAsk(container.mounts).map((mount) => judge(mount, container, probes)),
    ),
  );

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
  /** Used space or inodes by the configured limits; null where nobody could ask. */
  readonly full: Fullness | null;
  /** Of a mount that is read-only, whether something asks for that; null where that could not be told. */
  readonly readonlyIsMeant: boolean | null;
  /** When what is wrong was first seen, ISO 8601; null where nothing is, or no earlier run is kept. */
  readonly since: string | null;
  /** `major:minor` of the file system; null of a missing mount. */
  readonly devNo: string | null;
  /** The directory of the file system that is mounted there. */
  readonly root: string | null;
  /** Where the server listens, `host:port`; null where the mount does not tell. */
  readonly server: string | null;
  /** Every place that configures it. */
  readonly configuredIn: readonly string[];
  readonly storages: readonly string[];
  readonly guests: readonly DependentGuest[];
  readonly backupJobs: readonly string[];
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

const rounded = (value: number | null): number | null => (value === null ? null : Math.floor(value * 10) / 10);

/** What is known of a mount beside what asking it gave. */
export interface RowContext extends Pick<MountRow, 'storeid' | 'configuredIn' | 'readonlyIsMeant'> {
  readonly dependents: Dependents;
  readonly settings: MountSettings;
}

/** The end of a probe that could not be killed is not known, its beginning is. */
const waitsSince = (probe: MountProbe): string | null =>
  probe.state === 'timed-out' ? (probe.leftBehind?.since ?? null) : null;

export function mountRow(judged: JudgedMount, context: RowContext): MountRow {
  const { mount, container, capacity, status } = judged;
  const { storeid, configuredIn, dependents, settings } = context;
  const server = serverOf(mount.fsType, mount.source, mount.superOptions);
  return {
    source: mount.source,
    target: mount.target,
    fstype: mount.fsType,
    options: optionText(mount),
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
    full: capacity === null ? null : fullnessOf(capacity, settings),
    readonlyIsMeant: status === 'readonly' ? context.readonlyIsMeant : null,
    since: waitsSince(judged.probe),
    devNo: mount.devNo,
    root: mount.root,
    server: server === null ? null : serverKey(server),
    configuredIn,
    ...behind(dependents),
    proxmoxManaged: container === null && mount.target.startsWith('/mnt/pve/'),
    storeid,
    remote: judged.remote,
    ...seenBy(container),
  };
}

const seenBy = (container: Container | null): Pick<MountRow, 'vmid' | 'name' | 'initPid'> => ({
  vmid: container?.vmid ?? null,
  name: container?.name ?? null,
  initPid: container?.initPid ?? null,
});

const behind = ({
  storeids,
  guests,
  backupJobs,
}: Dependents): Pick<MountRow, 'storages' | 'guests' | 'backupJobs'> => ({
  storages: storeids,
  guests,
  backupJobs,
});

/** The row of a mount that should be there and is not. */
export function missingRow(
  { expected, alsoFrom }: Pick<MissingMount, 'expected' | 'alsoFrom'>,
  answer: ServerAnswer | null,
  container: Container | null,
  dependents: Dependents,
): MountRow {
  const server = serverOf(expected.fsType ?? '', expected.source ?? '', expected.options);
  return {
    source: expected.source ?? '',
    target: expected.target,
    fstype: expected.fsType ?? '',
    options: expected.options.join(','),
    readonly: expected.options.includes('ro'),
    reachable: null,
    error: `expected by ${expected.readFrom}, not mounted`,
    errorClass: null,
    serverAnswers: answer?.answers ?? null,
    status: 'missing',
    totalBytes: null,
    usedBytes: null,
    availableBytes: null,
    usedPercent: null,
    usedInodesPercent: null,
    proxmoxManaged: container === null && expected.target.startsWith('/mnt/pve/'),
    full: null,
    readonlyIsMeant: null,
    since: null,
    devNo: null,
    root: null,
    server: server === null ? null : serverKey(server),
    configuredIn: [expected.readFrom, ...alsoFrom],
    ...behind(dependents),
    storeid: expected.storeid ?? dependents.storeids[0] ?? null,
    remote: expectsRemote(expected),
    ...seenBy(container),
  };
}

/** As `df` has it: of what users other than root may fill. */
export function usedPercent({ usedBytes, availableBytes }: Capacity): number | null {
  const room = usedBytes + availableBytes;
  return room === 0 ? null : (100 * usedBytes) / room;
}

export const usedInodesPercent = ({ totalInodes, usedInodes }: Capacity): number | null =>
  totalInodes === 0 ? null : (100 * usedInodes) / totalInodes;

export type Fullness = 'no' | 'warning' | 'critical';

/** By the limits of the configuration: whichever of space and inodes is fuller. */
export function fullnessOf(capacity: Capacity, { warningPercent, criticalPercent }: MountSettings): Fullness {
  const fullest = Math.max(usedPercent(capacity) ?? 0, usedInodesPercent(capacity) ?? 0);
  if (fullest >= criticalPercent) return 'critical';
  return fullest >= warningPercent ? 'warning' : 'no';
}
