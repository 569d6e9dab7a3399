import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { mutationArgv, takeAway } from '../model/repair/mutation.ts';
import { identityOf, type Step } from '../model/repair/plan.ts';
import type { StepFrame } from './step-frame.ts';

/**
 * `dmsetup remove --retry` of an entry whose volume is in no metadata: a ghost, or one made by hand. What it mapped is
 * not touched, and its table is recorded, so it can be put back.
 */
export function removeDeviceStep(device: DmDevice, frame: StepFrame): Step {
  const mutation = takeAway(device, null);
  const absent = device.uuid === '' ? [] : [{ is: 'volume-not-in-metadata' as const, dmUuid: device.uuid }];
  const identity = identityOf(device);
  return {
    kind: 'remove-device',
    device: identity,
    mutation,
    argv: mutationArgv(mutation),
    guests: frame.guests,
    locks: frame.locks,
    before: [{ is: 'device-present', device: identity }, ...absent, ...frame.stays],
    after: [{ is: 'device-gone', name: device.name, uuid: device.uuid }, ...frame.stays],
    undo: { by: 'create-device' },
  };
}
