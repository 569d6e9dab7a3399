import type { Host } from '../host/host.ts';
import { isDevicePath, isOtherDevice, normalPath, parseDevicePath } from '../model/device-mapper/device-path.ts';
import type { Cluster, GuestConfig, Guests } from '../model/guests/pve.ts';
import { known, type Reading } from '../model/reading.ts';

/** udev's links lead to the device itself; an administrator's may lead to one of them. */
const MOST_HOPS = 4;

const FILE_TYPE = 0o170000;
const LINK = 0o120000;

/**
 * What the paths of this node's guests lead to, as the node itself would find it: `/dev/disk/by-label/…`, a name that a rule
 * of udev gives, and `/dev/VG/LV` are all links to one device. Nobody here can say it for a guest of another node.
 */
export async function resolveDevicePaths(
  host: Host,
  guests: Reading<Guests>,
  cluster: Reading<Cluster>,
): Promise<Reading<Guests>> {
  if (guests.state !== 'known' || cluster.state !== 'known') return guests;
  const { configs } = guests.value;
  const isLocal = ({ node }: GuestConfig) => node === cluster.value.nodeName;
  const paths = configs
    .filter(isLocal)
    .flatMap(({ mentions }) => mentions.flatMap(({ target }) => (target.kind === 'path' ? [target.path] : [])));
  const resolved = await resolveAll(host, [...new Set(paths.filter(isDevicePath))]);
  return known({
    configs: configs.map((config) =>
      isLocal(config) ? { ...config, mentions: config.mentions.map((mention) => ofNode(mention, resolved)) } : config,
    ),
  });
}

type Mention = GuestConfig['mentions'][number];

function ofNode(mention: Mention, resolved: ReadonlyMap<string, string | null>): Mention {
  const { target } = mention;
  const end = target.kind === 'path' ? resolved.get(target.path) : undefined;
  return target.kind !== 'path' || end === undefined ? mention : { ...mention, target: { ...target, resolved: end } };
}

async function resolveAll(host: Host, paths: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  const ends = new Map<string, string | null>();
  let open = new Map(paths.map((path) => [path, normalPath(path)]));
  for (let hop = 0; hop <= MOST_HOPS && open.size > 0; hop += 1) {
    const steps = await follow(host, [...new Set(open.values())]);
    const next = new Map<string, string>();
    for (const [path, at] of open) {
      const step = steps.get(at);
      if (step === undefined) continue;
      if (step.to !== null) next.set(path, step.to);
      else ends.set(path, step.exists || (hop > 0 && isNode(at)) ? at : null);
    }
    open = next;
  }
  for (const path of open.keys()) ends.set(path, null);
  return ends;
}

/** What a link leads to, by the name that the kernel gives it: a capture need not have looked at it once more. */
const isNode = (path: string): boolean => parseDevicePath(path)?.kind === 'minor' || isOtherDevice(path);

interface FollowStep {
  readonly exists: boolean;
  /** Where the link leads; null where it is none. */
  readonly to: string | null;
}

async function follow(host: Host, paths: readonly string[]): Promise<ReadonlyMap<string, FollowStep>> {
  const stats = await host.stats(paths);
  const isOther = (at: number): boolean => {
    const stat = stats[at];
    return stat?.state === 'known' && (stat.value.mode & FILE_TYPE) !== LINK;
  };
  const asked = paths.filter((_, at) => !isOther(at));
  const links = new Map((await host.readLinks(asked)).map((link, at) => [asked[at] ?? '', link]));
  return new Map(paths.map((path, at) => [path, { exists: isOther(at), to: targetOf(path, links.get(path)) }]));
}

const targetOf = (path: string, link: Reading<string> | undefined): string | null =>
  link?.state === 'known' ? normalPath(link.value.startsWith('/') ? link.value : `${path}/../${link.value}`) : null;
