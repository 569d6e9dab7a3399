import { type DmDevice, devNo } from '../device-mapper/device-mapper.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { poolUse, type ThinPool } from '../lvm/thin-pools.ts';
import { isMultipath, type MultipathMap } from '../paths/multipath-maps.ts';
import { hasOwnState } from '../paths/stateful-targets.ts';
import type { TargetState, TargetStatus } from '../paths/target-status.ts';
import { knownOrNull } from '../reading.ts';
import type { OwnState } from './layer.ts';
import { because, type LayerSources } from './layer-sources.ts';

/** What a device-mapper device is, and what its targets say of themselves. */

const KINDS: readonly (readonly [type: string, what: string])[] = [
  ['thin-pool', 'thin pool'],
  ['thin', 'thin volume'],
  ['multipath', 'multipath map'],
  ['crypt', 'encrypted'],
  ['raid', 'RAID volume'],
  ['mirror', 'mirror volume'],
  ['snapshot', 'snapshot'],
  ['snapshot-merge', 'snapshot being merged'],
  ['snapshot-origin', 'volume with snapshots'],
  ['cache', 'cached volume'],
  ['writecache', 'volume with write cache'],
  ['integrity', 'integrity'],
  ['vdo', 'VDO'],
];

/** Volumes that LVM makes for itself (lvm2 lib/metadata/metadata.h, lv_is_*): data and metadata of pools, legs of a RAID. */
const INTERNAL =
  /_(?:t|c)(?:data|meta)$|_(?:r|m)(?:image|meta|log)(?:_\d+)?$|_(?:corig|wcorig|cvol|vdata|vorigin|iorig|imeta|pmspare)$/;

export function whatIs({ name, uuid, table }: DmDevice): string {
  const types = new Set(table.map(({ type }) => type));
  const known = KINDS.find(([type]) => types.has(type))?.[1];
  if (known !== undefined) return known;
  const identity = identifyUuid(uuid);
  const [type = 'empty'] = types;
  if (identity.kind === 'partition') return 'partition';
  if (identity.kind === 'lvm') return identity.layer !== '' || INTERNAL.test(name) ? 'internal volume' : 'volume';
  return type === 'linear' || type === 'striped' ? 'mapped device' : `${type} device`;
}

export function conditionOf(device: DmDevice, sources: LayerSources): OwnState {
  if (device.suspended) return { condition: 'wrong', state: 'suspended: whoever touches it waits' };
  if (device.table.length === 0) return { condition: 'wrong', state: 'no table is loaded' };
  const map = sources.maps.get(devNo(device));
  if (map !== undefined) return ofMap(map);
  if (isMultipath(device)) return unreadState('whether its paths work', because(sources.readings.disks));
  if (device.table.some(({ type }) => type === 'thin-pool')) return ofPool(sources.pools.get(devNo(device)), sources);
  return hasOwnState(device) ? ofTargets(device, sources) : ofTable(device);
}

/** What of its paths is known; what nobody could tell makes the whole unknown, unless a path is known to have failed. */
function ofMap({ paths, queues }: MultipathMap): OwnState {
  const [good, bad] = [true, false].map((is) => paths.filter(({ works }) => works === is).length) as [number, number];
  const unknown = paths.length - good - bad;
  const queueing = queues ? ', waits for a path for ever' : '';
  if (unknown > 0)
    return {
      condition: bad > 0 ? 'wrong' : 'unknown',
      state: `${good} of ${paths.length} paths work, of ${unknown} nobody could tell${queueing}`,
    };
  return {
    condition: good === 0 || bad > 0 ? 'wrong' : 'fine',
    state: `${good} of ${paths.length} paths work${queueing}`,
  };
}

const percent = (value: number): string => `${Math.floor(value)} %`;

function ofPool(pool: ThinPool | undefined, { readings }: LayerSources): OwnState {
  if (pool === undefined) return unreadState('how full it is', because(readings.thinPools));
  const { dataPercent, metadataPercent } = poolUse(pool);
  const mode = pool.mode === 'rw' ? '' : `${pool.mode}, `;
  const check = pool.needsCheck ? ', needs a check' : '';
  return {
    condition: pool.mode === 'rw' && !pool.needsCheck ? 'fine' : 'wrong',
    state: `${mode}data ${percent(dataPercent)}, metadata ${percent(metadataPercent)} used${check}`,
  };
}

const unreadState = (what: string, why: string): OwnState => ({
  condition: 'unknown',
  state: `${what} could not be read${why === '' ? '' : `: ${why}`}`,
});

function ofTargets(device: DmDevice, { readings }: LayerSources): OwnState {
  const lines = knownOrNull(readings.targetStatuses)?.byName.get(device.name) ?? [];
  const understood = lines.filter(({ state }) => state !== null);
  if (understood.length === 0)
    return lines.length === 0
      ? unreadState('its status', because(readings.targetStatuses))
      : { condition: 'unknown', state: `its status is not understood: ${lines[0]?.raw}` };
  return { condition: 'fine', state: [...new Set(understood.map(ofLine))].join('; ') };
}

const share = (part: number, whole: number): string => percent(whole === 0 ? 0 : (100 * part) / whole);

function ofLine({ type, raw, state }: TargetStatus): string {
  return (state === null ? '' : ofState(state)) || `${type} ${raw}`.trim();
}

function ofState(state: TargetState): string {
  switch (state.kind) {
    case 'raid':
      return `${state.level}, legs ${state.health}, ${state.action}${state.doneSectors === state.totalSectors ? '' : ` ${share(state.doneSectors, state.totalSectors)}`}`;
    case 'mirror':
      return `legs ${state.health}, ${share(state.doneRegions, state.totalRegions)} in sync`;
    case 'snapshot':
      return state.condition === 'ok' ? `${share(state.usedSectors, state.totalSectors)} used` : state.condition;
    case 'cache':
      return `${state.mode}, ${state.dirtyBlocks} blocks only in the cache${state.needsCheck ? ', needs a check' : ''}`;
    case 'writecache':
      return `${state.blocks - state.freeBlocks} of ${state.blocks} blocks only in the cache${state.error === 0 ? '' : `, error ${state.error}`}`;
    case 'integrity':
      return `${state.mismatches} mismatches`;
    case 'vdo':
      return `${state.mode}, ${share(state.usedBlocks, state.totalBlocks)} used`;
    default:
      return '';
  }
}

/** Targets that work and serve nobody: what they are is their state. */
const ODD = new Set(['error', 'zero', 'flakey', 'dust', 'delay']);

function ofTable({ table }: DmDevice): OwnState {
  const odd = table.find(({ type }) => ODD.has(type));
  return odd === undefined
    ? { condition: 'fine', state: 'active' }
    : { condition: 'wrong', state: `maps to the target ${odd.type}` };
}
