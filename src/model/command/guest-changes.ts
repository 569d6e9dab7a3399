import type { GuestConfig } from '../guests/pve.ts';
import type { Argv, Changes, Condition } from './command.ts';

/**
 * Proxmox VE writes the configuration whenever it takes or gives back a lock, begins or ends a snapshot, or moves the guest: a file that
 * nobody has written since has no new task behind its lock. null: when it was written could not be read.
 */
function unwritten({ path, writtenAt }: GuestConfig): Condition | null {
  if (writtenAt == null) return null;
  return { pipe: [['stat', '-c', '%Y', '--', path]], prints: String(writtenAt), limitSeconds: 5 };
}

const toolOf = ({ type }: GuestConfig): 'qm' | 'pct' => (type === 'qemu' ? 'qm' : 'pct');

const unlockArgv = (config: GuestConfig): Argv => [toolOf(config), 'unlock', String(config.vmid)];

const timeOf = ({ writtenAt }: GuestConfig): string => `nobody has written its configuration since ${isoOf(writtenAt)}`;

const isoOf = (seconds: number | null | undefined): string =>
  new Date((seconds ?? 0) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

export function unlockGuest(config: GuestConfig): Changes | null {
  const condition = unwritten(config);
  if (condition === null) return null;
  return {
    kind: 'changes',
    change: 'unlock-guest',
    does: `takes the lock of guest ${config.vmid} away`,
    guard: timeOf(config),
    conditions: [condition],
    argv: unlockArgv(config),
    limitSeconds: 20,
    endedBy: 'KILL',
  };
}

/** `storeids`: of its disks. Deleting is not ended at a limit, which would leave it half done, so each storage has to answer first. */
export function deleteSnapshot(
  config: GuestConfig,
  snapshot: string,
  storeids: readonly string[],
  isForced: boolean,
): Changes | null {
  const condition = unwritten(config);
  if (condition === null) return null;
  const deletes: Argv = [
    ...([toolOf(config), 'delsnapshot', String(config.vmid), snapshot] as const),
    ...(isForced ? ['--force', '1'] : []),
  ];
  const isLocked = config.lock !== '';
  return {
    kind: 'changes',
    change: 'delete-snapshot',
    does: `${isLocked ? 'takes the lock away and ' : ''}deletes snapshot ${snapshot} of guest ${config.vmid}`,
    guard: `${timeOf(config)}, and its storages answer`,
    conditions: [condition, ...storeids.map(answers)],
    argv: isLocked ? unlockArgv(config) : deletes,
    ...(isLocked && { afterwards: deletes }),
    limitSeconds: null,
    endedBy: 'TERM',
  };
}

/** As Proxmox VE itself sees it: its column Status, `active`. */
const answers = (storeid: string): Condition => ({
  pipe: [
    ['pvesm', 'status', '--storage', storeid],
    ['grep', '-qw', 'active'],
  ],
  limitSeconds: 10,
});
