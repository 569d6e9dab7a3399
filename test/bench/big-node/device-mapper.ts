import type { Capture } from '../../../src/model/capture.ts';
import { dmName } from '../../lab/node/device-mapper.ts';
import { GROUPS, POOL_ENTRIES, type Volume, type Volumes } from './volumes.ts';

export const DM_MAJOR = 252;
const DISK_SECTORS = 67_108_864;
const PARTITION_SECTORS = 33_552_384;
const POOL_SECTORS = 2 ** 40;

/** One line of `dmsetup info` and of `dmsetup table`, and the kernel's own view. */
export interface DmEntry {
  readonly name: string;
  readonly uuid: string;
  readonly minor: number;
  readonly openCount: number;
  readonly sectors: number;
  readonly target: string;
  readonly holders: readonly string[];
}

/** 32 characters that are the group's UUID. */
export const groupUuid = (vg: string): string => `VG${vg}`.padEnd(32, 'g');
export const poolUuid = (part: string): string => `pool${part}`.padEnd(32, 'p');

/** The disk below each group: sdb, sdc, … */
export const diskOf = (vg: string): { readonly name: string; readonly devNo: string } => {
  const at = (GROUPS as readonly string[]).indexOf(vg);
  return { name: `sd${'bcdefgh'[at]}`, devNo: `8:${16 * (at + 1)}` };
};

/** Minor numbers of the volumes that are active here. */
export const minorsOf = (volumes: readonly Volume[]): ReadonlyMap<Volume, number> =>
  new Map(volumes.flatMap((volume) => (volume.active ? [[volume, volume.place + POOL_ENTRIES]] : [])));

/** Every entry in the order of its minor number. `isOpen` says which volumes running guests hold. */
export function makeEntries({ volumes, extras }: Volumes, isOpen: (volume: Volume) => boolean): readonly DmEntry[] {
  const minors = minorsOf(volumes);
  const active = [...minors.keys()];
  const onTop = Map.groupBy(
    extras.map((extra, at) => ({ ...extra, minor: POOL_ENTRIES + active.length + at })),
    ({ of }) => of,
  );
  const lvmUuid = (volume: Volume) => `LVM-${groupUuid(volume.vg)}${volume.uuid}`;
  const thinMinors = active.flatMap((volume) => (volume.thin ? [`dm-${minors.get(volume)}`] : []));
  return [
    ...poolEntries(thinMinors),
    ...active.map((volume, at): DmEntry => {
      const partitions = (onTop.get(volume) ?? []).filter(({ uuidPrefix }) => uuidPrefix !== null);
      return {
        name: dmName(volume.vg, volume.lv),
        uuid: lvmUuid(volume),
        minor: at + POOL_ENTRIES,
        openCount: partitions.length + (isOpen(volume) ? 1 : 0),
        sectors: DISK_SECTORS,
        target: volume.thin ? `thin ${DM_MAJOR}:2 ${at + 1}` : `linear ${diskOf(volume.vg).devNo} ${startOf(at)}`,
        holders: partitions.map(({ minor }) => `dm-${minor}`),
      };
    }),
    ...[...onTop.values()].flat().map(
      ({ of, suffix, uuidPrefix, minor }): DmEntry => ({
        name: `${dmName(of.vg, of.lv)}${suffix}`,
        uuid: uuidPrefix === null ? '' : `${uuidPrefix}${lvmUuid(of)}`,
        minor,
        openCount: 0,
        sectors: uuidPrefix === null ? DISK_SECTORS : PARTITION_SECTORS,
        target:
          uuidPrefix === null
            ? `linear ${diskOf(of.vg).devNo} ${startOf((minors.get(of) ?? 0) - POOL_ENTRIES)}`
            : `linear ${DM_MAJOR}:${minors.get(of)} ${2048 + Number(suffix.slice(1)) * PARTITION_SECTORS}`,
        holders: [],
      }),
    ),
  ].sort((a, b) => a.minor - b.minor);
}

const startOf = (at: number): number => 2048 + at * DISK_SECTORS;

function poolEntries(thinMinors: readonly string[]): readonly DmEntry[] {
  const { devNo } = diskOf('pve');
  const uuid = (part: string, layer: string) => `LVM-${groupUuid('pve')}${poolUuid(part)}-${layer}`;
  const common = { openCount: 1, sectors: POOL_SECTORS };
  return [
    {
      ...common,
      name: 'pve-data_tmeta',
      uuid: uuid('m', 'tmeta'),
      minor: 0,
      target: `linear ${devNo} 2048`,
      holders: ['dm-2'],
    },
    {
      ...common,
      name: 'pve-data_tdata',
      uuid: uuid('d', 'tdata'),
      minor: 1,
      target: `linear ${devNo} 4096`,
      holders: ['dm-2'],
    },
    {
      ...{ name: 'pve-data-tpool', uuid: uuid('p', 'tpool'), minor: 2, openCount: thinMinors.length + 1 },
      ...{
        sectors: POOL_SECTORS,
        target: `thin-pool ${DM_MAJOR}:0 ${DM_MAJOR}:1 128 0 0 `,
        holders: ['dm-3', ...thinMinors],
      },
    },
    {
      ...common,
      openCount: 0,
      name: 'pve-data',
      uuid: uuid('p', 'pool'),
      minor: 3,
      target: `linear ${DM_MAJOR}:2 0`,
      holders: [],
    },
  ];
}

type Parts = Pick<Capture, 'commands' | 'files' | 'directories' | 'links'>;

/** What dmsetup prints and what sysfs shows, of the entries and the disks below. */
export function recordEntries(entries: readonly DmEntry[]): Required<Parts> {
  const byName = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const disks = GROUPS.map(diskOf);
  return {
    commands: {
      'dmsetup-info': {
        stdout: byName.map(
          ({ name, uuid, minor, openCount }) => `${name}\t${uuid}\t${DM_MAJOR}\t${minor}\t${openCount}\t1\tL--w`,
        ),
      },
      'dmsetup-table': { stdout: byName.map(({ name, sectors, target }) => `${name}: 0 ${sectors} ${target}`) },
      'dmsetup-status-thin-pool': {
        stdout: [
          `pve-data-tpool: 0 ${POOL_SECTORS} thin-pool 9 118/1024 4096/20480 - rw discard_passdown queue_if_no_space - 256 `,
        ],
      },
    },
    files: Object.fromEntries([
      ...entries.flatMap(({ name, uuid, minor, sectors }) => [
        [`/sys/block/dm-${minor}/dm/name`, [name]],
        [`/sys/block/dm-${minor}/dm/uuid`, [uuid]],
        [`/sys/block/dm-${minor}/size`, [`${sectors}`]],
      ]),
      ...disks.map(({ name }) => [`/sys/block/${name}/device/state`, ['running']]),
    ]),
    directories: Object.fromEntries([
      ['/sys/block', [...entries.map(({ minor }) => `dm-${minor}`), ...disks.map(({ name }) => name)]],
      ['/sys/dev/block', [...entries.map(({ minor }) => `${DM_MAJOR}:${minor}`), ...disks.map(({ devNo }) => devNo)]],
      ...entries.map(({ minor, holders }) => [`/sys/block/dm-${minor}/holders`, holders]),
    ]),
    links: Object.fromEntries([
      ...entries.map(({ minor }) => [`/sys/dev/block/${DM_MAJOR}:${minor}`, `../../devices/virtual/block/dm-${minor}`]),
      ...disks.map(({ name, devNo }, at) => [
        `/sys/dev/block/${devNo}`,
        `../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:${at}/0:0:${at}:0/block/${name}`,
      ]),
    ]),
  };
}
