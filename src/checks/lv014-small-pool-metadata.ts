import { defineCheck, type Found } from '../model/check.ts';
import { extendPoolMetadata, isOfThisNode, WRITTEN_ELSEWHERE } from '../model/command/lvm-changes.ts';
import { type DmDevice, SECTOR_BYTES, tableLength } from '../model/device-mapper/device-mapper.ts';
import type { LvmDmName } from '../model/device-mapper/dm-name.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { SOURCE } from '../model/evidence.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { METADATA_BLOCK_BYTES, poolUse, poolVolume, type ThinPool } from '../model/lvm/thin-pools.ts';
import { evidenceAbove, WANTS_ABOVE } from '../model/paths/carried-words.ts';
import { knownOrNull } from '../model/reading.ts';
import { size } from '../model/size.ts';

/** kernel Documentation/admin-guide/device-mapper/thin-provisioning.rst, "Pool Target": 48 bytes for each block of data … */
const BYTES_PER_DATA_BLOCK = 48;
/** … at least 2 MiB. Of more than 15.81 GiB LVM gives the pool no more than that (lvm2 libdm/libdm-deptree.c DM_THIN_MAX_METADATA_SIZE). */
const LEAST_BYTES = 2 * 1024 ** 2;
const MOST_BYTES = 33_161_216 * SECTOR_BYTES;

/** From here on what is used says how much a full pool will need. */
const TELLING_DATA_PERCENT = 20;

export const lv014 = defineCheck({
  code: 'LV014',
  title: 'thin pool whose metadata is too small for its data',
  harms: { room: 'it may run full before the data', housekeeping: 'it lasts at what both use now' },
  needs: ['thinPools'],
  wants: ['deviceMapper', 'storage', ...WANTS_ABOVE],
  examine: ({ thinPools }, wanted) => {
    const devices = knownOrNull(wanted.deviceMapper)?.devices ?? null;
    return thinPools.pools.flatMap((pool) => {
      const sizes = sizesOf(pool);
      // A pool that has failed tells no numbers.
      if (pool.totalMetadataBlocks === 0 || sizes.metadata >= sizes.wanted) return [];
      const device = devices?.find(({ name }) => name === pool.name);
      const volume = poolVolume(pool, devices);
      const about = {
        name: volume === null ? pool.name : volumePath(volume),
        lv: lvOf(volume, device),
        ofThisNode: volume !== null && isOfThisNode(volume.vgName, wanted.storage),
        dataBytes: device === undefined ? null : tableLength(device) * SECTOR_BYTES,
      };
      const finding = findingFor(pool, sizes, about);
      const above = pool.devNo === null ? [] : evidenceAbove([pool.devNo], wanted);
      return [{ ...finding, evidence: [...finding.evidence, ...above] }];
    });
  },
});

interface Sizes {
  readonly metadata: number;
  readonly wanted: number;
}

const sizesOf = ({ totalMetadataBlocks, totalDataBlocks }: ThinPool): Sizes => ({
  metadata: totalMetadataBlocks * METADATA_BLOCK_BYTES,
  wanted: Math.min(MOST_BYTES, Math.max(LEAST_BYTES, BYTES_PER_DATA_BLOCK * totalDataBlocks)),
});

/** Of the metadata when the data is full, at what both use now; null where too little is used to tell. */
function percentWhenFull(pool: ThinPool): number | null {
  const { dataPercent, metadataPercent } = poolUse(pool);
  return dataPercent < TELLING_DATA_PERCENT ? null : Math.floor((100 * metadataPercent) / dataPercent);
}

function lvOf(volume: LvmDmName | null, device: DmDevice | undefined): About['lv'] {
  const identity = identifyUuid(device?.uuid ?? '');
  return volume === null || identity.kind !== 'lvm' ? null : { ...volume, lvUuid: identity.lvUuid };
}

interface About {
  readonly name: string;
  /** null where no volume group has it. */
  readonly lv: (LvmDmName & { readonly lvUuid: string }) | null;
  readonly ofThisNode: boolean;
  readonly dataBytes: number | null;
}

function findingFor(pool: ThinPool, { metadata, wanted }: Sizes, { name, lv, ofThisNode, dataBytes }: About): Found {
  const source = SOURCE.dmThinPools;
  const whenFull = percentWhenFull(pool);
  const data = dataBytes === null ? `${pool.totalDataBlocks} blocks of data` : `${size(dataBytes)} of data`;
  const isEnough = whenFull !== null && whenFull < 100;
  return {
    harm: isEnough ? 'housekeeping' : 'room',
    subject: { kind: 'thin-pool', id: name },
    title: `thin pool ${name}: metadata of ${size(metadata)} is too small for ${data}`,
    headline: `has metadata of ${size(metadata)} for ${data}: it can run full before the data does, and then the pool turns read-only`,
    evidence: [
      {
        fact: `metadata ${pool.totalMetadataBlocks} blocks of 4 KiB (${size(metadata)}), ${pool.usedMetadataBlocks} used`,
        source,
      },
      {
        fact: `data ${pool.totalDataBlocks} blocks, ${pool.usedDataBlocks} used: at 48 bytes for each ${size(wanted)} of metadata`,
        source,
      },
      ...(whenFull === null
        ? []
        : [{ fact: `at what both use now, metadata is ${whenFull} % full when data is`, source }]),
    ],
    impact:
      'When metadata runs out, no block can be allocated any more: the pool turns read-only for every guest on it and has to be ' +
      'repaired while it is inactive, however much room its data has. Snapshots need more of it.',
    remedy: {
      text: `Extend the metadata to ${size(wanted)} or more while the VG has room; guests go on meanwhile.${lv === null || ofThisNode ? '' : ` ${WRITTEN_ELSEWHERE}`}`,
      commands: lv === null || !ofThisNode ? [] : [extendPoolMetadata(lv, lv.lvUuid, wanted)],
    },
  };
}
