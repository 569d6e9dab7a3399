import { metadataTables } from '../model/device-mapper/expected-table.ts';
import { describeTarget } from '../model/evidence.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import type { Step } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** What a step that takes back would change in device-mapper's tables: `-` goes, `+` comes, a blank stays. */
export function tableDifference(step: Step, snapshot: Snapshot): readonly string[] {
  const { reading } = snapshot.sections.deviceMapper;
  const { name, uuid, table } = step.device;
  const devices = reading.state === 'known' ? reading.value.devices : [];
  const there = devices.find((device) => device.name === name || (uuid !== '' && device.uuid === uuid));
  const now = (there?.table ?? []).map(describeTarget);
  const recorded = table.map(describeTarget);
  const then =
    step.kind === 'create-device' ? recorded : step.kind === 'activate-volume' ? byMetadata(step, snapshot) : [];
  if (then === null) return [`+ ${name}: what LVM makes of its metadata; recorded was ${recorded.join('; ')}`];
  const isSame = step.kind !== 'activate-volume' || then.join() === recorded.join();
  return [
    ...now.map((line) => `${then.includes(line) ? ' ' : '-'} ${name}: ${line}`),
    ...then.filter((line) => !now.includes(line)).map((line) => `+ ${name}: ${line}`),
    ...(isSame ? [] : [`  ${name} was ${recorded.join('; ')} when it was deactivated`]),
  ];
}

/** The table that LVM would load; null where its metadata does not say it line by line. */
function byMetadata({ device }: Step, { sections: { lvm } }: Snapshot): readonly string[] | null {
  if (lvm.reading.state !== 'known') return null;
  const lv = lvm.reading.value.lvs.find((candidate) => lvDmUuid(candidate) === device.uuid);
  const runs = lv === undefined ? null : metadataTables(lvm.reading.value)(lv);
  if (runs === null || runs.some(({ legs }) => legs.length !== 1)) return null;
  return runs.map(({ start, length, legs: [leg] }) => `${start} ${length} linear ${leg?.devNo} ${leg?.offset}`);
}
