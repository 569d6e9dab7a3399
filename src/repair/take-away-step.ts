import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import type { Step } from '../model/repair/plan.ts';
import { deactivateVolumeStep } from './deactivate-volume.ts';
import { removeDeviceStep } from './remove-device.ts';
import { removePartitionMapStep } from './remove-partition-map.ts';
import type { RepairSubject } from './repair-subject.ts';
import type { StepFrame } from './step-frame.ts';

/** The one command that takes a device away, by what it is: a volume in metadata is never removed, only deactivated. */
export function takeAwayStep(
  device: DmDevice,
  subject: Exclude<RepairSubject, { is: 'nothing-of-ours' }>,
  frame: StepFrame,
): Step {
  if (subject.is === 'partition-map') return removePartitionMapStep(device, frame);
  return subject.lv === null ? removeDeviceStep(device, frame) : deactivateVolumeStep(device, subject.lv, frame);
}
