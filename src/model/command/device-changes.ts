import type { DmDevice } from '../device-mapper/device-mapper.ts';
import { hyphenated } from '../device-mapper/dm-uuid.ts';
import { describeTarget } from '../evidence.ts';
import { type LogicalVolume, volumePath } from '../lvm/lvm.ts';
import { mutationArgv, takeAway } from '../repair/mutation.ts';
import type { Changes } from './command.ts';

/** What takes a device away by hand: the command that `clean` runs behind its gates, with what stands for them. */
export function takesAway(device: DmDevice, lv: Pick<LogicalVolume, 'vgName' | 'lvName'> | null): Changes {
  const mutation = takeAway(device, lv);
  const argv = mutationArgv(mutation);
  const common = { kind: 'changes', argv, limitSeconds: 25, endedBy: 'KILL' } as const;
  if (mutation.does === 'deactivate-volume')
    return {
      ...common,
      change: 'deactivate-volume',
      does: `deactivates ${volumePath(mutation)} on this node`,
      guard: `the LV of that name has UUID ${hyphenated(mutation.dmUuid.slice(36, 68))}, and nothing has it open`,
      conditions: [],
    };
  if (device.uuid !== '')
    return {
      ...common,
      change: 'remove-device',
      does: `removes the entry ${device.name}`,
      guard: `an entry has the UUID ${device.uuid}, and nothing has it open`,
      conditions: [],
    };
  return {
    ...common,
    change: 'remove-device',
    does: `removes the entry ${device.name}`,
    guard: `it has no UUID, the number ${device.major}:${device.minor} and the table that was seen, and nothing has it open`,
    conditions: [
      {
        pipe: [['dmsetup', 'table', '--', device.name]],
        prints: device.table.map(describeTarget).join('\n'),
        limitSeconds: null,
      },
    ],
  };
}
