import { isDevicePath } from '../device-mapper/device-path.ts';
import type { GuestConfig, Storage, VolumeMention } from '../guests/pve.ts';
import { textOf } from '../guests/raw-disks.ts';
import { mountOf } from '../mounts/mount-tree.ts';
import { storageMounts, storagePath } from '../mounts/storage-mounts.ts';
import { lvNamesOf } from '../needs/disk-keys.ts';
import { knownOrNull } from '../reading.ts';
import { deviceId, type Layer, type Made, mountId } from './layer.ts';
import { because, type LayerSources } from './layer-sources.ts';
import { pathNumber } from './path-number.ts';
import { poolId } from './pool-layer.ts';
import { volumeKey } from './volume-layer.ts';

/** A line of a guest's configuration that names a disk, a directory or an image. */
export interface GuestDisk {
  readonly id: string;
  readonly vmid: number;
  readonly guestName: string;
  readonly node: string;
  /** `scsi0`, `rootfs`, `mp1`. */
  readonly key: string;
  /** As the configuration has it: `local-lvm:vm-100-disk-0`, `/dev/sdb`. */
  readonly text: string;
  readonly target: VolumeMention['target'];
}

/** Values of other keys may look like a volume and are none. */
const DISK_KEY = /^(?:(?:ide|sata|scsi|virtio|nvme|efidisk|tpmstate|unused|mp)\d+|rootfs)$/;

export const guestDisks = (configs: readonly GuestConfig[]): readonly GuestDisk[] =>
  configs
    .flatMap(({ vmid, name, node, mentions }) =>
      mentions
        .filter(({ key, section, certainty }) => DISK_KEY.test(key) && section === 'current' && certainty === 'certain')
        .map(({ key, target }): GuestDisk => {
          const text = textOf(target);
          return { id: `guest:${vmid}/${key}/${text}`, vmid, guestName: name, node, key, text, target };
        }),
    )
    .sort((a, b) => a.vmid - b.vmid || a.key.localeCompare(b.key, 'en', { numeric: true }));

const guestLabel = ({ vmid, guestName }: GuestDisk): string =>
  guestName === '' ? String(vmid) : `${vmid} (${guestName})`;

export function guestDiskLayer(disk: GuestDisk, sources: LayerSources): Made {
  const cluster = knownOrNull(sources.readings.cluster);
  const isElsewhere = cluster !== null && disk.node !== cluster.nodeName;
  const way = disk.target.kind === 'path' ? wayOfPath(disk.target, sources) : wayOfVolume(disk.target, sources);
  return {
    ...{ kind: 'guest-disk', what: `${disk.key} of guest ${guestLabel(disk)}`, name: disk.text, names: [] },
    ...(isElsewhere
      ? { condition: 'unknown', state: `its guest is on node ${disk.node}: shown is what this node sees of it` }
      : { condition: 'fine', state: 'configured' }),
    ...way,
  };
}

type Way = Partial<Pick<Layer, 'below' | 'unseen'>> & Partial<Pick<Layer, 'condition' | 'state'>>;

const unseen = (sentence: string): Way => ({ condition: 'unknown', state: 'its way is not known', unseen: [sentence] });

function wayOfPath({ path, resolved }: Extract<VolumeMention['target'], { kind: 'path' }>, sources: LayerSources): Way {
  if (!isDevicePath(path)) return wayOfFile(path, sources);
  const number = pathNumber(path, sources) ?? (resolved ? pathNumber(resolved, sources) : null);
  if (number !== null) return { below: [deviceId(number)] };
  return unseen(resolved === null ? `${path} leads nowhere on this node` : `where ${path} leads could not be read`);
}

function wayOfFile(path: string, { readings: { mounts } }: LayerSources): Way {
  const table = knownOrNull(mounts);
  if (table === null) return unseen(`what ${path} lies on: ${because(mounts)}`);
  const mount = mountOf(table.mounts, path);
  return mount === null ? unseen(`no mount of this node holds ${path}`) : { below: [mountId(mount.target)] };
}

function wayOfVolume(
  { storeid, volname, resolved }: Extract<VolumeMention['target'], { kind: 'volid' }>,
  sources: LayerSources,
): Way {
  const lun = resolved ? pathNumber(resolved, sources) : null;
  if (lun !== null) return { below: [deviceId(lun)] };
  const config = knownOrNull(sources.readings.storage);
  if (config === null) return unseen(`what storage ${storeid} is: ${because(sources.readings.storage)}`);
  const storage = config.storages.find((one) => one.storeid === storeid);
  if (storage === undefined) return unseen(`storage ${storeid} is not configured`);
  const vgName = storage.properties['vgname'];
  if (vgName !== undefined) return { below: [volumeKey(vgName, lvNamesOf(volname).at(-1) ?? volname, sources)] };
  const { pool } = storage.properties;
  if (storage.type === 'zfspool' && pool !== undefined) return { below: [poolId(pool)] };
  const directory = storagePath(storage);
  if (directory !== null) return { below: [`file:${directory}/${fileOf(volname)}`] };
  return unseen(
    `where storage ${storeid} (${storage.type || 'incomplete'}) keeps it: pve-doctor does not look into ${storage.type || 'it'}`,
  );
}

/** Folders of a storage (pve-storage src/PVE/Storage/Plugin.pm $vtype_subdirs); a guest's images stand in one of their own. */
const FOLDERS: Readonly<Record<string, string>> = { iso: 'template/iso', vztmpl: 'template/cache', backup: 'dump' };

function fileOf(volname: string): string {
  const [first = '', ...rest] = volname.split('/');
  if (/^\d+$/.test(first)) return `images/${volname}`;
  return [FOLDERS[first] ?? first, ...rest].join('/');
}

/**
 * Where a file of a storage is: at the mount that the storage asks for, or wherever its directory leads. Without that mount
 * the directory of the disk beneath must not be drawn in its place.
 */
export function mountTargetOf(
  path: string,
  sources: LayerSources,
): { readonly target: string | null; readonly why: string } {
  const { mounts, storage, cluster, expectedMounts } = sources.readings;
  const table = knownOrNull(mounts);
  if (table === null) return { target: null, why: because(mounts) };
  const expected = [
    ...(knownOrNull(expectedMounts)?.mounts.filter(({ origin }) => origin === 'storage') ?? []),
    ...storageMounts(
      knownOrNull(storage) ?? { storages: [] as readonly Storage[], problems: [], mentionedVgs: [] },
      knownOrNull(cluster)?.nodeName ?? null,
    ),
  ].filter(({ target }) => path === target || path.startsWith(`${target}/`));
  const asked = expected.toSorted((a, b) => b.target.length - a.target.length)[0];
  const target = asked?.target ?? mountOf(table.mounts, path)?.target ?? null;
  return { target, why: target === null ? 'no mount of this node holds it' : '' };
}
