import type { SectionReadings } from '../model/derived.ts';
import { type DmDevice, SECTOR_BYTES } from '../model/device-mapper/device-mapper.ts';
import type { LastTasks } from '../model/guests/finished-task.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { knownOrNull } from '../model/reading.ts';
import type { EntryFacts } from '../model/repair/cleaning-plan.ts';
import type { Plan } from '../model/repair/plan.ts';
import { deviceReferences } from './reference-gate.ts';

/** Enough to decide about an entry: what it is, how big, how old, and who named its volume last. */
export function entryFacts(plan: Plan, sections: SectionReadings, lastTasks: LastTasks): EntryFacts {
  const { step, deviceName, finding } = plan;
  const lvs = knownOrNull(sections.lvm)?.lvs ?? [];
  const lv = step.device.uuid === '' ? undefined : lvs.find((known) => lvDmUuid(known) === step.device.uuid);
  const device = knownOrNull(sections.stack)?.named(deviceName) ?? null;
  const sectors = step.device.table.reduce((sum, { length }) => sum + length, 0);
  return {
    sizeBytes: lv?.sizeBytes ?? sectors * SECTOR_BYTES,
    createdAt: lv?.createdAt ?? '',
    tags: lv?.tags ?? [],
    is: kindOf(step, lv !== undefined),
    lastNamedBy: (device === null ? '' : namedBy(device, sections)) || lastTaskOf(finding.vmid, lastTasks),
  };
}

function kindOf({ kind, device }: Plan['step'], hasVolume: boolean): EntryFacts['is'] {
  if (kind === 'remove-partition-map') return 'partition-map';
  if (hasVolume) return 'volume';
  return device.uuid === '' ? 'hand-made' : 'ghost';
}

/** A guest of another node may name it, and any text may. */
function namedBy(device: DmDevice, { references: index }: SectionReadings): string {
  const entry = decodeDevice(device);
  if (entry === null || index.state !== 'known') return '';
  const subject = { is: 'entry', entry, lv: null, ghost: false } as const;
  const references = deviceReferences(device, subject, index.value);
  const [reference] = [...references.direct, ...references.byName];
  if (reference === undefined) return '';
  const { vmid, node, key, section, certainty } = reference;
  const where = section === 'current' ? key : `${key} [${section}]`;
  return `${certainty === 'certain' ? '' : 'may be '}named by guest ${vmid} on node ${node}: ${where}`;
}

function lastTaskOf(vmid: number | null, tasks: LastTasks): string {
  const task = vmid === null ? undefined : tasks.get(vmid);
  if (task === undefined) return '';
  const failed = task.status === 'OK' ? '' : `, which ended with: ${task.status}`;
  return `last task of guest ${vmid} here: ${task.type} by ${task.user}, ${task.startedAt.slice(0, 10)}${failed}`;
}
