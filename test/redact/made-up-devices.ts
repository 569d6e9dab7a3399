import { buildDmName } from '../../src/model/device-mapper/dm-name.ts';
import { ADDRESSES, type Names } from './made-up-names.ts';

/** The volumes of a made-up node, in device-mapper and in LVM's report. */

const fake = (text: string): string =>
  text
    .replace(/[^0-9a-zA-Z]/g, '')
    .padEnd(32, 'q')
    .slice(0, 32);
const hyphened = (bare: string): string =>
  bare.replace(/^(.{6})(.{4})(.{4})(.{4})(.{4})(.{4})(.{6})$/, '$1-$2-$3-$4-$5-$6-$7');

interface Volume {
  readonly vg: string;
  readonly lv: string;
  readonly start: number;
  /** In device-mapper, in metadata. */
  readonly live: boolean;
  readonly inMetadata: boolean;
  readonly grown?: true;
  readonly open?: number;
}

const SECTORS = 8192;
const EXTENT = 4 * 1024 * 1024;

function volumesOf({ vg, otherVg, volume, snapshot }: Names): readonly Volume[] {
  const rows: readonly (readonly [string, string, boolean, boolean, number, boolean?])[] = [
    [vg, 'vm-100-disk-0', true, true, 1],
    [vg, `vm-100-${volume}`, true, true, 0],
    [vg, `vm-100-state-${snapshot}`, true, true, 0],
    [vg, `snap_vm-100-disk-0_${snapshot}`, true, true, 0],
    [vg, 'vm-103-disk-0', true, true, 0],
    [vg, 'vm-900-disk-0', true, true, 0],
    [vg, 'vm-104-cloudinit', true, false, 0],
    [otherVg, 'vm-101-disk-0', true, true, 1],
    [otherVg, `base-102-${volume}`, true, true, 0],
    [otherVg, 'vm-105-disk-0.qcow2', true, true, 0, true],
    [otherVg, `vm-901-${volume}`, false, true, 0],
    [otherVg, `vm-106-${volume}`, true, true, 0],
  ];
  return rows.map(([group, lv, live, inMetadata, open, grown], at) => ({
    ...{ vg: group, lv, live, inMetadata, open, start: 2048 + at * SECTORS },
    ...(grown ? { grown } : {}),
  }));
}

const diskOf = (names: Names, vg: string): string => (vg === names.vg ? '8:16' : '253:50');

interface Entry {
  readonly name: string;
  readonly uuid: string;
  readonly minor: number;
  readonly open: number;
  readonly table: readonly string[];
}

export function entriesOf(names: Names): readonly Entry[] {
  const live = volumesOf(names).filter((volume) => volume.live);
  const volumes = live.map(({ vg, lv, start, open = 0 }, minor) => ({
    ...{ name: buildDmName(vg, lv), uuid: `LVM-${fake(`V${vg}`)}${fake(`L${start}${lv}`)}`, minor, open },
    table: [`0 ${SECTORS} linear ${diskOf(names, vg)} ${start}`],
  }));
  const first = volumes[0]?.uuid ?? '';
  return [
    ...volumes,
    {
      ...{ name: `${buildDmName(names.vg, `vm-100-${names.volume}`)}-dup`, uuid: '', minor: 40, open: 0 },
      table: [`0 ${SECTORS} linear 8:16 ${2048 + SECTORS}`],
    },
    {
      ...{ name: `${buildDmName(names.vg, 'vm-100-disk-0')}p1`, uuid: `part1-${first}`, minor: 41, open: 0 },
      table: ['0 4096 linear 253:0 2048'],
    },
    {
      ...{
        name: buildDmName(names.vg, names.pool, 'tpool'),
        uuid: `LVM-${fake(`V${names.vg}`)}${fake('pool')}-tpool`,
        minor: 42,
        open: 1,
      },
      table: ['0 81920 thin-pool 8:17 8:18 128 0 1 skip_block_zeroing'],
    },
    {
      ...{ name: names.alias, uuid: `mpath-${ADDRESSES.wwid}`, minor: 50, open: 3 },
      table: ['0 1638400 multipath 1 queue_if_no_path 0 1 1 service-time 0 1 2 8:32 1 1'],
    },
    {
      ...{
        name: `luks-${ADDRESSES.uuid}`,
        uuid: `CRYPT-LUKS2-${ADDRESSES.uuid.replaceAll('-', '')}-luks-${ADDRESSES.uuid}`,
        minor: 51,
        open: 0,
      },
      table: ['0 4096 crypt aes-xts-plain64 :64:logon:cryptsetup:acmekey 0 8:33 4096'],
    },
  ];
}

export const infoLine = ({ name, uuid, minor, open, table }: Entry): string =>
  [name, uuid, 253, minor, open, table.length, 'L--w'].join('\t');

export function lvmReport(names: Names): string {
  const groups = [names.vg, names.otherVg].map((vg) => {
    const volumes = volumesOf(names).filter((volume) => volume.vg === vg && volume.inMetadata);
    const vgUuid = hyphened(fake(`V${vg}`));
    const uuidOf = ({ start, lv }: Volume) => hyphened(fake(`L${start}${lv}`));
    const pv = vg === names.vg ? '/dev/sdb' : `/dev/mapper/${names.alias}`;
    const size = (volume: Volume) => `${SECTORS * 512 * (volume.grown ? 2 : 1)}`;
    return {
      vg: [
        {
          ...{ vg_name: vg, vg_uuid: vgUuid, vg_extent_size: `${EXTENT}`, vg_size: '107374182400', vg_free: '0' },
          ...{ lv_count: `${volumes.length}`, vg_missing_pv_count: '0', vg_autoactivation: 'enabled' },
        },
      ],
      pv: [{ pv_name: pv, vg_name: vg, ...numbersOf(diskOf(names, vg)), pe_start: '1048576', pv_missing: '' }],
      lv: volumes.map((volume) => ({
        ...{ lv_name: volume.lv, vg_name: vg, lv_uuid: uuidOf(volume), vg_uuid: vgUuid, lv_size: size(volume) },
        ...{ pool_lv: '', origin: '', lv_role: 'public', lv_layout: 'linear', lv_tags: `pve-vm-100,${names.user}` },
        lv_autoactivation: 'enabled',
      })),
      seg: volumes.map((volume) => ({
        ...{ lv_uuid: uuidOf(volume), segtype: 'linear', seg_start: '0', seg_size: size(volume), thin_id: '' },
        devices: `${pv}(${(volume.start - 2048) / SECTORS})`,
      })),
      pvseg: [{ pv_name: pv }],
    };
  });
  return `${JSON.stringify({ report: groups }, null, 2)}\n`;
}

function numbersOf(number: string): { readonly pv_major: string; readonly pv_minor: string } {
  const [pv_major = '', pv_minor = ''] = number.split(':');
  return { pv_major, pv_minor };
}
