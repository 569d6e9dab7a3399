import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { counted, listed, SOURCE } from '../model/evidence.ts';
import { type LogicalVolume, type Lvm, type VolumeGroup, volumePath } from '../model/lvm/lvm.ts';

type LvmFacts = Facts<'lvm'>;

export const lv017 = defineCheck({
  code: 'LV017',
  title: 'VG with a missing physical volume',
  harms: { data: 'volumes lie on the missing part', operation: 'none does' },
  needs: ['lvm'],
  examine: ({ lvm }: LvmFacts) =>
    lvm.vgs.filter(({ missingPvCount }) => missingPvCount > 0).map((vg) => findingFor(vg, lvm, brokenVolumes(vg, lvm))),
});

/** What LVM writes in place of a device that it does not find (lvm2 lib/format_text, "unknown device"). */
const MISSING = '[unknown]';

/**
 * Volumes that cannot be activated: a part of them lies on what is missing, directly, through a volume of LVM's own or through their
 * thin pool. A RAID volume goes on with the legs that are left (lvmraid(7)); LV011 says what it has lost.
 */
function brokenVolumes({ vgUuid }: VolumeGroup, { lvs }: Lvm): readonly LogicalVolume[] {
  const own = new Map(lvs.filter((lv) => lv.vgUuid === vgUuid).map((lv) => [lv.lvName, lv]));
  const answers = new Map<string, boolean>();
  const isBroken = (name: string): boolean => {
    const lv = own.get(name);
    const known = answers.get(name);
    if (lv === undefined || known !== undefined) return known ?? false;
    answers.set(name, false);
    const devices = lv.segments.flatMap((segment) => segment.devices.map((device) => device.name));
    const isRaid = lv.layout.includes('raid') && !lv.role.includes('private');
    const answer =
      devices.includes(MISSING) || (!isRaid && [...devices, lv.poolLv].some((one) => one !== '' && isBroken(one)));
    answers.set(name, answer);
    return answer;
  };
  return [...own.values()].filter(({ lvName, role }) => !role.includes('private') && isBroken(lvName));
}

function findingFor(vg: VolumeGroup, lvm: Lvm, broken: readonly LogicalVolume[]): Found {
  const missing = lvm.pvs.filter((pv) => pv.vgUuid === vg.vgUuid && pv.missing);
  const there = lvm.pvs.filter((pv) => pv.vgUuid === vg.vgUuid && !pv.missing);
  const whole = missing.length + there.length;
  const names = listed(
    broken.map(({ lvName }) => lvName),
    4,
  );
  return {
    harm: broken.length > 0 ? 'data' : 'operation',
    subject: { kind: 'volume-group', id: vg.vgName },
    title: `VG ${vg.vgName} misses ${vg.missingPvCount} of ${counted(whole, 'physical volume')}`,
    headline:
      broken.length > 0
        ? `has lost a disk: ${names} cannot be read, and nothing in it can be changed`
        : 'has lost a disk, and cannot be changed: nothing can be created, removed or resized in it',
    ...(broken.length > 0 && {
      lost: `a disk of VG ${vg.vgName} is gone`,
      hits: broken.map((lv) => ({ kind: 'volume' as const, id: volumePath(lv) })),
    }),
    evidence: [
      {
        fact: `VG ${vg.vgName} (${vg.vgUuid}): ${vg.missingPvCount} of ${counted(whole, 'physical volume')} missing`,
        source: SOURCE.lvm,
      },
      ...missing.map(({ pvUuid, sizeBytes }) => ({
        fact: `physical volume ${pvUuid}${sizeBytes === undefined ? '' : `, ${sizeBytes} bytes,`} is on no disk that LVM sees`,
        source: SOURCE.lvm,
      })),
      ...(broken.length === 0 ? [] : [{ fact: `on it lie ${names}`, source: SOURCE.lvm }]),
    ],
    impact:
      'LVM refuses every change of the VG while a part is missing: nothing can be created, removed, resized or renamed in it on any node. What lies on the missing part cannot be activated.',
    remedy: {
      text: `Bring the disk back: cable, LUN, path, multipath map, the devices file or filter of LVM. Do not run vgreduce --removemissing: it drops every volume on the missing part. ${
        vg.vgName
      } is whole again once LVM sees the physical volume.`,
      commands: [
        ['pvs', '-a', '-o', 'pv_name,pv_uuid,vg_name,pv_missing,pv_size'],
        ['lsblk', '-o', 'NAME,KNAME,MAJ:MIN,SIZE,WWN,HCTL'],
      ],
    },
    about: vg.vgName,
  };
}
