import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { SOURCE } from '../model/evidence.ts';
import type { GrowingPool, NextExtension } from '../model/lvm/growing-pools.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { evidenceAbove, WANTS_ABOVE } from '../model/paths/carried-words.ts';
import { size } from '../model/size.ts';

export const lv016 = defineCheck({
  code: 'LV016',
  title: 'thin pool that LVM is to extend and cannot',
  harms: { room: 'it is due', housekeeping: 'it will be due' },
  needs: ['growingPools'],
  wants: [...WANTS_ABOVE],
  examine: ({ growingPools }, wanted) =>
    growingPools.flatMap((growing) => {
      const [first, ...others] = stuckOf(growing);
      if (growing.profile !== '' || first === undefined) return [];
      const { devNo } = growing.pool;
      const finding = findingFor(growing, [first, ...others]);
      const above = devNo === null ? [] : evidenceAbove([devNo], wanted);
      return [{ ...finding, evidence: [...finding.evidence, ...above] }];
    }),
  notCompared: ({ growingPools }) =>
    growingPools.flatMap(({ vgName, lvName, profile }) =>
      profile === '' ? [] : [`${vgName}/${lvName} may have other settings, of the profile ${profile}`],
    ),
});

/** What is due first. */
const stuckOf = ({ extensions }: GrowingPool): readonly NextExtension[] =>
  extensions.filter(({ fits }) => !fits).sort((a, b) => Number(b.isDue) - Number(a.isDue));

/** Rounded down: 79.999 is not shown as the threshold that it has not passed. */
const percent = (value: number): string => `${(Math.floor(value * 100) / 100).toFixed(2)} %`;

function findingFor(growing: GrowingPool, stuck: readonly [NextExtension, ...NextExtension[]]): Found {
  const { vgName, lvName, freeBytes, sizeBytes, promisedBytes } = growing;
  const [{ part, isDue, atPercent, usedPercent, addedBytes }] = stuck;
  const name = volumePath({ vgName, lvName });
  const free = freeBytes === 0 ? 'no room' : `only ${size(freeBytes)} free`;
  return {
    harm: isDue ? 'room' : 'housekeeping',
    subject: { kind: 'thin-pool', id: name },
    title: `thin pool ${name}: the next extension of its ${part} needs ${size(addedBytes)}, VG ${vgName} has ${free}`,
    headline: isDue
      ? `is past the ${atPercent} % at which LVM extends its ${part}, and LVM cannot: VG ${vgName} has ${free}, and ${size(addedBytes)} are needed`
      : `will not be extended when its ${part} reaches ${atPercent} %, as LVM is set to: VG ${vgName} has ${free}, and ${size(addedBytes)} are needed; it ends at ${size(sizeBytes)}`,
    evidence: [
      ...stuck.map((one) => ({
        fact: `${one.part} ${percent(one.usedPercent)} used; above ${one.atPercent} % LVM extends it, by ${size(one.addedBytes)} now`,
        source: SOURCE.lvmSettings,
      })),
      { fact: `VG ${vgName} has ${freeBytes === 0 ? 'no room' : `${size(freeBytes)} free`}`, source: SOURCE.lvm },
      { fact: `its volumes may take ${size(promisedBytes)} of its ${size(sizeBytes)}`, source: SOURCE.lvm },
    ],
    impact:
      `${isDue ? `LVM tries again and again and fails. The pool goes on filling, at ${percent(usedPercent)} now,` : 'Who relies on autoextend does not watch the pool. It fills'} ` +
      'until writes of every guest on it wait and then fail; where metadata runs out, it turns read-only and needs a repair.',
    remedy: {
      text:
        `Give VG ${vgName} room: add a disk to it (\`vgextend\`); LVM then extends the pool by itself. Or ` +
        'free space in the pool (delete snapshots, trim inside the guests). A smaller `thin_pool_autoextend_percent` in /etc/lvm/lvm.conf uses ' +
        'what little room there is.',
      commands: [
        reads('vgs', '-o', 'vg_name,vg_size,vg_free,vg_extent_size', vgName),
        reads('lvs', '-a', '-o', 'lv_name,lv_size,data_percent,metadata_percent,seg_monitor', vgName),
        reads('lvmconfig', '--typeconfig', 'full', 'activation'),
      ],
    },
  };
}
