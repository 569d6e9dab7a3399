import type { SectionReadings } from '../model/derived.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { knownOrNull } from '../model/reading.ts';
import { mutationArgv, takeAway } from '../model/repair/mutation.ts';
import { type Condition, identityOf, type Step } from '../model/repair/plan.ts';
import { guestLockPaths } from './in-flight-gates.ts';
import { type RepairSubject, volumeOf } from './repair-subject.ts';

type OurSubject = Exclude<RepairSubject, { is: 'nothing-of-ours' }>;

/**
 * The one command that takes a device away, by what it is. A volume in metadata is never removed, only deactivated, and its data
 * stays. A ghost, an entry made by hand and a partition map are removed: what they mapped is not touched, and their table is
 * recorded, so they can be put back. `kpartx -d` is not used: it takes every map of a volume at once, by names that it makes up,
 * and answers 0 when it removed none.
 */
export function takeAwayStep(
  device: DmDevice,
  subject: OurSubject,
  guests: readonly number[],
  sections: SectionReadings,
): Step {
  const lv = volumeOf(subject);
  const locks = guests.flatMap((vmid) => guestLockPaths(vmid, sections));
  const stays = staysOf(device, subject, sections);
  const mutation = takeAway(device, lv);
  const identity = identityOf(device);
  const present: Condition = { is: 'device-present', device: identity };
  const gone: Condition = { is: 'device-gone', name: device.name, uuid: device.uuid };
  const step = { device: identity, mutation, argv: mutationArgv(mutation), guests, locks };
  if (lv !== null) {
    const { vgName, lvName } = lv;
    const inMetadata: Condition = { is: 'volume-in-metadata', vgName, lvName, dmUuid: device.uuid };
    return {
      kind: 'deactivate-volume',
      ...step,
      before: [present, inMetadata, ...stays],
      after: [gone, ...stays],
      undo: { by: 'activate-volume', vgName, lvName },
    };
  }
  const absent: readonly Condition[] =
    subject.is === 'entry' && device.uuid !== '' ? [{ is: 'volume-not-in-metadata', dmUuid: device.uuid }] : [];
  return {
    kind: subject.is === 'entry' ? 'remove-device' : 'remove-partition-map',
    ...step,
    before: [present, ...absent, ...stays],
    after: [gone, ...stays],
    undo: { by: 'create-device' },
  };
}

/** What must be the same before and after: the entry of a set that is kept, the volume that a partition map lies on. */
function staysOf(device: DmDevice, subject: OurSubject, { keptBeside }: SectionReadings): readonly Condition[] {
  const stays = subject.is === 'partition-map' ? subject.parent.device : knownOrNull(keptBeside)?.get(device);
  return stays === undefined ? [] : [{ is: 'device-present', device: identityOf(stays) }];
}
