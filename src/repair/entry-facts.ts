import type { LastTasks } from '../model/guests/finished-task.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import type { EntryFacts } from '../model/repair/cleaning-plan.ts';
import type { Plan } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { deviceReferences } from './reference-gate.ts';

const SECTOR_BYTES = 512;

/** Enough to decide about an entry: what it is, how big, how old, and who named its volume last. */
export function entryFacts(plan: Plan, snapshot: Snapshot, lastTasks: LastTasks): EntryFacts {
  const { step, deviceName, finding } = plan;
  const { lvm, deviceMapper } = snapshot.sections;
  const lvs = lvm.reading.state === 'known' ? lvm.reading.value.lvs : [];
  const lv = step.device.uuid === '' ? undefined : lvs.find((known) => lvDmUuid(known) === step.device.uuid);
  const devices = deviceMapper.reading.state === 'known' ? deviceMapper.reading.value.devices : [];
  const device = devices.find(({ name }) => name === deviceName);
  const sectors = step.device.table.reduce((sum, { length }) => sum + length, 0);
  return {
    sizeBytes: lv?.sizeBytes ?? sectors * SECTOR_BYTES,
    createdAt: lv?.createdAt ?? '',
    tags: lv?.tags ?? [],
    is: kindOf(step, lv !== undefined),
    lastNamedBy: (device === undefined ? '' : namedBy(device, snapshot)) || lastTaskOf(finding.vmid, lastTasks),
  };
}

function kindOf({ kind, device }: Plan['step'], hasVolume: boolean): EntryFacts['is'] {
  if (kind === 'remove-partition-map') return 'partition-map';
  if (hasVolume) return 'volume';
  return device.uuid === '' ? 'hand-made' : 'ghost';
}

/** A guest of another node may name it, and any text may. */
function namedBy(device: Parameters<typeof deviceReferences>[0], snapshot: Snapshot): string {
  const entry = decodeDevice(device);
  if (entry === null) return '';
  const subject = { is: 'entry', entry, lv: null, ghost: false } as const;
  const references = deviceReferences(device, subject, snapshot);
  const [reference] = [...(references?.direct ?? []), ...(references?.byName ?? [])];
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
