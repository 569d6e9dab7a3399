import { hasLostBytes } from '../model/believable.ts';
import type { IoCounts } from '../model/paths/disks.ts';
import { type Parsed, quoted } from '../model/reading.ts';
import type { PoolBlocks, TrendLook } from '../model/trend/trend.ts';
import { NO_COUNT, TREND_END, TREND_HEADING } from '../model/trend/trend-text.ts';
import { wholeNumber } from './complete-lines.ts';

interface OpenLook extends TrendLook {
  readonly disks: Map<string, IoCounts>;
  readonly maps: Map<string, number>;
  readonly pools: Map<string, PoolBlocks>;
  readonly groups: Map<string, string>;
}

/** Our own file of what earlier runs saw (model/trend/trend-text.ts). One line that is not understood, or a lost end, and nothing of the file counts: half a picture would accuse. */
export function parseTrend(text: string): Parsed<readonly TrendLook[]> {
  const nothing = (problem: string) => ({ value: [], problems: [problem] });
  const lines = text.split('\n');
  if (lines[0] !== TREND_HEADING)
    return nothing(
      text.startsWith('pve-doctor-trend ')
        ? 'it is of another version of pve-doctor'
        : 'it is not what pve-doctor keeps of earlier runs',
    );
  if (lines.at(-1) !== '' || lines.at(-2) !== TREND_END) return nothing('it is cut off');
  if (hasLostBytes(text)) return nothing('it holds bytes that are no UTF-8');
  const looks: OpenLook[] = [];
  for (const line of lines.slice(1, -2))
    if (!takeLine(line, looks)) return nothing(`a line of it is damaged: ${quoted(line)}`);
  const isInOrder = looks.every(({ takenAt }, at) => at === 0 || (looks[at - 1]?.takenAt ?? '') < takenAt);
  return isInOrder ? { value: looks, problems: [] } : nothing('its looks are not in the order of time');
}

const LOOK = /^look (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([\w-]*)$/;
const DISK = /^disk (\d+|-) (\d+|-) (\S+ .*)$/;
const MAP = /^map (\d+) (\S.*)$/;
const GROUP = /^group (\w{32}) (\S+)$/;
const POOL = /^pool (\d+) (\d+) (\S.*)$/;

function takeLine(line: string, looks: OpenLook[]): boolean {
  const [, takenAt, bootId] = LOOK.exec(line) ?? [];
  if (takenAt !== undefined && bootId !== undefined) {
    if (Number.isNaN(Date.parse(takenAt))) return false;
    looks.push({ takenAt, bootId, disks: new Map(), maps: new Map(), pools: new Map(), groups: new Map() });
    return true;
  }
  const look = looks.at(-1);
  const takers = [takeDisk, takeMap, takePool, takeGroup];
  return look !== undefined && takers.some((take) => take(line, look));
}

function takeDisk(line: string, { disks }: OpenLook): boolean {
  const [, errors, timeouts, key] = DISK.exec(line) ?? [];
  if (key === undefined || disks.has(key)) return false;
  const counts = { ioErrors: wholeNumber(errors), ioTimeouts: wholeNumber(timeouts) };
  if (counts.ioErrors === null && errors !== NO_COUNT) return false;
  if (counts.ioTimeouts === null && timeouts !== NO_COUNT) return false;
  disks.set(key, counts);
  return true;
}

function takeMap(line: string, { maps }: OpenLook): boolean {
  const [, digits, uuid] = MAP.exec(line) ?? [];
  const paths = wholeNumber(digits);
  if (uuid === undefined || paths === null || maps.has(uuid)) return false;
  maps.set(uuid, paths);
  return true;
}

function takePool(line: string, { pools }: OpenLook): boolean {
  const [, ...fields] = POOL.exec(line) ?? [];
  const [data, metadata] = fields.slice(0, 2).map(wholeNumber);
  const uuid = fields[2];
  if (uuid === undefined || data == null || metadata == null || pools.has(uuid)) return false;
  pools.set(uuid, { data, metadata });
  return true;
}

function takeGroup(line: string, { groups }: OpenLook): boolean {
  const [, vgUuid, vgName] = GROUP.exec(line) ?? [];
  if (vgUuid === undefined || vgName === undefined || groups.has(vgUuid)) return false;
  groups.set(vgUuid, vgName);
  return true;
}
