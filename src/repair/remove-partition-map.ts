import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { mutationArgv, takeAway } from '../model/repair/mutation.ts';
import { identityOf, type Step } from '../model/repair/plan.ts';
import type { StepFrame } from './step-frame.ts';

/**
 * `dmsetup remove --retry` of a partition map. `kpartx -d` is not used: it takes every map of the volume at once, by
 * names that it makes up, and answers 0 when it removed none.
 */
export function removePartitionMapStep(device: DmDevice, frame: StepFrame): Step {
  const mutation = takeAway(device, null);
  const identity = identityOf(device);
  return {
    kind: 'remove-partition-map',
    device: identity,
    mutation,
    argv: mutationArgv(mutation),
    guests: frame.guests,
    locks: frame.locks,
    before: [{ is: 'device-present', device: identity }, ...frame.stays],
    after: [{ is: 'device-gone', name: device.name, uuid: device.uuid }, ...frame.stays],
    undo: { by: 'create-device' },
  };
}
