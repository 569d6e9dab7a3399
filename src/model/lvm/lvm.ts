/** LVM as `lvm fullreport` reports it; field names are LVM's (lvm2 lib/report/columns.h), sizes in bytes. */

export interface VolumeGroup {
  readonly vgName: string;
  /** Without hyphens, 32 characters, as in a dm UUID. */
  readonly vgUuid: string;
  readonly extentSizeBytes: number;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** `lv_count`: visible LVs that the metadata holds; used to prove that the report is complete. */
  readonly lvCount: number;
  readonly missingPvCount: number;
  /** Grows with each change of the metadata; left out where the report does not have it. */
  readonly seqno?: number;
  /** `vg_profile`: settings of LVM that hold for its volumes; left out where it has none. */
  readonly profile?: string;
  /** null where this LVM does not know the property (before 2.03.12). */
  readonly autoActivation: boolean | null;
}

export interface PhysicalVolume {
  readonly pvName: string;
  readonly vgName: string;
  /** UUID of that VG; empty for a physical volume of none. */
  readonly vgUuid: string;
  /** Without hyphens. */
  readonly pvUuid: string;
  readonly major: number;
  readonly minor: number;
  readonly peStartBytes: number;
  readonly missing: boolean;
  /** What LVM uses of it, and how large its device is; left out where the report has no such columns. */
  readonly sizeBytes?: number;
  readonly deviceBytes?: number;
}

export interface LogicalVolume {
  readonly vgName: string;
  /** Without the brackets that `lvs -a` puts around internal volumes. */
  readonly lvName: string;
  readonly lvUuid: string;
  readonly vgUuid: string;
  readonly sizeBytes: number;
  readonly poolLv: string;
  readonly origin: string;
  /** `lv_role`, for example `public`, `private thin pool data`. */
  readonly role: readonly string[];
  /** `lv_layout`, for example `linear`, `thin sparse`. */
  readonly layout: readonly string[];
  readonly tags: readonly string[];
  /** `lv_time`: `2026-11-20 02:00:00 +0000`; left out where the metadata or the report does not have it. */
  readonly createdAt?: string;
  /** `lv_profile`: settings of LVM that hold for it; left out where it has none. */
  readonly profile?: string;
  /** null where this LVM does not know the property (before 2.03.12). */
  readonly autoActivation: boolean | null;
  readonly segments: readonly LvSegment[];
}

export interface LvSegment {
  /** `segtype`: linear, striped, thin, thin-pool, snapshot, mirror, raid1, … */
  readonly segType: string;
  readonly startBytes: number;
  readonly sizeBytes: number;
  /** `devices`, split: `/dev/sda(128)` is the PV and its first extent; `pool_tdata(0)` an LV. */
  readonly devices: readonly { readonly name: string; readonly firstExtent: number }[];
  /** `thin_id` within the pool; null for other segments. */
  readonly thinId: number | null;
}

/** A device that LVM does not use, since it takes another one for the same physical volume. */
export interface LeftOutDevice {
  readonly path: string;
  /** Without hyphens. */
  readonly pvUuid: string;
}

export interface Lvm {
  /** ISO 8601, by the clock of this node; ages count up to here. */
  readonly readAt: string;
  readonly vgs: readonly VolumeGroup[];
  readonly pvs: readonly PhysicalVolume[];
  readonly lvs: readonly LogicalVolume[];
  readonly leftOut: readonly LeftOutDevice[];
}

/** The dm UUID that an active LV has: `LVM-<vg><lv>`. */
export const lvDmUuid = ({ vgUuid, lvUuid }: Pick<LogicalVolume, 'vgUuid' | 'lvUuid'>): string =>
  `LVM-${vgUuid}${lvUuid}`;

/** A volume's identity in configurations and reports. */
export const volumePath = (volume: { readonly vgName: string; readonly lvName: string }): string =>
  `${volume.vgName}/${volume.lvName}`;

/** LVM commands by the names that they are run under. Daemons (dmeventd, lvmpolld) rest by design. */
export const LVM_COMMAND =
  /^(?:lvm|(?:lv|vg|pv)(?:s|scan|display|create|change|convert|extend|reduce|resize|remove|rename|ck))$/;

/** ISO 8601, of `2026-11-20 02:00:00 +0000`, as the report is told to write it (host/commands.ts). */
export function creationOf({ createdAt: time }: Pick<LogicalVolume, 'createdAt'>): string | null {
  const [, day, hour, zone, minutes] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(time ?? '') ?? [];
  if (day === undefined) return null;
  const at = Date.parse(`${day}T${hour}${zone}:${minutes}`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
