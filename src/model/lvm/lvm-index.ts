import { oncePer } from '../once-per.ts';
import { type LogicalVolume, type Lvm, type VolumeGroup, volumePath } from './lvm.ts';

/** An LVM report by UUID and by name. UUIDs are without hyphens, as in a dm UUID. */
export interface LvmIndex {
  readonly vg: (vgUuid: string) => VolumeGroup | null;
  readonly lv: (vgUuid: string, lvUuid: string) => LogicalVolume | null;
  /** By `vg/lv`; null as well when two VGs share that name, since it names neither. */
  readonly named: (vgName: string, lvName: string) => LogicalVolume | null;
  /**
   * Whether every visible volume that the VG's metadata counts is in the report. Internal ones (`private`, but for pools,
   * which `lv_count` counts) do not make up for a visible one that is missing.
   */
  readonly isComplete: (vg: VolumeGroup) => boolean;
}

export const indexLvm = oncePer((lvm: Lvm): LvmIndex => {
  const vgs = new Map(lvm.vgs.map((vg) => [vg.vgUuid, vg]));
  const byUuid = new Map<string, LogicalVolume>();
  const byName = new Map<string, LogicalVolume | null>();
  const counts = new Map<string, number>();
  for (const lv of lvm.lvs) {
    byUuid.set(`${lv.vgUuid}${lv.lvUuid}`, lv);
    byName.set(volumePath(lv), byName.has(volumePath(lv)) ? null : lv);
    if (!lv.role.includes('private') || lv.layout.includes('pool'))
      counts.set(lv.vgUuid, (counts.get(lv.vgUuid) ?? 0) + 1);
  }
  return {
    vg: (vgUuid) => vgs.get(vgUuid) ?? null,
    lv: (vgUuid, lvUuid) => byUuid.get(`${vgUuid}${lvUuid}`) ?? null,
    named: (vgName, lvName) => byName.get(`${vgName}/${lvName}`) ?? null,
    isComplete: (vg) => (counts.get(vg.vgUuid) ?? 0) >= vg.lvCount,
  };
});
