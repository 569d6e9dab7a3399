import type { DeviceMapper, DmDevice } from '../model/device-mapper/device-mapper.ts';
import { describeTarget } from '../model/evidence.ts';
import { type Lvm, lvDmUuid } from '../model/lvm/lvm.ts';
import { type Reading, whyNot } from '../model/reading.ts';
import type { Condition, DeviceIdentity, Step } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** Whether a condition holds in a snapshot; `unknown` when the section it needs was not read. */
export interface ConditionResult {
  readonly holds: 'yes' | 'no' | 'unknown';
  /** What was seen, a sentence without a full stop. */
  readonly seen: string;
  /** A volume that should be in metadata is in no VG any more: it was removed, here or on another node. */
  readonly isVolumeGone?: boolean;
}

/** The two sections that conditions are looked up in. */
export interface VolumeSections {
  readonly deviceMapper: Reading<DeviceMapper>;
  readonly lvm: Reading<Lvm>;
}

export const volumeSections = ({ sections }: Snapshot): VolumeSections => ({
  deviceMapper: sections.deviceMapper.reading,
  lvm: sections.lvm.reading,
});

export function lookUp(condition: Condition, { deviceMapper, lvm }: VolumeSections): ConditionResult {
  if (!isOfVolume(condition)) return lookUpDevice(condition, deviceMapper);
  const because = whyNot(lvm);
  return because === null ? lookUpVolume(condition, lvm) : { holds: 'unknown', seen: because };
}

type VolumeCondition = Extract<Condition, { is: 'volume-in-metadata' | 'volume-not-in-metadata' }>;
type DeviceCondition = Exclude<Condition, VolumeCondition>;

const isOfVolume = (condition: Condition): condition is VolumeCondition => condition.is.startsWith('volume-');

/** The same for what device-mapper alone can tell. */
export function lookUpDevice(condition: DeviceCondition, reading: Reading<DeviceMapper>): ConditionResult {
  if (reading.state !== 'known') return { holds: 'unknown', seen: whyNot(reading) };
  const { devices, changedMeanwhile } = reading.value;
  const { name, uuid } = 'device' in condition ? condition.device : condition;
  if (changedMeanwhile.includes(name)) return { holds: 'unknown', seen: `${name} changed while it was read` };
  const found = devices.filter((device) => device.name === name || (uuid !== '' && device.uuid === uuid));
  const [device] = found;
  if (device === undefined) return { holds: condition.is === 'device-gone' ? 'yes' : 'no', seen: `${name} is gone` };
  if (condition.is === 'device-gone') return { holds: 'no', seen: `${device.name} is there` };
  const expected = 'device' in condition ? condition.device : { ...device, name, uuid };
  const difference = found.length > 1 ? 'two entries share its name and UUID' : deviceDifference(expected, device);
  return difference === null
    ? { holds: 'yes', seen: `${name} is there` }
    : { holds: 'no', seen: `${name} is another one now: ${difference}` };
}

function lookUpVolume(condition: VolumeCondition, reading: Reading<Lvm>): ConditionResult {
  const lvs = reading.state === 'known' ? reading.value.lvs : [];
  const lv = lvs.find((candidate) => lvDmUuid(candidate) === condition.dmUuid);
  if (condition.is === 'volume-not-in-metadata')
    return lv === undefined
      ? { holds: 'yes', seen: 'no volume in metadata has its UUID' }
      : { holds: 'no', seen: `${lv.vgName}/${lv.lvName} in metadata has its UUID` };
  const path = `${condition.vgName}/${condition.lvName}`;
  if (lv === undefined) return { holds: 'no', seen: `${path} is not in metadata with this UUID`, isVolumeGone: true };
  return lv.vgName === condition.vgName && lv.lvName === condition.lvName
    ? { holds: 'yes', seen: `${path} is in metadata with this UUID` }
    : { holds: 'no', seen: `the volume is called ${lv.vgName}/${lv.lvName} now` };
}

type Expected = Omit<DeviceIdentity, 'major' | 'minor'> & Partial<Pick<DeviceIdentity, 'major' | 'minor'>>;

/** The first thing in which a device is not the one expected; null when it is. */
export function deviceDifference(expected: Expected, actual: DmDevice): string | null {
  const tableText = ({ table }: Pick<DeviceIdentity, 'table'>) => table.map(describeTarget).join('; ');
  const pairs: readonly (readonly [string, string, string])[] = [
    ['name', expected.name, actual.name],
    ['UUID', expected.uuid, actual.uuid],
    [
      'device number',
      `${expected.major ?? actual.major}:${expected.minor ?? actual.minor}`,
      `${actual.major}:${actual.minor}`,
    ],
    ['read-only', `${expected.readOnly}`, `${actual.readOnly}`],
    ['table', tableText(expected), tableText(actual)],
  ];
  const different = pairs.find(([, wanted, got]) => wanted !== got);
  return different === undefined ? null : `${different[0]} ${different[2] || 'empty'}, was ${different[1] || 'empty'}`;
}

/** Those that device-mapper alone can tell. */
export const lookUpDevices = (
  conditions: readonly Condition[],
  reading: Reading<DeviceMapper>,
): readonly ConditionResult[] => conditions.flatMap((one) => (isOfVolume(one) ? [] : [lookUpDevice(one, reading)]));

/** What a step would now meet, or has left behind: every condition with what was seen. */
export const lookUpAll = (conditions: readonly Condition[], sections: VolumeSections): readonly ConditionResult[] =>
  conditions.map((condition) => lookUp(condition, sections));

/** The parts in which two steps differ; none when they are the same. */
export function stepDifferences(planned: Step, now: Step): readonly string[] {
  const parts = ['kind', 'argv', 'device', 'guests', 'locks', 'before', 'after', 'undo'] as const;
  return parts.flatMap((part) => {
    if (JSON.stringify(planned[part]) === JSON.stringify(now[part])) return [];
    if (part === 'kind') return [`${planned.kind} would be ${now.kind}`];
    if (part === 'argv') return [`${planned.argv.join(' ')} would be ${now.argv.join(' ')}`];
    if (part === 'guests') return [`guests concerned: ${planned.guests.join(', ')}, now ${now.guests.join(', ')}`];
    return [`${part} differs`];
  });
}
