import { diskOf, groupUuid, poolUuid } from './device-mapper.ts';
import { GROUPS, type Volume } from './volumes.ts';

const DISK_BYTES = '34359738368';
const POOL_BYTES = '562949953421312';

/** As LVM writes it: 6-4-4-4-4-4-6. */
const hyphenated = (uuid: string): string =>
  [6, 10, 14, 18, 22, 26, 32].map((end, at) => uuid.slice([0, 6, 10, 14, 18, 22, 26][at], end)).join('-');

/** The text of `lvm fullreport`, in LVM's own layout (lvm2 libdm/libdm-report.c). */
export const lvmReport = (volumes: readonly Volume[]): string =>
  `  {\n      "report": [\n          {\n${GROUPS.map((vg) =>
    group(
      vg,
      volumes.filter((volume) => volume.vg === vg),
    ),
  ).join('\n          }\n          ,\n          {\n')}\n          }\n      ]\n  }\n`;

function group(vg: string, volumes: readonly Volume[]): string {
  const disk = diskOf(vg);
  const [major, minor] = disk.devNo.split(':');
  const lvs = [...(vg === 'pve' ? POOL : []), ...volumes.map(lv)];
  const segments = [...(vg === 'pve' ? POOL_SEGMENTS : []), ...volumes.map(segment)];
  const counts = {
    ...{
      vg_name: vg,
      vg_uuid: hyphenated(groupUuid(vg)),
      vg_extent_size: '4194304',
      vg_size: POOL_BYTES,
      vg_free: '0',
    },
    ...{
      lv_count: `${volumes.length + (vg === 'pve' ? 1 : 0)}`,
      vg_missing_pv_count: '0',
      vg_autoactivation: 'enabled',
    },
  };
  const pv = {
    ...{ pv_name: `/dev/${disk.name}`, vg_name: vg, pv_major: major, pv_minor: minor },
    ...{ pe_start: '1048576', pv_missing: '' },
  };
  // One row for each segment and each gap; only `pv_name` is asked for, and nothing reads it.
  const pvSegments = volumes.filter(({ thin }) => !thin).map(() => ({ pv_name: `/dev/${disk.name}` }));
  return [
    list('vg', [counts]),
    list('pv', [pv]),
    list('lv', lvs),
    list('pvseg', pvSegments),
    list('seg', segments),
  ].join('\n              ,\n');
}

const list = (name: string, rows: readonly object[]): string =>
  `              "${name}": [\n${rows.map(row).join(',\n')}\n              ]`;

const row = (fields: object): string =>
  `                  {${Object.entries(fields)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join(', ')}}`;

const lv = ({ vg, lv, vmid, uuid, thin, origin }: Volume): object => ({
  ...{ lv_name: lv, vg_name: vg, lv_uuid: hyphenated(uuid), vg_uuid: hyphenated(groupUuid(vg)), lv_size: DISK_BYTES },
  ...{ pool_lv: thin ? 'data' : '', origin, lv_role: origin === '' ? 'public' : 'public,snapshot,thinsnapshot' },
  ...{ lv_layout: thin ? 'thin,sparse' : 'linear', lv_tags: thin ? '' : `pve-vm-${vmid}`, lv_autoactivation: '' },
});

const segment = ({ vg, uuid, thin, place }: Volume): object => ({
  ...{ lv_uuid: hyphenated(uuid), segtype: thin ? 'thin' : 'linear', seg_start: '0', seg_size: DISK_BYTES },
  ...{ devices: thin ? '' : `/dev/${diskOf(vg).name}(${place * 8192})`, thin_id: thin ? `${place + 1}` : '' },
});

const internal = (name: string, part: string, role: string): object => ({
  ...{ lv_name: name, vg_name: 'pve', lv_uuid: hyphenated(poolUuid(part)), vg_uuid: hyphenated(groupUuid('pve')) },
  ...{ lv_size: POOL_BYTES, pool_lv: '', origin: '', lv_role: role, lv_layout: part === 'p' ? 'thin,pool' : 'linear' },
  ...{ lv_tags: '', lv_autoactivation: 'enabled' },
});

const POOL = [
  internal('data', 'p', 'private'),
  internal('[data_tmeta]', 'm', 'private,thin,pool,metadata'),
  internal('[data_tdata]', 'd', 'private,thin,pool,data'),
];

const POOL_SEGMENTS = [
  ['p', 'thin-pool', '[data_tdata](0)'],
  ['m', 'linear', '/dev/sdb(0)'],
  ['d', 'linear', '/dev/sdb(32)'],
].map(([part = '', segtype, devices]) => ({
  ...{ lv_uuid: hyphenated(poolUuid(part)), segtype, seg_start: '0', seg_size: POOL_BYTES, devices, thin_id: '' },
}));
