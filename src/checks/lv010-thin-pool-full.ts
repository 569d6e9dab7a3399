import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import type { LvmDmName } from '../model/device-mapper/dm-name.ts';
import { SOURCE } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { Harm } from '../model/harm.ts';
import { type Lvm, volumePath } from '../model/lvm/lvm.ts';
import { poolUse, poolVolume, type ThinPool } from '../model/lvm/thin-pools.ts';
import { evidenceAbove, WANTS_ABOVE } from '../model/paths/carried-words.ts';
import type { Reading } from '../model/reading.ts';
import { size } from '../model/size.ts';

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
  title: 'thin pool nearly full',
  harms: { data: 'from 95 %, or it takes no writes', room: 'from 80 %' },
  needs: ['thinPools'],
  wants: ['deviceMapper', 'lvm', ...WANTS_ABOVE],
  examine: ({ thinPools }, wanted) => {
    const { deviceMapper, lvm } = wanted;
    const devices = deviceMapper.state === 'known' ? deviceMapper.value.devices : null;
    return thinPools.pools.flatMap((pool) => {
      const volume = poolVolume(pool, devices);
      const above = pool.devNo === null ? [] : evidenceAbove([pool.devNo], wanted);
      return judge(pool, volume, [...roomEvidence(volume, lvm), ...above]);
    });
  },
});

/** A pool in a VG without room cannot be extended, whether LVM would do that by itself or not. */
function roomEvidence(volume: LvmDmName | null, lvm: Reading<Lvm>): readonly Evidence[] {
  const vgs = lvm.state === 'known' ? lvm.value.vgs.filter(({ vgName }) => vgName === volume?.vgName) : [];
  const [vg, ...others] = vgs;
  if (vg === undefined || others.length > 0) return [];
  const room =
    vg.freeBytes < vg.extentSizeBytes ? 'no room left to extend it' : `${size(vg.freeBytes)} left to extend it`;
  return [{ fact: `VG ${vg.vgName} has ${room}`, source: SOURCE.lvm }];
}

function judge(pool: ThinPool, volume: LvmDmName | null, around: readonly Evidence[]): readonly Found[] {
  const { dataPercent: data, metadataPercent: metadata } = poolUse(pool);
  const failure = FAILED_MODES[pool.mode] ?? (pool.needsCheck ? 'needs a check: its metadata met an error' : undefined);
  const fullest = Math.max(data, metadata);
  if (failure === undefined && fullest < WARNING_PERCENT) return [];
  const harm: Harm = failure !== undefined || fullest >= CRITICAL_PERCENT ? 'data' : 'room';
  const finding = findingFor(pool, volume, harm, { data, metadata }, failure);
  return [{ ...finding, evidence: [...finding.evidence, ...around] }];
}

/** Two decimals, rounded down: 94.999 is not shown as 95.00 while it is judged as less. */
const shown = (value: number): string => (Math.floor(value * 100) / 100).toFixed(2);

function findingFor(
  pool: ThinPool,
  volume: LvmDmName | null,
  harm: Harm,
  { data, metadata }: { readonly data: number; readonly metadata: number },
  failure: string | undefined,
): Found {
  const source = SOURCE.dmThinPools;
  const name = volume === null ? pool.name : volumePath(volume);
  return {
    harm,
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
      {
        fact: `mode ${pool.mode}${pool.errorsWhenFull ? ', writes without room fail at once' : ''}${pool.needsCheck ? ', needs a check' : ''}`,
        source,
      },
    ],
    impact:
      'When a pool runs out of data space, writes of every guest on it wait and then fail; when metadata runs out, the ' +
      'pool turns read-only and needs a repair. Guests see that as a failing disk.',
    remedy: pool.needsCheck || pool.mode === 'Fail' ? damaged(volume) : remedyFor(volume),
  };
}

/** No repair is promised: what was cleared comes back where the disk beneath the metadata still fails. */
const damaged = (volume: LvmDmName | null): Advice => ({
  text:
    'Save what can still be read of its guests first. Then look at the disk beneath the metadata; only when that is good stop its guests, ' +
    'deactivate the pool and everything on it, and let LVM repair its metadata (`lvconvert --repair`), which keeps the old metadata as ' +
    'a volume of its own. Do not clear the flag by hand, and run no `thin_repair` on an active pool.',
  commands:
    volume === null
      ? []
      : [reads('lvs', '-a', '-o', 'lv_name,lv_attr,lv_check_needed,lv_health_status,devices', volume.vgName)],
});

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
    commands: [reads('lvs', '-a', '-o', 'lv_name,lv_size,data_percent,metadata_percent,lv_when_full,vg_free', vgName)],
  };
}
