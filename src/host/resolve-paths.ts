import { isDevicePath, isOtherDevice, normalPath, parseDevicePath } from '../model/device-mapper/device-path.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import type { Reading } from '../model/reading.ts';
import type { Host } from './host.ts';
import { walkLinks } from './walk-links.ts';

/** udev's links lead to the device itself; an administrator's may lead to one of them. */
const MOST_HOPS = 4;

const FILE_TYPE = 0o170000;
const LINK = 0o120000;

/** Where paths lead on this node; null where that is nowhere, or nobody could look. */
export async function resolvePaths(
  host: Host,
  paths: readonly string[],
  mounts: readonly SeenMount[],
): Promise<ReadonlyMap<string, string | null>> {
  const all = [...new Set(paths)];
  const outside = all.filter((path) => !isDevicePath(path));
  const walked = outside.length === 0 ? new Map() : await walkOutside(host, outside, mounts);
  const devices = [
    ...all.filter(isDevicePath),
    ...[...walked.values()].flatMap((end) => (end !== null && isDevicePath(end) ? [end] : [])),
  ];
  const resolved = await resolveAll(host, [...new Set(devices)]);
  return new Map(
    all.map((path) => {
      const end = isDevicePath(path) ? path : (walked.get(path) ?? null);
      return [path, end !== null && isDevicePath(end) ? (resolved.get(end) ?? deviceBehind(path, end)) : end];
    }),
  );
}

/** A link outside /dev names its volume by form, also while that is not active. */
const deviceBehind = (path: string, end: string): string | null =>
  path !== end && parseDevicePath(end) !== null ? end : null;

/** Only file systems of this machine are looked at: a server that hangs would be waited for. */
async function walkOutside(
  host: Host,
  paths: readonly string[],
  mounts: readonly SeenMount[],
): Promise<ReadonlyMap<string, string | null>> {
  const walked = await walkLinks(host, [...new Set(paths.map(normalPath))], mounts, isDevicePath);
  return new Map(
    paths.map((path) => {
      const { path: end = null, there = false } = walked.get(normalPath(path)) ?? {};
      return [path, there ? end : null];
    }),
  );
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
