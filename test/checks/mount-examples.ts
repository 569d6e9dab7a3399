import type { Readings } from '../../src/model/check.ts';
import type { DEPENDENTS } from '../../src/model/mounts/mount-dependents.ts';
import { probeKey, withCovered } from '../../src/model/mounts/mount-tree.ts';
import {
  type Beneath,
  type Capacity,
  type Container,
  type Containers,
  DEFAULT_MOUNT_SETTINGS,
  type ExpectedMount,
  type ExpectedMounts,
  type HostMounts,
  type MountProbe,
  type MountProbes,
  type SeenMount,
} from '../../src/model/mounts/mounts.ts';
import { known, unreadable } from '../../src/model/reading.ts';
import { parseMountinfo } from '../../src/parse/mountinfo.ts';

/** Small mount tables for the tests of checks. */

const ROOT = '20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw';

/** A table of mountinfo lines over a root on ext4. */
export const table = (...lines: readonly string[]): readonly SeenMount[] =>
  withCovered(parseMountinfo(`${[ROOT, ...lines].join('\n')}\n`).value);

export const nfsLine = (target: string, devNo = '0:40', options = 'rw', source = '10.9.0.2:/a'): string =>
  `${30 + Number(devNo.split(':')[1])} 20 ${devNo} / ${target} ${options},relatime - nfs4 ${source} ${options},vers=4.2,hard,addr=10.9.0.2`;

export const nfs = (...args: Parameters<typeof nfsLine>): readonly SeenMount[] => table(nfsLine(...args));

export const host = (mounts: readonly SeenMount[], ...addresses: readonly string[]): HostMounts => ({
  mounts,
  addresses,
});

export const GIB = 1024 ** 3;

export const capacity = (usedPercent: number, over: Partial<Capacity> = {}): Capacity => ({
  totalBytes: 100 * GIB,
  usedBytes: usedPercent * GIB,
  availableBytes: (100 - usedPercent) * GIB,
  totalInodes: 1000,
  usedInodes: 10,
  ...over,
});

export const answered = (usedPercent = 50, over: Partial<Capacity> = {}): MountProbe => ({
  state: 'answered',
  durationMs: 3,
  capacity: capacity(usedPercent, over),
});

export const ESTALE: MountProbe = { state: 'failed', errorClass: 'ESTALE', detail: 'Stale file handle' };
export const TIMEOUT: MountProbe = { state: 'timed-out', waitedMs: 2000, leftBehind: null };
export const NOT_ASKED: MountProbe = { state: 'unknown', because: 'stat is not installed' };

/** The same answer for every mount, unless its target says otherwise. */
export function probes(
  mounts: readonly SeenMount[],
  answers: Readonly<Record<string, MountProbe>> = {},
  over: Partial<MountProbes> = {},
): MountProbes {
  return {
    settings: DEFAULT_MOUNT_SETTINGS,
    localTargets: new Set(),
    refusesWriting: new Map(),
    lostDirectories: new Map(),
    statfs: new Map(mounts.map((mount) => [probeKey(mount), answers[mount.target] ?? answered()])),
    fstabs: new Map(),
    servers: new Map(),
    beneath: new Map(),
    beneathUnread: new Map(),
    ...over,
  };
}

export const expected = (target: string, over: Partial<ExpectedMount> = {}): ExpectedMount => ({
  origin: 'fstab',
  readFrom: '/etc/fstab, line 3',
  storeid: null,
  target,
  source: '10.9.0.2:/a',
  fsType: 'nfs',
  options: [],
  required: true,
  ...over,
});

export const expecting = (...mounts: readonly ExpectedMount[]): ExpectedMounts => ({
  ...{ mounts, directories: [], gaps: [], directoryGaps: [] },
});

export const container = (vmid: number, mounts: readonly SeenMount[], over: Partial<Container> = {}): Container => ({
  vmid,
  name: `ct${vmid}`,
  initPid: vmid + 1000,
  mounts,
  config: known({ binds: [], readonlyTargets: [], addresses: [] }),
  ...over,
});

export const containers = (...list: readonly Container[]): Containers => ({ containers: list, gaps: [] });

export const beneath = (bytes: number, over: Partial<Beneath> = {}): Beneath => ({
  files: 3,
  bytes,
  newestPath: 'dump/vzdump-qemu-100.vma.zst',
  newestAt: '2026-11-20T02:00:00.000Z',
  complete: true,
  ...over,
});

const HIDDEN = unreadable({ kind: 'denied', source: '/etc/pve', detail: 'access denied' });

/** Nobody who depends on a mount can be seen. */
export const NOBODY: Readings<(typeof DEPENDENTS)[number] | 'expectedMounts'> = {
  expectedMounts: HIDDEN,
  ...{ storage: HIDDEN, guests: HIDDEN, cluster: HIDDEN, containers: HIDDEN, backupJobs: HIDDEN, mounts: HIDDEN },
};
