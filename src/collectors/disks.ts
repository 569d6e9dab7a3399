import { type Host, listDir } from '../host/host.ts';
import type { BlockDevice, BlockDevices } from '../model/device-mapper/block-devices.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import type { ProcessRow, ProcessTable } from '../model/host-facts.ts';
import type { Disk, Disks, IscsiConnection, IscsiSession, NvmeController, Stacked } from '../model/paths/disks.ts';
import type { DrbdPeer, DrbdPeerState, DrbdVolume } from '../model/paths/drbd9.ts';
import { absent, known, type Reading } from '../model/reading.ts';
import { wholeNumber } from '../parse/complete-lines.ts';
import { parseDrbdPeer } from '../parse/drbd9.ts';
import { parseProcDrbd } from '../parse/proc-tables.ts';

/**
 * What the disks and the ways to them say of themselves, from sysfs alone: no read of it waits for a disk. It grows with the
 * number of disks, not of entries.
 */
export async function collectDisks(
  host: Host,
  deviceMapper: Reading<DeviceMapper>,
  {
    blockDevices,
    processes,
  }: { readonly blockDevices: Reading<BlockDevices>; readonly processes: Reading<ProcessTable> },
): Promise<Reading<Disks>> {
  if (blockDevices.state !== 'known') return blockDevices;
  const unread: string[] = [];
  const whole = [...blockDevices.value.devices.values()].filter(({ disk, kernelName }) => disk === kernelName);
  const disks = await readDisks(host, whole, unread);
  if (disks.length > 0 && disks.every(({ sizeSectors, readOnly }) => sizeSectors === null && readOnly === null))
    return absent('nothing of any disk was recorded, as in a capture of an older version');
  const sessions = await readSessions(host, disks, unread);
  return known({
    disks,
    sessions,
    controllers: await readControllers(host, unread),
    ...(await readDrbd(host, blockDevices.value)),
    stacked: await readStacked(host, blockDevices.value),
    portals: sessions.length === 0 ? new Map() : await readPortals(host, sessions),
    multipathd: await multipathdRuns(host, deviceMapper, processes),
    unread,
  });
}

const linkOf = ({ devNo }: BlockDevice): string => `/sys/dev/block/${devNo}`;

async function readDisks(host: Host, blocks: readonly BlockDevice[], unread: string[]): Promise<readonly Disk[]> {
  const links = await host.readLinks(blocks.map(linkOf));
  const places = links.map((link, at) => {
    if (link.state === 'known' && PLAIN.test(link.value)) return placeOf(link.value);
    unread.push(blocks[at] === undefined ? '/sys/dev/block' : linkOf(blocks[at]));
    return NO_PLACE;
  });
  const texts = await readTexts(
    host,
    blocks.flatMap(({ kernelName }, at) => pathsOf(kernelName, places[at]?.address !== '')),
  );
  return blocks.map(({ kernelName, devNo }, at): Disk => {
    const place = places[at] ?? NO_PLACE;
    const isScsi = place.address !== '';
    const base = `/sys/block/${kernelName}`;
    const must = <T>(file: string, read: (text: string) => T | null): T | null => {
      const text = texts.get(`${base}/${file}`);
      const value = text?.state === 'known' ? read(text.value) : null;
      if (value === null) unread.push(`${base}/${file}`);
      return value;
    };
    return {
      ...{ kernelName, devNo, address: place.address, session: place.session },
      state: isScsi ? must('device/state', word) : '',
      sizeSectors: must('size', numberLine),
      readOnly: must('ro', flagLine),
      wwid: isScsi ? wwidOf(texts.get(`${base}/device/wwid`), () => unread.push(`${base}/device/wwid`)) : '',
      model: isScsi ? modelOf(texts.get(`${base}/device/vendor`), texts.get(`${base}/device/model`)) : '',
      ioErrors: isAta(texts.get(`${base}/device/vendor`)) ? null : countOf(texts.get(`${base}/device/ioerr_cnt`)),
      ioTimeouts: countOf(texts.get(`${base}/device/iotmo_cnt`)),
    };
  });
}

const pathsOf = (kernelName: string, isScsi: boolean): readonly string[] =>
  ['size', 'ro', ...(isScsi ? OF_SCSI : [])].map((file) => `/sys/block/${kernelName}/${file}`);

const OF_SCSI = ['state', 'wwid', 'vendor', 'model', 'ioerr_cnt', 'iotmo_cnt'].map((file) => `device/${file}`);

/** Names below /sys/devices; one with a lost character would say of an iSCSI disk that it is none. */
const PLAIN = /^[\x21-\x7e]+$/;

const NO_PLACE = { address: '', session: '' } as const;

/** `../../devices/platform/host2/session1/target2:0:0/2:0:0:0/block/sda` */
function placeOf(link: string): { readonly address: string; readonly session: string } {
  const address = /\/(\d+:\d+:\d+:\d+)\/block\//.exec(link)?.[1] ?? '';
  return { address, session: /\/(session\d+)\//.exec(link)?.[1] ?? '' };
}

const numberLine = (text: string): number | null => (text.endsWith('\n') ? wholeNumber(text.trim()) : null);

const flagLine = (text: string): boolean | null => (text === '1\n' ? true : text === '0\n' ? false : null);

/** kernel drivers/scsi/scsi_lib.c scsi_vpd_lun_id; a disk without such a name answers the read with an error. */
const WWID = /^(?:naa\.(?:[0-9a-f]{16}|[0-9a-f]{32})|eui\.[0-9a-f]{16,32}|t10\..+)$/;

function wwidOf(reading: Reading<string> | undefined, isUnread: () => void): string | null {
  if (reading?.state === 'unreadable' && ['failed', 'vanished'].includes(reading.problem.kind)) return '';
  const name = reading?.state === 'known' ? line(reading.value) : null;
  if (name === null) isUnread();
  return name === null || WWID.test(name) ? name : '';
}

const modelOf = (...parts: readonly (Reading<string> | undefined)[]): string =>
  parts
    .map((part) => (part?.state === 'known' ? (line(part.value) ?? '') : ''))
    .filter((part) => part !== '')
    .join(' ');

/**
 * Of a SATA disk every SMART query that asks for the registers is answered by CHECK CONDITION, and counts as an error (kernel
 * drivers/ata/libata-scsi.c ata_scsi_qc_complete, drivers/scsi/scsi_lib.c scsi_complete). It is no proof where the vendor is hidden.
 */
const isAta = (vendor: Reading<string> | undefined): boolean => {
  const name = vendor?.state === 'known' ? line(vendor.value) : null;
  return name === null || name === 'ATA';
};

/** `0x1f` (kernel drivers/scsi/scsi_sysfs.c show_iostat); iotmo_cnt came with Linux 6.1. */
const countOf = (count: Reading<string> | undefined): number | null => {
  const digits = count?.state === 'known' ? /^(0x[0-9a-f]{1,8})\n$/.exec(count.value)?.[1] : undefined;
  return digits === undefined ? null : Number(digits);
};

async function readControllers(host: Host, unread: string[]): Promise<readonly NvmeController[]> {
  const names = await namesIn(host, '/sys/class/nvme', /^nvme\d+$/, unread);
  const texts = await readTexts(
    host,
    names.map((name) => `/sys/class/nvme/${name}/state`),
  );
  return names.map((name) => {
    const reading = texts.get(`/sys/class/nvme/${name}/state`);
    const state = reading?.state === 'known' ? word(reading.value) : null;
    if (state === null) unread.push(`/sys/class/nvme/${name}/state`);
    return { name, state };
  });
}

/** DRBD 8 says its states in /proc/drbd; of DRBD 9 they are in debugfs, which only root reads. */
async function readDrbd(host: Host, { devices }: BlockDevices): Promise<Pick<Disks, 'drbd' | 'drbd9' | 'drbdUnread'>> {
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
  const places = minors.map((minor, at) => volumePlace(minor, links[at]));
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
function volumePlace(minor: number, link: Reading<string> | undefined): Place | null {
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

/** md, bcache and DRBD say what they lie on; device-mapper's tables do that, and a loop has a file. */
async function readStacked(host: Host, { devices }: BlockDevices): Promise<readonly Stacked[]> {
  const blocks = [...devices.values()].filter(({ kernelName }) => /^(?:md|bcache|drbd|loop)[\d_]+$/.test(kernelName));
  const isLoop = ({ kernelName }: BlockDevice): boolean => kernelName.startsWith('loop');
  const [loops, others] = [blocks.filter(isLoop), blocks.filter((block) => !isLoop(block))];
  const of = (file: string) => (block: BlockDevice) => `/sys/block/${block.kernelName}/${file}`;
  const listings = await host.listDirs(others.map(of('slaves')));
  const sizes = await host.readFiles(others.map(of('size')));
  const files = await host.readFiles(loops.map(of('loop/backing_file')));
  return [
    ...others.map(({ kernelName, devNo }, at): Stacked => {
      const [listing, bytes] = [listings[at], sizes[at]];
      return {
        ...{ kernelName, devNo, backing: '' },
        sizeSectors: bytes?.state === 'known' ? numberLine(bytes.value) : null,
        slaves: listing?.state === 'known' ? listing.value : null,
      };
    }),
    ...loops.map(({ kernelName, devNo }, at): Stacked => {
      const file = files[at];
      const backing = file?.state === 'known' ? file.value.replace(/\n$/, '') : file?.state === 'absent' ? '' : null;
      return { kernelName, devNo, sizeSectors: null, slaves: [], backing };
    }),
  ];
}

const isMultipathd = ({ command, state }: ProcessRow): boolean => command === 'multipathd' && state !== 'Z';

/** Only where both its process and its socket are not there it does not run. */
async function multipathdRuns(
  host: Host,
  deviceMapper: Reading<DeviceMapper>,
  processes: Reading<ProcessTable>,
): Promise<boolean | null> {
  const hasMaps =
    deviceMapper.state === 'known' &&
    deviceMapper.value.devices.some(({ table }) => table.some(({ type }) => type === 'multipath'));
  if (!hasMaps) return null;
  if (processes.state === 'known' && [...processes.value.byPid.values()].some(isMultipathd)) return true;
  const [sockets] = await host.readFiles(['/proc/net/unix']);
  if (sockets?.state !== 'known' || !/^Num /.test(sockets.value)) return null;
  if (sockets.value.includes('multipathd')) return true;
  return processes.state === 'known' ? false : null;
}

const SESSIONS = '/sys/class/iscsi_session';
const CONNECTIONS = '/sys/class/iscsi_connection';

async function readSessions(host: Host, disks: readonly Disk[], unread: string[]): Promise<readonly IscsiSession[]> {
  const names = await namesIn(host, SESSIONS, /^session\d+$/, unread);
  const connections = names.length === 0 ? [] : await namesIn(host, CONNECTIONS, /^connection\d+:\d+$/, unread);
  for (const { session } of disks)
    if (session !== '' && !names.includes(session) && !unread.includes(`${SESSIONS}/${session}`))
      unread.push(`${SESSIONS}/${session}`);
  const texts = await readTexts(host, [
    ...names.flatMap((name) => [`${SESSIONS}/${name}/state`, `${SESSIONS}/${name}/targetname`]),
    ...connections.flatMap((name) =>
      ['state', 'persistent_address', 'persistent_port'].map((file) => `${CONNECTIONS}/${name}/${file}`),
    ),
  ]);
  const must = (path: string): string | null => {
    const reading = texts.get(path);
    const value = reading?.state === 'known' ? line(reading.value) : null;
    if (value === null) unread.push(path);
    return value;
  };
  return names.map((name): IscsiSession => {
    const own = connections.filter((connection) => connection.startsWith(`connection${name.slice('session'.length)}:`));
    if (own.length === 0) unread.push(`${CONNECTIONS} of ${name}`);
    return {
      ...{ name, targetName: must(`${SESSIONS}/${name}/targetname`), state: must(`${SESSIONS}/${name}/state`) },
      connections: own.map((connection): IscsiConnection => {
        const at = `${CONNECTIONS}/${connection}`;
        const [address, port] = [must(`${at}/persistent_address`), must(`${at}/persistent_port`)];
        return {
          ...{ name: connection, state: must(`${at}/state`) },
          portal: address === null || port === null ? '' : `${address}:${port}`,
        };
      }),
    };
  });
}

const RECORDS = '/etc/iscsi/nodes';

/** One directory for each target, in it `<address>,<port>,<group>`: what open-iscsi found and logs in to. It only adds words. */
async function readPortals(
  host: Host,
  sessions: readonly IscsiSession[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const targets = [...new Set(sessions.flatMap(({ targetName }) => targetName ?? []))].filter(
    (name) => !name.includes('/'),
  );
  const listings = await host.listDirs(targets.map((target) => `${RECORDS}/${target}`));
  return new Map(
    targets.map((target, at) => {
      const listing = listings[at];
      const records = listing?.state === 'known' ? listing.value : [];
      const portals = records.flatMap((record) => {
        const [, address, port] = /^(.+),(\d+),\d+$/.exec(record) ?? [];
        return address === undefined || port === undefined ? [] : [`${address}:${port}`];
      });
      return [target, [...new Set(portals)].sort()] as const;
    }),
  );
}

async function readTexts(host: Host, paths: readonly string[]): Promise<ReadonlyMap<string, Reading<string>>> {
  const readings = await host.readFiles(paths);
  return new Map(readings.map((reading, at) => [paths[at] ?? '', reading]));
}

/** The kernel ends each of these files with a newline, so a text without one was cut. */
const line = (text: string): string | null => (/^[\x20-\x7e]+\n$/.test(text) ? text.trim() : null);

const word = (text: string): string | null => (/^[A-Za-z_ ()-]{1,40}\n$/.test(text) ? text.trim() : null);

async function namesIn(host: Host, path: string, pattern: RegExp, unread: string[]): Promise<readonly string[]> {
  const names = await listDir(host, path);
  if (names.state === 'unreadable') unread.push(path);
  return names.state === 'known' ? names.value.filter((name) => pattern.test(name)) : [];
}
