/** How much of everything a made-up node holds. */
export interface Amounts {
  /** Device-mapper entries, all kinds together. */
  readonly entries: number;
  /** Of the whole cluster; the first three tenths are on this node. */
  readonly guests: number;
  /** Mounts of the node, besides what every node has. */
  readonly mounts: number;
  /** Running ones; each has a monitor and a namespace of its own. */
  readonly containers: number;
  readonly processes: number;
  readonly orphans: number;
  readonly duplicates: number;
  readonly staleMounts: number;
  readonly missingMounts: number;
}

export const BIG: Amounts = {
  ...{ entries: 10_000, guests: 5_000, mounts: 500, containers: 200, processes: 20_000 },
  ...{ orphans: 50, duplicates: 20, staleMounts: 10, missingMounts: 5 },
};

/**
 * The same node with another number of entries, and of all else in proportion; but for the node's mounts, of which every
 * container's monitor has a copy: their number times that of the containers would make the input grow by the square.
 */
export function scaledTo(entries: number): Amounts {
  const part = (amount: number) => Math.ceil((amount * entries) / BIG.entries);
  return {
    ...{ entries, guests: part(BIG.guests), mounts: BIG.mounts, containers: part(BIG.containers) },
    ...{ processes: part(BIG.processes), orphans: part(BIG.orphans), duplicates: part(BIG.duplicates) },
    ...{ staleMounts: part(BIG.staleMounts), missingMounts: part(BIG.missingMounts) },
  };
}

export const localGuests = ({ guests }: Amounts): number => Math.ceil(guests * 0.3);

export const NODES = ['pve1', 'pve2', 'pve3', 'pve4'] as const;
