import type { Phase, Plan, Refusal, Repairs } from './plan.ts';

/** Entries that are shown together: one set of duplicates, or the leftovers of one guest. */
export interface RepairGroup {
  readonly phase: Phase;
  readonly vmid: number | null;
  /** The volume of a set of duplicates; empty for leftovers. */
  readonly volume: string;
  readonly keep: Plan['keep'];
  /** Plans and refusals by device name, as they stand in the set. */
  readonly items: readonly (Plan | Refusal)[];
}

export const isPlan = (item: Plan | Refusal): item is Plan => 'step' in item;

/** Duplicates by volume, then orphans by guest; plans keep their order, since children go before parents. */
export function groupRepairs({ plans, refusals }: Pick<Repairs, 'plans' | 'refusals'>): readonly RepairGroup[] {
  const groups = new Map<string, { readonly head: Omit<RepairGroup, 'items'>; readonly items: (Plan | Refusal)[] }>();
  const all = [...plans, ...refusals];
  for (const phase of ['duplicates', 'orphans'] as const) {
    for (const item of all.filter((candidate) => candidate.phase === phase)) {
      const { vmid } = item.finding;
      const volume = phase === 'duplicates' ? item.volume || item.deviceName : '';
      const key = `${phase} ${phase === 'duplicates' ? volume : (vmid ?? '')}`;
      const group = groups.get(key);
      if (group) group.items.push(item);
      else groups.set(key, { head: { phase, vmid, volume, keep: item.keep }, items: [item] });
    }
  }
  const ofPhase = (phase: Phase) => [...groups.values()].filter(({ head }) => head.phase === phase);
  return [...ofPhase('duplicates'), ...ofPhase('orphans').sort((a, b) => (a.head.vmid ?? 0) - (b.head.vmid ?? 0))].map(
    ({ head, items }) => ({ ...head, items }),
  );
}
