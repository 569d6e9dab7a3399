import type { Guests } from '../guests/pve.ts';
import { oncePer } from '../once-per.ts';
import type { PairVerdict, Sighting } from './across-nodes.ts';
import type { JudgedNode } from './cluster-view.ts';

/** A migration that ran for so many looks without a lock of its guest is none (QemuMigrate.pm sets `lock: migrate` first). */
export const LOOKS_OF_NO_MIGRATION = 3;

/**
 * Whether a guest may just be on its way from one of two nodes to the other, for which both legitimately have it: Proxmox VE
 * writes `lock: migrate` into its configuration, the source runs a task, and the target's QEMU was started with -incoming. What
 * cannot be told is no "no".
 */
export function onItsWay(
  vmid: number | null,
  a: Sighting<unknown>,
  b: Sighting<unknown>,
  guests: Guests | null,
): PairVerdict {
  const activity = [...actsOf(a.standing), ...actsOf(b.standing)];
  if (guests === null) return { open: 'the configurations could not be read, so a migration cannot be ruled out' };
  const silent = [a, b].find(({ standing }) =>
    standing.samples.some(({ fingerprint }) => fingerprint.activity === null),
  );
  if (silent !== undefined)
    return { open: `${silent.node} did not tell its tasks, so a migration cannot be ruled out` };
  const isLocked = vmid !== null && lockedIn(guests).has(vmid);
  const isMoved = activity.some(
    ({ tasks, locks }) =>
      tasks.some(({ type, vmids }) =>
        vmids.length === 0 ? /migrate/.test(type) : vmid !== null && vmids.includes(vmid),
      ) || locks.some((lock) => vmid !== null && lock.vmid === vmid),
  );
  const isArriving = [a, b].some(({ standing }) =>
    (standing.record.fingerprint.running ?? []).some(
      (running) => running.vmid === vmid && running.incoming && running.looks < LOOKS_OF_NO_MIGRATION,
    ),
  );
  return isLocked || isMoved || isArriving ? 'yes' : 'no';
}

const actsOf = ({ samples }: JudgedNode) => samples.flatMap(({ fingerprint }) => fingerprint.activity ?? []);

const lockedIn = oncePer(
  ({ configs }: Guests): ReadonlySet<number> =>
    new Set(configs.filter(({ lock }) => lock !== '').map(({ vmid }) => vmid)),
);
