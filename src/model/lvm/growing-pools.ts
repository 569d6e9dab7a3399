import type { Facts } from '../check.ts';
import type { DmDevice } from '../device-mapper/device-mapper.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import type { Autoextend } from './autoextend.ts';
import { type LogicalVolume, lvDmUuid, type VolumeGroup } from './lvm.ts';
import { METADATA_BLOCK_BYTES, poolUse, type ThinPool } from './thin-pools.ts';

/** What LVM will do, or should have done, about one part of a pool. */
export interface NextExtension {
  readonly part: 'data' | 'metadata';
  readonly usedPercent: number;
  /** LVM acts above this. */
  readonly atPercent: number;
  readonly isDue: boolean;
  readonly addedBytes: number;
  readonly fits: boolean;
}

/** A thin pool that LVM extends by itself. */
export interface GrowingPool {
  readonly pool: ThinPool;
  readonly vgName: string;
  readonly lvName: string;
  readonly freeBytes: number;
  readonly sizeBytes: number;
  /** What its volumes and snapshots may take in all. */
  readonly promisedBytes: number;
  readonly extensions: readonly NextExtension[];
  /** Of its own or of its VG: it may have other settings. */
  readonly profile: string;
}

/** Blocks that LVM still adds to a part before the VG is full; it adds a whole step or nothing. */
export function roomIn(growing: GrowingPool, part: NextExtension['part']): number {
  const { pool, extensions, freeBytes, sizeBytes, profile } = growing;
  // Its profile may say that it is not extended.
  if (profile !== '' || extensions.some((one) => one.part === part && !one.fits)) return 0;
  if (part === 'data') return Math.floor((freeBytes * pool.totalDataBlocks) / sizeBytes);
  const [room, size] = [freeBytes, NEARLY_MOST_METADATA_BYTES].map((bytes) => Math.floor(bytes / METADATA_BLOCK_BYTES));
  return Math.max(0, Math.min(room ?? 0, (size ?? 0) - pool.totalMetadataBlocks));
}

/** Of these pools, each as its VG and LVM's settings are. */
export function growingPools(
  { thinPools, deviceMapper, lvm }: Facts<'thinPools' | 'deviceMapper' | 'lvm'>,
  autoextend: Autoextend,
): readonly GrowingPool[] {
  return thinPools.pools.flatMap((pool): readonly GrowingPool[] => {
    const device = deviceMapper.devices.find(({ name }) => name === pool.name);
    const lv = device === undefined ? undefined : lvm.lvs.find((one) => isDeviceOf(device, one));
    const vg = lvm.vgs.find(({ vgUuid }) => vgUuid === lv?.vgUuid);
    // A pool that has failed tells no numbers.
    if (lv === undefined || vg === undefined || pool.totalDataBlocks === 0 || pool.totalMetadataBlocks === 0) return [];
    const members = lvm.lvs.filter(({ vgUuid, poolLv }) => vgUuid === vg.vgUuid && poolLv === lv.lvName);
    const promisedBytes = members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const seen = { pool, lv, vg, promisedBytes };
    return [
      {
        ...{ pool, vgName: vg.vgName, lvName: lv.lvName, freeBytes: vg.freeBytes, sizeBytes: lv.sizeBytes },
        ...{ promisedBytes, profile: lv.profile ?? vg.profile ?? '' },
        extensions: [...dataExtension(seen, autoextend), ...metadataExtension(seen, autoextend)],
      },
    ];
  });
}

/** `LVM-<vg><lv>-tpool` */
const isDeviceOf = ({ uuid }: DmDevice, lv: LogicalVolume): boolean =>
  identifyUuid(uuid).kind === 'lvm' && uuid.startsWith(`${lvDmUuid(lv)}-`);

interface Seen {
  readonly pool: ThinPool;
  readonly lv: LogicalVolume;
  readonly vg: VolumeGroup;
  readonly promisedBytes: number;
}

/** lvm2 lib/metadata/lv_manip.c lv_extend_policy_calculate_percent takes no less. */
const LEAST_THRESHOLD = 50;

const thresholdOf = ({ thinPoolAutoextendThreshold }: Autoextend): number =>
  Math.max(LEAST_THRESHOLD, thinPoolAutoextendThreshold);

/** Nothing where the volumes could never take so much. */
function dataExtension({ pool, lv, vg, promisedBytes }: Seen, autoextend: Autoextend): readonly NextExtension[] {
  const [atPercent, usedPercent] = [thresholdOf(autoextend), poolUse(pool).dataPercent];
  if (usedPercent <= atPercent && promisedBytes * 100 <= lv.sizeBytes * atPercent) return [];
  const growth = growthPercent(usedPercent, atPercent, autoextend);
  return [extension({ part: 'data', usedPercent, atPercent }, vg, (lv.sizeBytes * growth) / 100)];
}

const MIB = 1024 ** 2;
/** lvm2 lib/metadata/thin_manip.c thin_pool_metadata_min_threshold: this much has to be free, a quarter at most. */
const FREE_METADATA_BYTES = 4 * MIB;
const MOST_FREE_PERCENT = 25;
/** More than 16 GiB is not used (kernel thin-provisioning.rst): LVM adds what is missing, or nothing. */
const NEARLY_MOST_METADATA_BYTES = 13 * 1024 * MIB;

/** Nobody can foretell when metadata gets there, so only where it has. LVM adds one percent more (lv_manip.c). */
function metadataExtension({ pool, vg }: Seen, autoextend: Autoextend): readonly NextExtension[] {
  const bytes = pool.totalMetadataBlocks * METADATA_BLOCK_BYTES;
  const leastFree = Math.min(MOST_FREE_PERCENT, (100 * FREE_METADATA_BYTES) / bytes);
  const [atPercent, usedPercent] = [
    Math.min(thresholdOf(autoextend), Math.floor(100 - leastFree)),
    poolUse(pool).metadataPercent,
  ];
  if (usedPercent <= Math.max(atPercent, LEAST_THRESHOLD) || bytes > NEARLY_MOST_METADATA_BYTES) return [];
  const growth = growthPercent(usedPercent, atPercent, autoextend) + 1;
  return [extension({ part: 'metadata', usedPercent, atPercent }, vg, (bytes * growth) / 100)];
}

/** The setting, or what is missing to be below the threshold again (lvm2 lib/metadata/lv_manip.c _adjust_amount). */
const growthPercent = (usedPercent: number, atPercent: number, { thinPoolAutoextendPercent }: Autoextend): number =>
  Math.max(thinPoolAutoextendPercent, Math.ceil((100 * usedPercent) / atPercent) - 100);

/** LVM adds whole extents, and all of them or none. A pool on RAID needs more: this is the least. */
function extension(
  { part, usedPercent, atPercent }: Pick<NextExtension, 'part' | 'usedPercent' | 'atPercent'>,
  { extentSizeBytes, freeBytes }: VolumeGroup,
  bytes: number,
): NextExtension {
  const addedBytes = Math.ceil(bytes / extentSizeBytes) * extentSizeBytes;
  return { part, usedPercent, atPercent, isDue: usedPercent > atPercent, addedBytes, fits: freeBytes >= addedBytes };
}
