import { YOUNG_LOCK_SECONDS } from '../guests/guest-work.ts';
import type { GuestConfig, Guests } from '../guests/pve.ts';
import { oncePer } from '../once-per.ts';
import { span } from '../time-words.ts';
import type { OpenPair, Sighting } from './across-nodes.ts';
import type { JudgedNode } from './cluster-view.ts';

/** A migration that ran for so many looks without a lock of its guest is none (QemuMigrate.pm sets `lock: migrate` first). */
export const LOOKS_OF_NO_MIGRATION = 3;

/**
 * Whether something at work explains why two nodes have one guest: a migration writes `lock: migrate`, runs a task at the source, and
 * starts the target's QEMU with -incoming. A task of these nodes explains it as long as it runs; so does a young lock. An older one
 * explains nothing. What cannot be told is no "no".
 */
export function onItsWay(
  vmid: number | null,
  a: Sighting<unknown>,
  b: Sighting<unknown>,
  guests: Guests | null,
): 'no' | OpenPair {
  const activity = [...actsOf(a.standing), ...actsOf(b.standing)];
  if (guests === null) return { open: 'the configurations could not be read, so a migration cannot be ruled out' };
  const silent = [a, b].find(({ standing }) =>
    standing.samples.some(({ fingerprint }) => fingerprint.activity === null),
  );
  if (silent !== undefined)
    return { open: `${silent.node} did not tell its tasks, so a migration cannot be ruled out` };
  const busy = (open: string): OpenPair => (vmid === null ? { open } : { open, busyVmid: vmid });
  const isMoved = activity.some(
    ({ tasks, locks }) =>
      tasks.some(({ type, vmids }) =>
        vmids.length === 0 ? /migrate/.test(type) : vmid !== null && vmids.includes(vmid),
      ) || locks.some((lock) => vmid !== null && lock.vmid === vmid),
  );
  if (isMoved) return busy('a task works on it');
  const isArriving = [a, b].some(({ standing }) =>
    (standing.record.fingerprint.running ?? []).some(
      (running) => running.vmid === vmid && running.incoming && running.looks < LOOKS_OF_NO_MIGRATION,
    ),
  );
  if (isArriving) return busy('it has just arrived by a migration');
  const locked = vmid === null ? undefined : lockedIn(guests).get(vmid);
  if (locked === undefined) return 'no';
  const { lock, unchangedSeconds } = locked;
  if (unchangedSeconds == null) return { open: `it has lock: ${lock}, and nobody can tell how old that is` };
  return unchangedSeconds < YOUNG_LOCK_SECONDS
    ? busy(`it has lock: ${lock}, written ${span(unchangedSeconds)} ago`)
    : 'no';
}

const actsOf = ({ samples }: JudgedNode) => samples.flatMap(({ fingerprint }) => fingerprint.activity ?? []);

const lockedIn = oncePer(
  ({ configs }: Guests): ReadonlyMap<number, GuestConfig> =>
    new Map(configs.flatMap((config) => (config.lock === '' ? [] : [[config.vmid, config] as const]))),
);
