import type { Host } from '../host/host.ts';
import { resolvePaths } from '../host/resolve-paths.ts';
import { isDevicePath } from '../model/device-mapper/device-path.ts';
import type { Cluster, GuestConfig, Guests, StorageConfig } from '../model/guests/pve.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import { known, type Reading } from '../model/reading.ts';

/**
 * What the paths of this node's guests lead to, as the node itself would find it: `/dev/disk/by-label/…`, a name that a rule
 * of udev gives, and `/dev/VG/LV` are all links to one device. For a guest of another node only a disk's own name says the same here: a LUN
 * that several nodes see.
 */
export async function resolveDevicePaths(
  host: Host,
  guests: Reading<Guests>,
  cluster: Reading<Cluster>,
  storage: Reading<StorageConfig>,
  mounts: readonly SeenMount[],
): Promise<Reading<Guests>> {
  if (guests.state !== 'known' || cluster.state !== 'known') return guests;
  const { configs } = guests.value;
  const isLocal = ({ node }: GuestConfig) => node === cluster.value.nodeName;
  const storages = storage.state === 'known' ? storage.value.storages : [];
  const luns = new Set(storages.flatMap(({ storeid, type }) => (type === 'iscsi' ? [storeid] : [])));
  const paths = configs.flatMap((config) => {
    const asked = config.mentions.flatMap((one) => pathToResolve(one, luns));
    return isLocal(config) ? asked : asked.filter((path) => OWN_NAME.test(path));
  });
  const resolved = await resolvePaths(host, paths, mounts);
  return known({
    configs: configs.map((config) => ({
      ...config,
      mentions: config.mentions.map((mention) => {
        const found = ofNode(mention, luns, resolved);
        // Where it leads nowhere here, only its own node can tell.
        return isLocal(config) || typeof found.target.resolved === 'string' ? found : mention;
      }),
    })),
  });
}

/** A path outside /dev may be a link to a device; the mount points of containers bind directories, whatever is in them. */
function pathToResolve({ key, target }: Mention, luns: ReadonlySet<string>): readonly string[] {
  const path = pathOf(target, luns);
  return path !== null && (isDevicePath(path) || DRIVE_KEY.test(key)) ? [path] : [];
}

/** By what the disk answers as its name, and not by what is on it or by its place. */
const OWN_NAME = /^\/dev\/disk\/by-id\/(?:scsi|wwn|nvme|dm-uuid-mpath|ata)-/;

/** PVE finds a LUN below its target by the name that udev gives it (pve-storage src/PVE/Storage/ISCSIPlugin.pm filesystem_path). */
function pathOf(target: Mention['target'], luns: ReadonlySet<string>): string | null {
  if (target.kind === 'path') return target.path;
  const name = luns.has(target.storeid) ? /^\d+\.\d+\.\d+\.([^\s/]+)$/.exec(target.volname)?.[1] : undefined;
  return name === undefined ? null : `/dev/disk/by-id/${name}`;
}

const DRIVE_KEY = /^(?:ide|sata|scsi|virtio|nvme|efidisk|tpmstate|unused)\d+$/;

type Mention = GuestConfig['mentions'][number];

function ofNode(mention: Mention, luns: ReadonlySet<string>, resolved: ReadonlyMap<string, string | null>): Mention {
  const path = pathOf(mention.target, luns);
  const end = path === null ? undefined : resolved.get(path);
  return end === undefined ? mention : { ...mention, target: { ...mention.target, resolved: end } };
}
