import type { BlockDevices } from '../device-mapper/block-devices.ts';
import { type DevNo, type DmDevice, targetDevices } from '../device-mapper/device-mapper.ts';
import type { ProcessTable } from '../host-facts.ts';
import type { TargetStatus, TargetStatuses } from '../paths/target-status.ts';
import { knownOrNull, type Reading } from '../reading.ts';

/** What was read before LVM is run, and may say that it would hang. */
export interface SeenBefore {
  readonly blockDevices: Reading<BlockDevices>;
  readonly targetStatuses: Reading<TargetStatuses>;
  readonly processes: Reading<ProcessTable>;
}

export interface HangingMap {
  readonly device: DmDevice;
  /** As within a sentence: `multipath map mpatha queues without a usable path`. */
  readonly because: string;
}

/**
 * A multipath map that queues while no path is left answers no read, and one whose paths are all blocked none before the
 * transport gives them up (up to two minutes), although it shows every path as good. A path counts as usable unless it is known to
 * be gone, failed in the map, or in another SCSI state: a place that cannot be looked at prevents nothing.
 */
export function hangingMaps(
  devices: readonly DmDevice[],
  blockDevices: Reading<BlockDevices>,
  targetStatuses: Reading<TargetStatuses>,
): readonly HangingMap[] {
  const blocks = knownOrNull(blockDevices)?.devices ?? null;
  const statuses = knownOrNull(targetStatuses)?.byName;
  return devices.flatMap((device): readonly HangingMap[] => {
    const failed = failedPaths(statuses?.get(device.name) ?? []);
    const stateOf = (number: DevNo) => (blocks === null ? '' : (blocks.get(number)?.state ?? 'gone'));
    const isUsable = (number: DevNo) =>
      (blocks?.get(number)?.state === null || ['', 'running'].includes(stateOf(number))) && !failed.has(number);
    const reasons = device.table.flatMap((target): readonly string[] => {
      const paths = target.type === 'multipath' ? targetDevices(target) : [];
      if (target.args.includes('queue_if_no_path') && !paths.some(isUsable))
        return [`multipath map ${device.name} queues without a usable path`];
      return paths.length > 0 && paths.every((number) => stateOf(number) === 'blocked')
        ? [`every path of multipath map ${device.name} is blocked`]
        : [];
    });
    return reasons.slice(0, 1).map((because) => ({ device, because }));
  });
}

const failedPaths = (statuses: readonly TargetStatus[]): ReadonlySet<DevNo> =>
  new Set(
    statuses.flatMap(({ state }) =>
      state?.kind === 'multipath'
        ? state.groups.flatMap(({ paths }) => paths.filter(({ failed }) => failed).map(({ devNo }) => devNo))
        : [],
    ),
  );
