import { defineCheck, type Facts, type Found, type Readings } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { lostDevices } from '../model/device-mapper/lost-devices.ts';
import { counted, listed, SOURCE } from '../model/evidence.ts';
import type { Subject } from '../model/finding.ts';
import type { Harm } from '../model/harm.ts';
import { type LogicalVolume, type Lvm, lvDmUuid, type VolumeGroup, volumePath } from '../model/lvm/lvm.ts';
import { volumesOn } from '../model/lvm/volumes-on.ts';
import { knownOrNull } from '../model/reading.ts';

const WANTS = ['groups', 'stack', 'blockDevices'] as const;

type Wanted = Readings<(typeof WANTS)[number]>;

export const lv017 = defineCheck({
  code: 'LV017',
  title: 'VG with a missing physical volume',
  harms: {
    data: 'volumes lie on the missing part',
    operation: 'none does, or those that do go on',
    housekeeping: 'it is a guest’s own',
  },
  needs: ['lvm'],
  wants: WANTS,
  examine: ({ lvm }: Facts<'lvm'>, wanted) =>
    lvm.vgs
      .filter(({ missingPvCount }) => missingPvCount > 0)
      .map((vg) => findingFor(brokenOf(vg, lvm, wanted), lvm, wanted)),
});

/** What LVM writes in place of a device that it does not find (lvm2 lib/format_text, "unknown device"). */
const MISSING = '[unknown]';

/** A volume that was activated before, on a device that is not lost. */
function answering({ stack, blockDevices }: Wanted): (lv: LogicalVolume) => boolean {
  const [devices, blocks] = [knownOrNull(stack), knownOrNull(blockDevices)];
  if (devices === null || blocks === null) return () => false;
  const lost = new Set(lostDevices(devices, blocks).flatMap(({ affected }) => affected.map(({ uuid }) => uuid)));
  const active = new Set(devices.devices.map(({ uuid }) => uuid));
  return (lv) => active.has(lvDmUuid(lv)) && !lost.has(lvDmUuid(lv));
}

interface Broken {
  readonly vg: VolumeGroup;
  /** Volumes that lie on the missing part, and do not answer. */
  readonly lost: readonly LogicalVolume[];
  /** Those that do: what LVM does not find is there under the active entry. */
  readonly alive: readonly LogicalVolume[];
  /** The guest whose own VG it is: the node sees it through the guest’s disk, and the missing part may be another disk of the guest. */
  readonly owner: number | null;
  /** Several VGs have its name, and nobody knows which of them a line of a guest means. */
  readonly isOneOfSeveral: boolean;
}

function brokenOf(vg: VolumeGroup, lvm: Lvm, wanted: Wanted): Broken {
  const broken = volumesOn(vg, lvm, (name) => name === MISSING, 'needs it');
  const groups = knownOrNull(wanted.groups);
  const answers = answering(wanted);
  return {
    vg,
    lost: broken.filter((lv) => !answers(lv)),
    alive: broken.filter(answers),
    owner: groups?.groups.find(({ vgUuid }) => vgUuid === vg.vgUuid)?.insideOf?.vmid ?? null,
    isOneOfSeveral: groups?.foreign(vg.vgUuid)?.why === 'same-name',
  };
}

/** What is hit, and no other volume of the VG; where lines of guests may mean another VG, what is active alone. */
function hitsOf({ lost, alive, isOneOfSeveral }: Broken, { stack }: Wanted): readonly Subject[] | null {
  const active = new Set(knownOrNull(stack)?.devices.map(({ uuid }) => uuid) ?? []);
  const hit = lost.length > 0 ? lost : alive;
  const meant = isOneOfSeveral ? hit.filter((lv) => active.has(lvDmUuid(lv))) : hit;
  return meant.length === 0 && !isOneOfSeveral
    ? null
    : meant.map((lv) => ({ kind: 'volume' as const, id: volumePath(lv) }));
}

const harmOf = ({ owner, lost }: Broken): Harm =>
  owner !== null ? 'housekeeping' : lost.length > 0 ? 'data' : 'operation';

function findingFor(broken: Broken, lvm: Lvm, wanted: Wanted): Found {
  const { vg, lost, alive, owner } = broken;
  const [first] = lvm.vgs.filter(({ vgName }) => vgName === vg.vgName);
  const id = first === vg ? vg.vgName : `${vg.vgName} (${vg.vgUuid})`;
  const missing = lvm.pvs.filter((pv) => pv.vgUuid === vg.vgUuid && pv.missing);
  const there = lvm.pvs.filter((pv) => pv.vgUuid === vg.vgUuid && !pv.missing);
  const whole = missing.length + there.length;
  return {
    harm: harmOf(broken),
    subject: { kind: 'volume-group', id },
    title: `VG ${vg.vgName} misses ${vg.missingPvCount} of ${counted(whole, 'physical volume')}`,
    headline:
      owner === null
        ? headlineFor(lost, alive)
        : `belongs to guest ${owner}, and this node does not see all of its disks`,
    ...(owner === null
      ? { hits: hitsOf(broken, wanted), ...(lost.length > 0 && { lost: `a disk of VG ${vg.vgName} is gone` }) }
      : { hits: [], vmids: [owner] }),
    evidence: [
      {
        fact: `VG ${vg.vgName} (${vg.vgUuid}): ${vg.missingPvCount} of ${counted(whole, 'physical volume')} missing`,
        source: SOURCE.lvm,
      },
      ...missing.map(({ pvUuid, sizeBytes }) => ({
        fact: `physical volume ${pvUuid}${sizeBytes === undefined ? '' : `, ${sizeBytes} bytes,`} is on no disk that LVM sees`,
        source: SOURCE.lvm,
      })),
      ...(lost.length + alive.length === 0
        ? []
        : [{ fact: `on it lie ${namesOf([...lost, ...alive])}`, source: SOURCE.lvm }]),
    ],
    impact:
      'LVM refuses every change of the VG while a part is missing: nothing can be created, removed, resized or renamed in it on any node. What lies on the missing part cannot be activated.',
    remedy: {
      text: owner === null ? bringBack(vg.vgName) : LEAVE_IT,
      commands: [
        reads('pvs', '-a', '-o', 'pv_name,pv_uuid,vg_name,pv_missing,pv_size'),
        reads('lsblk', '-o', 'NAME,KNAME,MAJ:MIN,SIZE,WWN,HCTL'),
      ],
    },
    about: vg.vgName,
  };
}

const bringBack = (vgName: string): string =>
  `Bring the disk back: cable, LUN, path, multipath map, the devices file or filter of LVM. Do not run vgreduce --removemissing: it drops every volume on the missing part. ${vgName} is whole again once LVM sees the physical volume.`;

const LEAVE_IT =
  'Change nothing of this VG on the node: the guest writes to it, and may have the missing part as another disk. Keep LVM of this node off the disks of guests (devices file, `devices/global_filter`), and the VG is not seen here any more.';

const namesOf = (volumes: readonly LogicalVolume[]): string =>
  listed(
    volumes.map(({ lvName }) => lvName),
    4,
  );

function headlineFor(lost: readonly LogicalVolume[], alive: readonly LogicalVolume[]): string {
  if (lost.length > 0) return `has lost a disk: ${namesOf(lost)} cannot be read, and nothing in it can be changed`;
  if (alive.length > 0)
    return `misses a disk in the eyes of LVM: ${namesOf(alive)} ${alive.length === 1 ? 'goes' : 'go'} on, and cannot be activated again`;
  return 'has lost a disk, and cannot be changed: nothing can be created, removed or resized in it';
}
