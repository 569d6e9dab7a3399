import { append } from '../append.ts';
import type { DmDevice } from '../device-mapper/device-mapper.ts';
import { parseDevicePath, volumeUuid } from '../device-mapper/device-path.ts';
import type { DeviceStack } from '../device-mapper/device-stack.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { type LogicalVolume, lvDmUuid } from '../lvm/lvm.ts';

/** A device that a file of this node itself names: to mount it, to swap to it, to decrypt, replicate or export it. */
export interface HostName {
  readonly file: string;
  /** null in a format whose lines mean nothing (JSON). */
  readonly line: number | null;
  /** As it is written there: a path, or a tag (`UUID=…`). */
  readonly text: string;
  /** The path of a device that it means by its form; null where only a link can tell (a tag, a path outside /dev). */
  readonly path: string | null;
  /** What that leads to on this node (`/dev/dm-5`); null where it leads nowhere now, as for a volume that is not active. */
  readonly resolved: string | null;
}

/** What the files of this node itself name. */
export interface HostNames {
  readonly names: readonly HostName[];
  /** What could not be read or followed, each as a sentence without a full stop: it may name any volume. */
  readonly gaps: readonly string[];
}

/** Which volumes this node itself needs, guests aside. */
export interface HostNeeds {
  /** What names the volume, or what lies on its device. */
  readonly find: (volume: HostVolume) => HostName | null;
  /** Why silence proves nothing of any volume; null where everything was read. */
  readonly unclear: string | null;
  /** The same of a volume that is not active: nobody knows what is on it. */
  readonly unclearInactive: string | null;
}

/** A volume by all that is known of it. */
export interface HostVolume {
  readonly names: readonly { readonly vgName: string; readonly lvName: string }[];
  /** With `LVM-`, or empty. */
  readonly uuid: string;
  readonly device: DmDevice | null;
}

export const placeOfName = ({ file, line }: HostName): string => (line === null ? file : `${file}, line ${line}`);

export const describeHostName = (name: HostName): string => `${placeOfName(name)} names it: ${name.text}`;

export const volumeOfLv = (lv: LogicalVolume): HostVolume => ({ names: [lv], uuid: lvDmUuid(lv), device: null });

export function hostNeeds({ names, gaps }: HostNames, stack: DeviceStack): HostNeeds {
  const [volumes, uuids, numbers] = [
    new Map<string, HostName[]>(),
    new Map<string, HostName[]>(),
    new Map<string, HostName[]>(),
  ];
  for (const name of names)
    for (const path of new Set([name.path, name.resolved])) {
      const device = path === null ? null : parseDevicePath(path);
      if (device?.kind === 'uuid') append(uuids, device.uuid, name);
      if (device?.kind === 'minor') append(numbers, `dm ${device.minor}`, name);
      if (device?.kind === 'number') append(numbers, `${device.major}:${device.minor}`, name);
      if (device?.kind === 'volume')
        for (const lvName of device.lvNames) append(volumes, `${device.vgName} ${lvName}`, name);
    }
  const byDevice = ({ uuid, major, minor }: DmDevice): HostName | undefined =>
    [uuids.get(volumeUuid(uuid)), numbers.get(`dm ${minor}`), numbers.get(`${major}:${minor}`)].find(
      (found) => found !== undefined,
    )?.[0];
  const nowhere = names.find(({ path, resolved }) => path === null && resolved === null);
  const [gap = null] = gaps;
  return {
    find: ({ names: own, uuid, device }) => {
      const devices = device === null ? [] : [device, ...stack.allAbove(device)];
      const found = [
        ...own.map(({ vgName, lvName }) => volumes.get(`${vgName} ${lvName}`)?.[0]),
        identifyUuid(uuid).kind === 'lvm' ? uuids.get(volumeUuid(uuid))?.[0] : undefined,
        ...devices.map(byDevice),
      ];
      return found.find((name) => name !== undefined) ?? null;
    },
    unclear: gap,
    unclearInactive:
      gap ??
      (nowhere === undefined
        ? null
        : `${placeOfName(nowhere)} names ${nowhere.text}, which leads nowhere now and may be on it`),
  };
}
