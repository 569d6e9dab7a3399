import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import type { LogicalVolume } from '../model/lvm/lvm.ts';
import { mutationArgv, takeAway } from '../model/repair/mutation.ts';
import { type Condition, identityOf, type Step } from '../model/repair/plan.ts';
import type { StepFrame } from './step-frame.ts';

/** `lvchange -aln` of a volume whose UUID is in metadata. The volume and its data stay; only its entry here goes. */
export function deactivateVolumeStep(device: DmDevice, lv: LogicalVolume, frame: StepFrame): Step {
  const { vgName, lvName } = lv;
  const mutation = takeAway(device, lv);
  const identity = identityOf(device);
  const inMetadata: Condition = { is: 'volume-in-metadata', vgName, lvName, dmUuid: device.uuid };
  return {
    kind: 'deactivate-volume',
    device: identity,
    mutation,
    argv: mutationArgv(mutation),
    guests: frame.guests,
    locks: frame.locks,
    before: [{ is: 'device-present', device: identity }, inMetadata, ...frame.stays],
    after: [{ is: 'device-gone', name: device.name, uuid: device.uuid }, inMetadata, ...frame.stays],
    undo: { by: 'activate-volume', vgName, lvName },
  };
}
