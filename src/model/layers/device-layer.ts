import { type DevNo, type DmDevice, devNo, SECTOR_BYTES, tableLength } from '../device-mapper/device-mapper.ts';
import { plainName, splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { partitionOf } from '../paths/block-graph.ts';
import type { Disk, IscsiSession, NvmeController, Stacked } from '../paths/disks.ts';
import { type DrbdVolume, drbdSituation, peerWords } from '../paths/drbd9.ts';
import { type MdSituation, mdSituation } from '../paths/md-arrays.ts';
import { isWorkingState } from '../paths/multipath-maps.ts';
import { knownOrNull } from '../reading.ts';
import { deviceId, type Layer, type Made, mountId, type OwnState } from './layer.ts';
import { because, type LayerSources } from './layer-sources.ts';
import { pathNumber } from './path-number.ts';
import { conditionOf, whatIs } from './target-words.ts';

/** What is at a device number: a device-mapper device, a partition, a disk, another device of the kernel's, or nothing any more. */
export function deviceLayer(number: DevNo, sources: LayerSources): Made {
  const device = sources.stack.at(number);
  if (device !== null) return mapped(device, sources);
  const block = sources.blocks.devices.get(number);
  if (block === undefined)
    return {
      ...{ kind: 'gone', what: 'device that is gone', name: number, devNo: number, condition: 'wrong' },
      state: 'no device has this number any more',
    };
  const { kernelName } = block;
  const about = { name: kernelName, devNo: number, names: [kernelName, `/dev/${kernelName}`, number] } as const;
  if (partitionOf(block) !== null)
    return {
      ...about,
      kind: 'partition',
      what: 'partition',
      condition: 'fine',
      state: 'present',
      below: beneath(number, sources),
    };
  const stacked = sources.stacked.get(number);
  if (stacked !== undefined) return { ...about, ...ofStacked(stacked, sources) };
  const disk = sources.disks.get(number);
  return {
    ...about,
    ...(disk === undefined ? ofUnread(kernelName, sources) : ofDisk(disk, sources)),
    names: [...about.names, disk?.wwid ?? '', block.wwid].filter((name) => name !== ''),
  };
}

const beneath = (number: DevNo, { graph }: LayerSources): readonly string[] => graph.below(number).map(deviceId);

function mapped(device: DmDevice, sources: LayerSources): Made {
  const number = devNo(device);
  const identity = identifyUuid(device.uuid);
  const split = identity.kind === 'lvm' ? splitDmName(device.name) : null;
  // `-real` and `-cow` are behind the volume of that name, and `-pool` only holds the name of `-tpool`.
  const isItself = identity.kind === 'lvm' && ['', 'tpool'].includes(identity.layer);
  const volume = split === null || !isItself ? [] : [`${split.vgName}/${split.lvName}`];
  return {
    ...{ kind: 'device', what: whatIs(device), name: plainName(device), devNo: number },
    bytes: tableLength(device) * SECTOR_BYTES,
    ...conditionOf(device, sources),
    detail: device.readOnly ? 'read-only' : '',
    below: beneath(number, sources),
    names: [
      ...new Set([
        ...[
          device.name,
          ...(split?.layer === '' && !isItself ? [] : [plainName(device)]),
          number,
          `dm-${device.minor}`,
          `/dev/dm-${device.minor}`,
        ],
        ...[`/dev/mapper/${device.name}`, ...volume, ...volume.map((path) => `/dev/${path}`)],
        ...(identity.kind === 'multipath' ? [identity.wwid] : []),
      ]),
    ],
  };
}

const words = (parts: readonly string[], between = ', '): string => parts.filter((part) => part !== '').join(between);

type Rest = Omit<Made, 'name' | 'names' | 'devNo'>;

function ofDisk(disk: Disk, sources: LayerSources): Rest {
  const { state, readOnly, sizeSectors, model, address, wwid, kernelName } = disk;
  const failedIn = sources.failedIn.get(disk.devNo) ?? [];
  const works = state === null ? null : isWorkingState(state);
  return {
    ...{ kind: 'disk', what: 'disk' },
    bytes: sizeSectors === null ? null : sizeSectors * SECTOR_BYTES,
    condition: works === false || failedIn.length > 0 ? 'wrong' : works === null ? 'unknown' : 'fine',
    state: words([
      state === null ? 'its state could not be read' : state === '' ? 'present' : state,
      failedIn.length > 0 && works !== false ? `failed in map ${failedIn.join(', ')}` : '',
      readOnly === true ? 'read-only' : '',
    ]),
    detail: words([model, address, wwid ?? '']),
    ...wayTo(disk.session, kernelName, sources),
  };
}

/** An iSCSI session, or an NVMe controller; other disks are where the node can see. */
function wayTo(session: string, kernelName: string, { readings }: LayerSources): Pick<Layer, 'below' | 'unseen'> {
  const disks = knownOrNull(readings.disks);
  if (session !== '')
    return disks?.sessions.some(({ name }) => name === session)
      ? { below: [`session:${session}`], unseen: [] }
      : { below: [], unseen: [`the iSCSI session ${session} of ${kernelName} could not be read`] };
  const [, controller] = /^(nvme\d+)n\d+$/.exec(kernelName) ?? [];
  const isRead = disks?.controllers.some(({ name }) => name === controller) ?? false;
  return { below: isRead ? [`nvme:${controller}`] : [], unseen: [] };
}

function ofUnread(kernelName: string, { readings }: LayerSources): Rest {
  const why = because(readings.disks);
  const state = why === '' ? 'pve-doctor reads nothing of such a device' : `its state could not be read: ${why}`;
  return {
    kind: 'disk',
    what: 'device',
    condition: 'unknown',
    state,
    ...wayTo('', kernelName, { readings } as LayerSources),
  };
}

function ofStacked({ kernelName, devNo: number, sizeSectors, slaves, backing }: Stacked, sources: LayerSources): Rest {
  const isLoop = kernelName.startsWith('loop');
  const drbd = knownOrNull(sources.readings.disks)?.drbd.find(({ minor }) => `drbd${minor}` === kernelName);
  const volume = knownOrNull(sources.readings.disks)?.drbd9.find(({ minor }) => `drbd${minor}` === kernelName);
  const hasDevice = backing?.startsWith('/dev/') === true;
  const file = backing?.startsWith('/') && !hasDevice ? [`file:${backing}`] : [];
  const device = hasDevice ? pathNumber(backing, sources) : null;
  const isUnread = slaves === null || backing === null || (hasDevice && device === null);
  return {
    ...{
      kind: 'device',
      what: isLoop ? 'loop device' : kernelName.replace(/[\d_]+$/, ''),
      detail: hasDevice ? (backing ?? '') : '',
    },
    bytes: sizeSectors === null ? null : sizeSectors * SECTOR_BYTES,
    ...(volume !== undefined ? ofDrbdVolume(volume) : drbd === undefined ? ofArray(kernelName, sources) : ofDrbd(drbd)),
    below: [...beneath(number, sources), ...file, ...(device === null ? [] : [deviceId(device)])],
    unseen: isUnread ? [`what ${kernelName} lies on could not be read`] : [],
  };
}

/** What the kernel says of an array of md; of another device only that it is there. */
function ofArray(kernelName: string, { readings }: LayerSources): OwnState {
  const array = knownOrNull(readings.mdArrays)?.arrays.find(({ name }) => name === kernelName);
  if (array === undefined) return { condition: 'fine', state: 'present' };
  const { level, wanted, working } = array;
  const counts = wanted === null ? '' : `${working} of ${wanted} members`;
  const situation = mdSituation(array);
  const said = situation === 'whole' ? words([level, counts]) : words([situation, level, counts]);
  return { condition: FINE.has(situation) ? 'fine' : 'wrong', state: said === '' ? 'present' : said };
}

const FINE: ReadonlySet<MdSituation> = new Set(['whole', 'failed spare', 'missing spare']);

function ofDrbd({
  connection,
  disk,
  peerDisk,
  role,
}: {
  readonly connection: string;
  readonly disk: string;
  readonly peerDisk: string;
  readonly role: string;
}): OwnState {
  const isWhole = disk === 'UpToDate' && peerDisk === 'UpToDate' && connection === 'Connected';
  return {
    condition: isWhole ? 'fine' : 'wrong',
    state: `${connection}, ${role}, own disk ${disk}, peer’s ${peerDisk}`,
  };
}

function ofDrbdVolume(volume: DrbdVolume): OwnState {
  return {
    condition: drbdSituation(volume) === null ? 'fine' : 'wrong',
    state: `${volume.role}, own disk ${volume.disk}, ${volume.peers.map(peerWords).join(', ')}`,
  };
}

export function sessionLayer(name: string, sources: LayerSources): Made {
  const session = knownOrNull(sources.readings.disks)?.sessions.find((one) => one.name === name);
  return session === undefined
    ? { kind: 'session', what: 'iSCSI session', name, condition: 'unknown', state: 'its state could not be read' }
    : ofSession(session);
}

function ofSession({ name, state, targetName, connections }: IscsiSession): Made {
  const states = connections.map((connection) => connection.state);
  const isUnknown = state === null || states.length === 0 || states.includes(null);
  const isUp = state === 'LOGGED_IN' && states.every((one) => one === 'up');
  const isDown = (state !== null && state !== 'LOGGED_IN') || states.some((one) => one !== null && one !== 'up');
  const portals = connections.map(({ portal }) => portal).filter((portal) => portal !== '');
  return {
    ...{ kind: 'session', what: 'iSCSI session', name },
    condition: isDown ? 'wrong' : isUnknown || !isUp ? 'unknown' : 'fine',
    state: `${state ?? 'state not read'}, connection ${states.map((one) => one ?? 'not read').join(', ') || 'not read'}`,
    detail: words([targetName ?? 'target not read', portals.length === 0 ? '' : `at ${portals.join(', ')}`], ' '),
    names: [name, ...(targetName === null ? [] : [targetName, ...portals.map((portal) => `${targetName} ${portal}`)])],
  };
}

export function controllerLayer(name: string, sources: LayerSources): Made {
  const found = knownOrNull(sources.readings.disks)?.controllers.find((one: NvmeController) => one.name === name);
  const state = found?.state ?? null;
  return {
    ...{ kind: 'controller', what: 'NVMe controller', name },
    condition: state === null ? 'unknown' : state === 'live' ? 'fine' : 'wrong',
    state: state ?? 'its state could not be read',
  };
}

/** Where a file is: the file system that its path leads to. */
export const fileLayer = (path: string, mountTarget: string | null, why: string): Made => ({
  ...{ kind: 'file', what: 'file', name: path },
  ...(mountTarget === null
    ? { condition: 'unknown', state: 'its file system could not be read', unseen: [`what ${path} lies on: ${why}`] }
    : { condition: 'fine', state: 'not opened by pve-doctor', below: [mountId(mountTarget)] }),
});
