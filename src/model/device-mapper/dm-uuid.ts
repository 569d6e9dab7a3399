/**
 * What a device is, by its UUID; only then is its name decoded. Prefixes: lvm2 lib/activate/dev_manager.c
 * (build_dm_uuid), multipath-tools libmultipath/devmapper.h, kpartx, cryptsetup.
 */

export type DmIdentity =
  | { readonly kind: 'lvm'; readonly vgUuid: string; readonly lvUuid: string; readonly layer: string }
  | { readonly kind: 'partition'; readonly number: number; readonly parentUuid: string }
  | { readonly kind: 'multipath'; readonly wwid: string }
  | { readonly kind: 'crypt' }
  | { readonly kind: 'hand-made' }
  | { readonly kind: 'other'; readonly prefix: string };

/** `LVM-` + 32 characters of VG UUID + 32 of LV UUID [+ `-layer`]; alphabet of lvm2 lib/uuid/uuid.c. */
const LVM = /^LVM-([0-9a-zA-Z!#]{32})([0-9a-zA-Z!#]{32})(?:-(.+))?$/;
const PARTITION = /^part(\d{1,9})-(.+)$/;

export function identifyUuid(uuid: string): DmIdentity {
  if (uuid === '') return { kind: 'hand-made' };
  const lvm = LVM.exec(uuid);
  if (lvm) return { kind: 'lvm', vgUuid: lvm[1] ?? '', lvUuid: lvm[2] ?? '', layer: lvm[3] ?? '' };
  const partition = PARTITION.exec(uuid);
  if (partition) return { kind: 'partition', number: Number(partition[1]), parentUuid: partition[2] ?? '' };
  if (uuid.startsWith('mpath-')) return { kind: 'multipath', wwid: uuid.slice('mpath-'.length) };
  if (uuid.startsWith('CRYPT-')) return { kind: 'crypt' };
  return { kind: 'other', prefix: uuid.split('-')[0] ?? '' };
}

/** As LVM prints a UUID: 6-4-4-4-4-4-6 (lvm2 lib/uuid/uuid.c id_write_format). */
export const hyphenated = (uuid: string): string =>
  uuid.replace(/^(.{6})(.{4})(.{4})(.{4})(.{4})(.{4})(.{6})$/, '$1-$2-$3-$4-$5-$6-$7');

/** `lvs` prints UUIDs with hyphens (`VWemFf-noVf-…`), device-mapper without. */
export const bareUuid = (lvmUuid: string): string => lvmUuid.replaceAll('-', '');
