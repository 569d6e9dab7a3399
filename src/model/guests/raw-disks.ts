import type { Cluster, Guests, VolumeMention } from './pve.ts';

/** A device that a guest has as it is, by its path or as a LUN of an iSCSI storage: a LUN, a DRBD minor, a map. */
export interface RawDisk {
  readonly vmid: number;
  /** `scsi1` */
  readonly key: string;
  /** As the configuration says it: `/dev/disk/by-id/…`, `lun:0.0.1.scsi-36001405…`. */
  readonly path: string;
  readonly configPath: string;
  /** Its guest is on this node; another one has the same LUN there. */
  readonly local: boolean;
}

/** Devices that guests have as disks of their own. */
export interface RawDisks {
  /** By the node that the path leads to here: `/dev/sdb`, `/dev/dm-3`. */
  readonly byNode: ReadonlyMap<string, readonly RawDisk[]>;
  /** Of this node’s guests, by a name that leads nowhere or that nobody could follow: it may be any disk. */
  readonly unplaced: readonly RawDisk[];
}

/** One that could not be followed may be such a node itself. Snapshots and comments of a configuration use nothing. */
export function rawDisksOf({ configs }: Guests, { nodeName }: Pick<Cluster, 'nodeName'>): RawDisks {
  const found = configs.flatMap(({ vmid, node: at, path: configPath, mentions }) =>
    mentions.flatMap(({ key, section, target, certainty }) => {
      if (target.resolved === undefined || section !== 'current' || certainty !== 'certain') return [];
      const disk: RawDisk = { vmid, key, path: textOf(target), configPath, local: at === nodeName };
      return [{ node: target.resolved ?? textOf(target), isPlaced: target.resolved !== null, disk }];
    }),
  );
  const byNode = Map.groupBy(found, ({ node }) => node);
  return {
    byNode: new Map([...byNode].map(([node, of]) => [node, of.map(({ disk }) => disk)])),
    unplaced: found.flatMap(({ isPlaced, disk }) => (isPlaced || !UDEV_NAME.test(disk.path) ? [] : [disk])),
  };
}

/** Names that udev gives to disks, and LUNs of iSCSI storages. */
const UDEV_NAME = /^\/dev\/disk\/|^[^/]+:\d+\.\d+\.\d+\./;

export const textOf = (target: VolumeMention['target']): string =>
  target.kind === 'path' ? target.path : `${target.storeid}:${target.volname}`;
