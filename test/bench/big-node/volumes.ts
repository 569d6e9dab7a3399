import { FIRST_GONE, FIRST_VMID, makeChance, times } from '../../data/made-up-numbers.ts';
import { type Amounts, localGuests } from './amounts.ts';

/** A logical volume, and what stands for it in device-mapper where it is active here. */
export interface Volume {
  readonly vg: string;
  readonly lv: string;
  readonly vmid: number;
  /** Index of its guest; null where no guest has it. */
  readonly guest: number | null;
  readonly thin: boolean;
  /** A snapshot's origin. */
  readonly origin: string;
  readonly uuid: string;
  /** Counts all volumes: where it lies on its disk, and its number in the pool. */
  readonly place: number;
  readonly active: boolean;
}

/** An entry that is no volume: a partition of one, or a second entry for one. */
export interface Extra {
  readonly of: Volume;
  readonly suffix: string;
  readonly uuidPrefix: string | null;
}

export interface Volumes {
  readonly volumes: readonly Volume[];
  readonly extras: readonly Extra[];
}

export const GROUPS = ['pve', 'san0', 'san1', 'san2', 'san3', 'san4'] as const;
/** Metadata, data, the pool itself and what LVM puts before it. */
export const POOL_ENTRIES = 4;
const SNAPSHOTS = 0.05;
const PARTITIONS = 0.05;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 32 characters of LVM's alphabet, and a number that counts up. */
const identities = () => {
  const chance = makeChance();
  let place = -1;
  return () => {
    place += 1;
    return { uuid: times(32, () => ALPHABET[chance(ALPHABET.length)]).join(''), place };
  };
};

/** Even guests are on the thin pool of this node, odd ones on thick volumes of the shared groups. */
const groupOf = (guest: number): string => (guest % 2 === 0 ? 'pve' : `san${guest % 5}`);

export const vmidOf = (guest: number): number => FIRST_VMID + guest;

export const snapshotName = (round: number): string => `before${round}`;

/** Disks go round the guests; snapshots are of thin first disks, partitions and second entries of thick ones. */
export function makeVolumes(amounts: Amounts): Volumes {
  const identity = identities();
  const local = localGuests(amounts);
  const half = Math.max(1, Math.floor(local / 2));
  const left = amounts.entries - POOL_ENTRIES - amounts.orphans - amounts.duplicates;
  const snapshots = Math.max(0, Math.floor(left * SNAPSHOTS));
  const partitions = Math.max(0, Math.floor(left * PARTITIONS));
  const disk = (at: number, owner: number, active: boolean): Volume => {
    const vg = groupOf(owner);
    const vmid = vmidOf(owner);
    return {
      vg,
      lv: `vm-${vmid}-disk-${at}`,
      vmid,
      guest: owner,
      thin: vg === 'pve',
      origin: '',
      ...identity(),
      active,
    };
  };
  const disks = times(Math.max(0, left - snapshots - partitions), (at) =>
    disk(Math.floor(at / local), at % local, true),
  );
  const firstOf = (guest: number): Volume => disks[guest % disks.length] ?? disk(0, guest, true);
  const snaps = times(snapshots, (at): Volume => {
    const origin = firstOf(2 * (at % half));
    const lv = `snap_${origin.lv}_${snapshotName(Math.floor(at / half))}`;
    return { ...origin, lv, origin: origin.lv, ...identity() };
  });
  const orphans = times(amounts.orphans, (at): Volume => {
    const vmid = FIRST_GONE + at;
    return { ...disk(0, at, true), lv: `vm-${vmid}-disk-0`, vmid, guest: null };
  });
  // Volumes of the other nodes' guests, active there and not here.
  const elsewhere = times(amounts.guests - local, (at) => ({ ...disk(0, 2 * (local + at) + 1, false) })).map(
    (volume, at): Volume => {
      const vmid = vmidOf(local + at);
      return { ...volume, lv: `vm-${vmid}-disk-0`, vmid, guest: local + at };
    },
  );
  const thick = (at: number): Volume => firstOf(2 * (at % half) + 1);
  return {
    volumes: [...disks, ...snaps, ...orphans, ...elsewhere],
    extras: [
      ...times(partitions, (at) => {
        const number = 1 + Math.floor(at / half);
        return { of: thick(at), suffix: `p${number}`, uuidPrefix: `part${number}-` };
      }),
      ...times(amounts.duplicates, (at) => ({
        ...{ of: thick(at), suffix: at < half ? '-copy' : `-copy${Math.floor(at / half)}`, uuidPrefix: null },
      })),
    ],
  };
}
