import { type Advice, defineCheck, type Found } from '../model/check.ts';
import type { LvmDmName } from '../model/device-mapper/dm-name.ts';
import { SOURCE } from '../model/evidence.ts';
import type { Severity } from '../model/finding.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { poolUse, poolVolume, type ThinPool } from '../model/lvm/thin-pools.ts';

const WARNING_PERCENT = 80;
const CRITICAL_PERCENT = 95;

/** Modes in which writes already fail or wait (kernel Documentation/admin-guide/device-mapper/thin-provisioning.rst). */
const FAILED_MODES: Readonly<Record<string, string>> = {
  out_of_data_space: 'has no data space left: writes wait, then fail',
  ro: 'is read-only: its metadata ran full or is damaged',
  Fail: 'has failed: it does no I/O at all',
};

export const lv010 = defineCheck({
  code: 'LV010',
  slug: 'thin-pool-full',
  title: 'thin pool nearly full',
  needs: ['thinPools'],
  wants: ['deviceMapper'],
  examine: ({ thinPools }, { deviceMapper }) => {
    const devices = deviceMapper.state === 'known' ? deviceMapper.value.devices : [];
    return thinPools.pools.flatMap((pool) => judge(pool, poolVolume(pool, devices)));
  },
});

function judge(pool: ThinPool, volume: LvmDmName | null): readonly Found[] {
  const { dataPercent: data, metadataPercent: metadata } = poolUse(pool);
  const failure = FAILED_MODES[pool.mode];
  const fullest = Math.max(data, metadata);
  if (failure === undefined && fullest < WARNING_PERCENT) return [];
  const severity: Severity = failure !== undefined || fullest >= CRITICAL_PERCENT ? 'critical' : 'warning';
  return [findingFor(pool, volume, severity, { data, metadata }, failure)];
}

/** Two decimals, rounded down: 94.999 is not shown as 95.00 while it is judged as less. */
const shown = (value: number): string => (Math.floor(value * 100) / 100).toFixed(2);

function findingFor(
  pool: ThinPool,
  volume: LvmDmName | null,
  severity: Severity,
  { data, metadata }: { readonly data: number; readonly metadata: number },
  failure: string | undefined,
): Found {
  const source = SOURCE.dmThinPools;
  const name = volume === null ? pool.name : volumePath(volume);
  return {
    severity,
    subject: { kind: 'thin-pool', id: name },
    title: failure
      ? `thin pool ${name} ${failure}`
      : `thin pool ${name}: data ${shown(data)} %, metadata ${shown(metadata)} % used`,
    headline:
      failure ??
      `is nearly full (data ${shown(data)} %, metadata ${shown(metadata)} %): at 100 % its guests can no longer write`,
    evidence: [
      { fact: `data ${pool.usedDataBlocks} of ${pool.totalDataBlocks} blocks, ${shown(data)} %`, source },
      {
        fact: `metadata ${pool.usedMetadataBlocks} of ${pool.totalMetadataBlocks} blocks, ${shown(metadata)} %`,
        source,
      },
      { fact: `mode ${pool.mode}`, source },
    ],
    impact:
      'When a pool runs out of data space, writes of every guest on it wait and then fail; when metadata runs out, the ' +
      'pool turns read-only and needs a repair. Guests see that as a failing disk.',
    remedy: remedyFor(volume),
  };
}

/** What fills a pool is seen before anything is freed or extended. */
function remedyFor(volume: LvmDmName | null): Advice {
  const then = 'free space (delete snapshots, trim inside the guests)';
  if (volume === null)
    return {
      text: `No volume group has this pool: find out who made it, then ${then} or let its maker extend it.`,
    };
  const { vgName } = volume;
  return {
    text:
      `See what fills it and how much room VG ${vgName} has (VFree), then ${then} or extend the pool while there is room. ` +
      'Metadata is extended on its own: `lvextend --poolmetadatasize`.',
    commands: [['lvs', '-a', '-o', 'lv_name,lv_size,data_percent,metadata_percent,lv_when_full,vg_free', vgName]],
  };
}
