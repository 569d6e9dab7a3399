import type { Host } from '../host/host.ts';
import type { BlockDevices } from '../model/device-mapper/block-devices.ts';
import type { Disks } from '../model/paths/disks.ts';
import type { DrbdPeer, DrbdPeerState, DrbdVolume } from '../model/paths/drbd9.ts';
import type { Reading } from '../model/reading.ts';
import { parseDrbdPeer } from '../parse/drbd9.ts';
import { parseProcDrbd } from '../parse/proc-tables.ts';

/** DRBD 8 says its states in /proc/drbd; of DRBD 9 they are in debugfs, which only root reads. */
export async function readDrbd(
  host: Host,
  { devices }: BlockDevices,
): Promise<Pick<Disks, 'drbd' | 'drbd9' | 'drbdUnread'>> {
  const minors = [...devices.values()].flatMap(({ kernelName }) => /^drbd(\d+)$/.exec(kernelName)?.[1] ?? []);
  if (minors.length === 0) return { drbd: [], drbd9: [], drbdUnread: [] };
  const [text] = await host.readFiles(['/proc/drbd']);
  const parsed = text?.state === 'known' ? parseProcDrbd(text.value) : null;
  const drbd = parsed?.value ?? [];
  const others = minors.map(Number).filter((minor) => !drbd.some((one) => one.minor === minor));
  const volumes = await readVolumes(host, others);
  return {
    drbd,
    drbd9: volumes.flatMap((volume) => volume ?? []),
    drbdUnread: [
      ...(parsed === null || parsed.problems.length > 0 ? ['/proc/drbd'] : []),
      ...others.filter((_, at) => volumes[at] === null).map((minor) => `the state of drbd${minor}`),
    ],
  };
}

const DEBUG = '/sys/kernel/debug/drbd';

interface Place {
  readonly minor: number;
  readonly resource: string;
  readonly volume: number;
}

const connectionsOf = (resource: string): string => `${DEBUG}/resources/${resource}/connections`;
const receiverOf = (resource: string, peer: string): string => `${connectionsOf(resource)}/${peer}/receiver_pid`;
const stateOf = ({ resource, volume }: Place, peer: string): string =>
  `${connectionsOf(resource)}/${peer}/${volume}/proc_drbd`;

/** One for each minor; null where anything of it could not be read. */
async function readVolumes(host: Host, minors: readonly number[]): Promise<readonly (DrbdVolume | null)[]> {
  if (minors.length === 0) return [];
  const links = await host.readLinks(minors.map((minor) => `${DEBUG}/minors/${minor}`));
  const places = minors.map((minor, at) => placeOf(minor, links[at]));
  const resources = [...new Set(places.flatMap((place) => place?.resource ?? []))];
  const listings = await host.listDirs(resources.map(connectionsOf));
  const peers = new Map(
    resources.map((resource, at) => {
      const listing = listings[at];
      return [resource, listing?.state === 'known' ? listing.value : []] as const;
    }),
  );
  const paths = [
    ...[...peers].flatMap(([resource, names]) => names.map((peer) => receiverOf(resource, peer))),
    ...places.flatMap((place) =>
      place === null ? [] : (peers.get(place.resource) ?? []).map((peer) => stateOf(place, peer)),
    ),
  ];
  const readings = await host.readFiles(paths);
  const texts = new Map(readings.map((reading, at) => [paths[at] ?? '', reading]));
  return places.map((place) => (place === null ? null : volumeOf(place, peers.get(place.resource) ?? [], texts)));
}

/** `../resources/RESOURCE/volumes/VOLUME` (drbd_debugfs.c drbd_debugfs_device_add). */
function placeOf(minor: number, link: Reading<string> | undefined): Place | null {
  if (link?.state !== 'known') return null;
  const [, resource, volume] = /^\.\.\/resources\/([\x21-\x2e\x30-\x7e]+)\/volumes\/(\d{1,5})$/.exec(link.value) ?? [];
  return resource === undefined ? null : { minor, resource, volume: Number(volume) };
}

function volumeOf(
  place: Place,
  names: readonly string[],
  texts: ReadonlyMap<string, Reading<string>>,
): DrbdVolume | null {
  const states = names.flatMap((name) => {
    const text = texts.get(stateOf(place, name));
    const state = text?.state === 'known' ? parseDrbdPeer(text.value).value : null;
    const standAlone = state === null ? null : givenUp(state, texts.get(receiverOf(place.resource, name)));
    return state === null || standAlone === null ? [] : [{ name, state, standAlone }];
  });
  const own = states[0]?.state;
  if (own === undefined || states.length < names.length) return null;
  // Each says the own side again. Where two differ they are of two moments.
  const isOfOne = states.every(
    ({ state }) =>
      state.minor === place.minor &&
      state.disk === own.disk &&
      state.role === own.role &&
      state.suspended === own.suspended,
  );
  if (!isOfOne) return null;
  const peers = states.map(({ name, standAlone, state }): DrbdPeer => {
    const { replication, peerDisk, outOfSyncKib, percentDone } = state;
    return { name, standAlone, replication, disk: peerDisk, outOfSyncKib, percentDone };
  });
  const { disk, role, suspended, hadDisk } = own;
  return { ...place, disk, role, suspended, hadDisk, peers };
}

/**
 * The thread that connects and receives ends when a connection becomes StandAlone, and its file is empty then
 * (drbd_state.c, drbd_debugfs.c pid_show); modules before 9.1.10 have no such file. Null where nobody can tell.
 */
function givenUp({ replication }: DrbdPeerState, pid: Reading<string> | undefined): boolean | null {
  if (replication !== 'Off') return false;
  if (pid?.state !== 'known') return null;
  return pid.value === '' ? true : /^\d+\n$/.test(pid.value) ? false : null;
}
