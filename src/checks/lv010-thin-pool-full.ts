import { defineCheck } from '../model/check.ts';
import { SOURCE } from '../model/evidence.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { ThinPool } from '../model/lvm/thin-pools.ts';

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
  examine: ({ thinPools }) => thinPools.pools.flatMap(judge),
});

function judge(pool: ThinPool): readonly Finding[] {
  const data = percent(pool.usedDataBlocks, pool.totalDataBlocks);
  const metadata = percent(pool.usedMetadataBlocks, pool.totalMetadataBlocks);
  const failure = FAILED_MODES[pool.mode];
  const fullest = Math.max(data, metadata);
  if (failure === undefined && fullest < WARNING_PERCENT) return [];
  const severity: Severity = failure !== undefined || fullest >= CRITICAL_PERCENT ? 'critical' : 'warning';
  return [findingFor(pool, severity, { data, metadata }, failure)];
}

const percent = (used: number, total: number): number => (total === 0 ? 0 : (100 * used) / total);

/** Two decimals, rounded down: 94.999 is not shown as 95.00 while it is judged as less. */
const shown = (value: number): string => (Math.floor(value * 100) / 100).toFixed(2);

function findingFor(
  pool: ThinPool,
  severity: Severity,
  { data, metadata }: { readonly data: number; readonly metadata: number },
  failure: string | undefined,
): Finding {
  const source = SOURCE.dmThinPools;
  return {
    code: 'LV010',
    severity,
    subject: { kind: 'thin-pool', id: pool.name },
    title: failure
      ? `thin pool ${pool.name} ${failure}`
      : `thin pool ${pool.name}: data ${shown(data)} %, metadata ${shown(metadata)} % used`,
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
    remedy: {
      text:
        'Free space (delete snapshots, trim inside the guests) or extend the pool while the VG has room. Metadata is ' +
        'extended on its own: `lvextend --poolmetadatasize`.',
      commands: [['lvs', '-a', '-o', '+data_percent,metadata_percent,lv_when_full']],
    },
    repairAction: null,
    certainty: 'certain',
    vmid: null,
  };
}
