import { devNo } from '../device-mapper/device-mapper.ts';
import { buildDmName } from '../device-mapper/dm-name.ts';
import { type LogicalVolume, type Lvm, lvDmUuid } from '../lvm/lvm.ts';
import { knownOrNull } from '../reading.ts';
import { deviceId, type Layer, type Made, type OwnState, volumeId } from './layer.ts';
import { because, type LayerSources } from './layer-sources.ts';

/** The device of a volume where it is active, or the volume as LVM's metadata has it. */
export function volumeKey(vgName: string, lvName: string, { stack, lvs, byUuid }: LayerSources): string {
  const volume = lvs.get(`${vgName}/${lvName}`);
  const itself =
    volume === undefined ? undefined : (byUuid.get(`${lvDmUuid(volume)}-tpool`) ?? byUuid.get(lvDmUuid(volume)));
  const device =
    itself ?? stack.named(buildDmName(vgName, lvName, 'tpool')) ?? stack.named(buildDmName(vgName, lvName));
  return device === null || device === undefined ? volumeId(vgName, lvName) : deviceId(devNo(device));
}

/** A volume without a device: not active here, not known to LVM, or nobody could ask. */
export function volumeLayer(path: string, sources: LayerSources): Made {
  const at = path.indexOf('/');
  const vgName = path.slice(0, at);
  const { lvm } = sources.readings;
  const about = { kind: 'volume', what: 'volume', name: path, names: [path, `/dev/${path}`] } as const;
  const report = knownOrNull(lvm);
  if (report === null)
    return {
      ...about,
      condition: 'unknown',
      state: `it has no device here, and LVM could not be asked: ${because(lvm)}`,
    };
  const volume = sources.lvs.get(path);
  if (volume === undefined) return { ...about, ...unknownTo(vgName, report) };
  return {
    ...about,
    ...{ what: volume.poolLv === '' ? 'volume' : 'thin volume', bytes: volume.sizeBytes },
    ...{ condition: 'fine', state: 'not active on this node' },
    ...beneath(volume, report, sources),
  };
}

/** LVM leaves a group out without a word where it sees its disk twice, so a group that is missing proves nothing. */
const unknownTo = (vgName: string, { vgs }: Lvm): OwnState =>
  vgs.some((vg) => vg.vgName === vgName)
    ? { condition: 'wrong', state: `LVM has no such volume in VG ${vgName}` }
    : { condition: 'unknown', state: `LVM shows no VG ${vgName} here` };

function beneath(volume: LogicalVolume, lvm: Lvm, sources: LayerSources): Pick<Layer, 'below' | 'unseen'> {
  const { vgName, poolLv, segments } = volume;
  const names = segments.flatMap(({ devices }) => devices.map(({ name }) => name));
  const ways = [...new Set(poolLv === '' ? names : [poolLv])].map((name) => {
    if (!name.startsWith('/')) return sources.lvs.has(`${vgName}/${name}`) ? volumeKey(vgName, name, sources) : null;
    const pv = lvm.pvs.find(({ pvName, missing }) => pvName === name && !missing);
    return pv === undefined ? null : deviceId(`${pv.major}:${pv.minor}`);
  });
  const isUnseen = ways.length === 0 || ways.includes(null);
  return {
    below: [...new Set(ways.flatMap((way) => way ?? []))],
    unseen: isUnseen ? [`LVM does not show all devices of ${vgName}/${volume.lvName}`] : [],
  };
}
