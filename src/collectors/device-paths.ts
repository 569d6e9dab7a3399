import type { Host } from '../host/host.ts';
import { resolvePaths } from '../host/resolve-paths.ts';
import { isDevicePath } from '../model/device-mapper/device-path.ts';
import type { Cluster, GuestConfig, Guests } from '../model/guests/pve.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import { known, type Reading } from '../model/reading.ts';

/**
 * What the paths of this node's guests lead to, as the node itself would find it: `/dev/disk/by-label/…`, a name that a rule
 * of udev gives, and `/dev/VG/LV` are all links to one device. Nobody here can say it for a guest of another node.
 */
export async function resolveDevicePaths(
  host: Host,
  guests: Reading<Guests>,
  cluster: Reading<Cluster>,
  mounts: readonly SeenMount[],
): Promise<Reading<Guests>> {
  if (guests.state !== 'known' || cluster.state !== 'known') return guests;
  const { configs } = guests.value;
  const isLocal = ({ node }: GuestConfig) => node === cluster.value.nodeName;
  const paths = configs.filter(isLocal).flatMap(({ mentions }) => mentions.flatMap(pathToResolve));
  const resolved = await resolvePaths(host, paths, mounts);
  return known({
    configs: configs.map((config) =>
      isLocal(config) ? { ...config, mentions: config.mentions.map((mention) => ofNode(mention, resolved)) } : config,
    ),
  });
}

/** A path outside /dev may be a link to a device; the mount points of containers bind directories, whatever is in them. */
const pathToResolve = ({ key, target }: Mention): readonly string[] =>
  target.kind === 'path' && (isDevicePath(target.path) || DRIVE_KEY.test(key)) ? [target.path] : [];

const DRIVE_KEY = /^(?:ide|sata|scsi|virtio|nvme|efidisk|tpmstate|unused)\d+$/;

type Mention = GuestConfig['mentions'][number];

function ofNode(mention: Mention, resolved: ReadonlyMap<string, string | null>): Mention {
  const { target } = mention;
  const end = target.kind === 'path' ? resolved.get(target.path) : undefined;
  return target.kind !== 'path' || end === undefined ? mention : { ...mention, target: { ...target, resolved: end } };
}
