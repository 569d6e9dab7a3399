import { type Actor, describeActor, type Intent, type StateNow } from '../model/repair/journal.ts';

/** One line for the system's log: who, what, on which device, with what result. */
export function auditLine(
  { id, undoes, finding, step }: Intent,
  { result, state }: { readonly result: string; readonly state: StateNow },
  actor: Actor,
): string {
  const why = undoes === null ? `finding ${finding.code}` : `undo of step ${undoes}`;
  const uuid = step.device.uuid === '' ? 'no UUID' : step.device.uuid;
  const words = [
    `step ${id}: ${result}, ${state}`,
    `\`${step.argv.join(' ')}\``,
    `device ${step.device.name} (${step.device.major}:${step.device.minor}, ${uuid})`,
    why,
    `by ${describeActor(actor)}`,
  ];
  return words.join('; ').replace(/[^ -~]/g, '?');
}
