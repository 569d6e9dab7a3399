import type { DmDevice } from '../device-mapper/device-mapper.ts';
import { byMinor, type DeviceStack } from '../device-mapper/device-stack.ts';
import { quoted } from '../reading.ts';
import { hasOwnState } from './stateful-targets.ts';
import type { TargetState, TargetStatus, TargetStatuses } from './target-status.ts';

/** A target of some kind in a live table, with what the kernel says of it. */
export interface TargetLine<K extends TargetState['kind']> {
  readonly device: DmDevice;
  readonly status: TargetStatus;
  readonly state: Extract<TargetState, { readonly kind: K }>;
}

export function targetLines<const K extends TargetState['kind']>(
  { devices }: DeviceStack,
  { byName }: TargetStatuses,
  ...kinds: readonly K[]
): readonly TargetLine<K>[] {
  const isOf = (state: TargetState): state is Extract<TargetState, { readonly kind: K }> =>
    (kinds as readonly string[]).includes(state.kind);
  return byMinor(devices).flatMap((device) =>
    (byName.get(device.name) ?? []).flatMap((status) =>
      status.state !== null && isOf(status.state) ? [{ device, status, state: status.state }] : [],
    ),
  );
}

/**
 * Devices of which a line is missing, is of another target than the table has, or is not understood, each as a sentence:
 * nothing is said of them, neither that they are well.
 */
export function unseenTargets(
  { devices }: DeviceStack,
  { byName }: TargetStatuses,
  isAsked: (type: string) => boolean,
): readonly string[] {
  return byMinor(devices.filter(hasOwnState)).flatMap((device) => {
    const lines = new Map((byName.get(device.name) ?? []).map((status) => [status.start, status]));
    return device.table.flatMap(({ start, type }) => {
      if (!isAsked(type) || !hasOwnState({ table: device.table.filter((target) => target.start === start) })) return [];
      const line = lines.get(start);
      if (line === undefined || line.type !== type) return [`the status of ${device.name} could not be read`];
      return line.state === null ? [`the status of ${device.name} is not understood: ${quoted(line.raw)}`] : [];
    });
  });
}
