import type { Guests, VolumeMention } from './pve.ts';

/** A device that a guest has as it is, by its path or as a LUN of an iSCSI storage: a LUN, a DRBD minor, a map. */
export interface RawDisk {
  readonly vmid: number;
  /** `scsi1` */
  readonly key: string;
  /** As the configuration says it: `/dev/disk/by-id/…`, `lun:0.0.1.scsi-36001405…`. */
  readonly path: string;
  readonly configPath: string;
}

/**
 * By the node that the path leads to here: `/dev/sdb`, `/dev/dm-3`. One that could not be followed may be such a node itself. Snapshots and
 * comments of a configuration use nothing.
 */
export function rawDisksOf({ configs }: Guests): ReadonlyMap<string, readonly RawDisk[]> {
  const found = configs.flatMap(({ vmid, path: configPath, mentions }) =>
    mentions.flatMap(({ key, section, target, certainty }) =>
      target.resolved !== undefined && section === 'current' && certainty === 'certain'
        ? [{ node: target.resolved ?? textOf(target), disk: { vmid, key, path: textOf(target), configPath } }]
        : [],
    ),
  );
  return new Map([...Map.groupBy(found, ({ node }) => node)].map(([node, of]) => [node, of.map(({ disk }) => disk)]));
}

export const textOf = (target: VolumeMention['target']): string =>
  target.kind === 'path' ? target.path : `${target.storeid}:${target.volname}`;
