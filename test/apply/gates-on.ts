import { sectionsOf } from '../../src/model/derived.ts';
import type { GateName } from '../../src/model/repair/plan.ts';
import { repairCase, repairGates } from '../../src/repair/repair-gates.ts';
import type { RepairFinding } from '../../src/repair/repair-subject.ts';
import { type MemoryNode, snapshotOf } from './memory-node.ts';

const FINDING: RepairFinding = { code: 'DM010', vmid: null, certainty: 'certain', repairAction: 'remove-device' };

/** What every gate says of a device of this node: `+` or `-` and the fact. */
export function gatesOn(
  node: MemoryNode,
  minor: number,
  over: Partial<RepairFinding> = {},
): Readonly<Record<GateName, string>> {
  const device = node.devices.find((each) => each.minor === minor);
  if (device === undefined) throw new Error('no such device');
  const sections = sectionsOf(snapshotOf(node));
  const gates = repairGates(repairCase({ ...FINDING, ...over }, device, sections), sections);
  return Object.fromEntries(gates.map(({ name, holds, fact }) => [name, `${holds ? '+' : '-'} ${fact}`])) as never;
}
