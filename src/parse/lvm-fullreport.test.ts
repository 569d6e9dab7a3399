import { describe, expect, it } from 'vitest';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { parseLvmFullreport } from './lvm-report.ts';

/** From a real node (LVM 2.03.16), shortened to some volumes of each kind, with lv_count to match. */
const REAL = `  {
      "report": [
          {
              "vg": [
                  {"vg_name":"empty-vg", "vg_uuid":"HE3VQI-nxEi-Y252-OGdD-kq52-f07v-wXMIMO", "vg_extent_size":"4194304", "vg_size":"624951296", "vg_free":"624951296", "lv_count":"0", "vg_missing_pv_count":"0", "vg_autoactivation":"enabled"}
              ]
              ,
              "pv": [
                  {"pv_name":"/dev/loop3", "vg_name":"empty-vg", "pv_major":"7", "pv_minor":"3", "pe_start":"1048576", "pv_missing":""}
              ]
              ,
              "lv": [
              ]
              ,
              "pvseg": [
                  {"pv_name":"/dev/loop3"}
              ]
              ,
              "seg": [
              ]
          }
          ,
          {
              "vg": [
                  {"vg_name":"pve", "vg_uuid":"3SBIji-fNQl-obEg-raIF-szhp-Ufdj-tvcMZO", "vg_extent_size":"4194304", "vg_size":"624951296", "vg_free":"352321536", "lv_count":"4", "vg_missing_pv_count":"0", "vg_autoactivation":"enabled"}
              ]
              ,
              "pv": [
                  {"pv_name":"/dev/loop0", "vg_name":"pve", "pv_major":"7", "pv_minor":"0", "pe_start":"1048576", "pv_missing":""}
              ]
              ,
              "lv": [
                  {"lv_name":"data", "vg_name":"pve", "lv_uuid":"09GxeF-L2Ye-1giz-FdUG-pLKR-uoyf-PqAxZD", "vg_uuid":"3SBIji-fNQl-obEg-raIF-szhp-Ufdj-tvcMZO", "lv_size":"134217728", "pool_lv":"", "origin":"", "lv_role":"private", "lv_layout":"thin,pool", "lv_tags":"", "lv_autoactivation":"enabled"},
                  {"lv_name":"[data_tdata]", "vg_name":"pve", "lv_uuid":"IIAK3D-tGZ5-uHs3-e5Jq-npfx-pEAS-4zAn07", "vg_uuid":"3SBIji-fNQl-obEg-raIF-szhp-Ufdj-tvcMZO", "lv_size":"134217728", "pool_lv":"", "origin":"", "lv_role":"private,thin,pool,data", "lv_layout":"linear", "lv_tags":"", "lv_autoactivation":"enabled"},
                  {"lv_name":"[lvol0_pmspare]", "vg_name":"pve", "lv_uuid":"xuqJDT-yogX-mnmm-AVMJ-ZN6X-ybNF-0uDuhu", "vg_uuid":"3SBIji-fNQl-obEg-raIF-szhp-Ufdj-tvcMZO", "lv_size":"8388608", "pool_lv":"", "origin":"", "lv_role":"private,pool,spare", "lv_layout":"linear", "lv_tags":"", "lv_autoactivation":"enabled"},
                  {"lv_name":"snap_vm-104-disk-1_before", "vg_name":"pve", "lv_uuid":"OFhqGN-cLQg-jBcN-rFpI-HIVU-degY-YFYJW1", "vg_uuid":"3SBIji-fNQl-obEg-raIF-szhp-Ufdj-tvcMZO", "lv_size":"268435456", "pool_lv":"data", "origin":"vm-104-disk-1", "lv_role":"public,snapshot,thinsnapshot", "lv_layout":"thin,sparse", "lv_tags":"", "lv_autoactivation":"enabled"},
                  {"lv_name":"vm-104-disk-1", "vg_name":"pve", "lv_uuid":"QtSLOc-mzjz-Ff50-ZHpb-NkZz-Iohe-bDS1WE", "vg_uuid":"3SBIji-fNQl-obEg-raIF-szhp-Ufdj-tvcMZO", "lv_size":"268435456", "pool_lv":"data", "origin":"", "lv_role":"public,origin,thinorigin", "lv_layout":"thin,sparse", "lv_tags":"pve-vm-104,pve-x", "lv_autoactivation":"enabled"},
                  {"lv_name":"vm-119-disk-0", "vg_name":"pve", "lv_uuid":"rPVn3e-DMkG-wiHE-z1jC-AsrJ-QLaB-UuzwHQ", "vg_uuid":"3SBIji-fNQl-obEg-raIF-szhp-Ufdj-tvcMZO", "lv_size":"33554432", "pool_lv":"[cp_cpool]", "origin":"[vm-119-disk-0_corig]", "lv_role":"public,origin,thickorigin", "lv_layout":"cache", "lv_tags":"", "lv_autoactivation":""}
              ]
              ,
              "pvseg": [
                  {"pv_name":"/dev/loop0"}
              ]
              ,
              "seg": [
                  {"lv_uuid":"09GxeF-L2Ye-1giz-FdUG-pLKR-uoyf-PqAxZD", "segtype":"thin-pool", "seg_start":"0", "seg_size":"134217728", "devices":"data_tdata(0)", "thin_id":""},
                  {"lv_uuid":"OFhqGN-cLQg-jBcN-rFpI-HIVU-degY-YFYJW1", "segtype":"thin", "seg_start":"0", "seg_size":"268435456", "devices":"", "thin_id":"2"},
                  {"lv_uuid":"QtSLOc-mzjz-Ff50-ZHpb-NkZz-Iohe-bDS1WE", "segtype":"thin", "seg_start":"0", "seg_size":"268435456", "devices":"", "thin_id":"1"},
                  {"lv_uuid":"rPVn3e-DMkG-wiHE-z1jC-AsrJ-QLaB-UuzwHQ", "segtype":"cache", "seg_start":"0", "seg_size":"33554432", "devices":"vm-119-disk-0_corig(0)", "thin_id":""},
                  {"lv_uuid":"xuqJDT-yogX-mnmm-AVMJ-ZN6X-ybNF-0uDuhu", "segtype":"linear", "seg_start":"4194304", "seg_size":"4194304", "devices":"/dev/loop0(54)", "thin_id":""},
                  {"lv_uuid":"xuqJDT-yogX-mnmm-AVMJ-ZN6X-ybNF-0uDuhu", "segtype":"linear", "seg_start":"0", "seg_size":"4194304", "devices":"/dev/loop0(8)", "thin_id":""}
              ]
          }
          ,
          {
              "pv": [
                  {"pv_name":"/dev/loop4", "vg_name":"", "pv_major":"7", "pv_minor":"4", "pe_start":"1048576", "pv_missing":""}
              ]
              ,
              "pvseg": [
                  {"pv_name":"/dev/loop4"}
              ]
          }
      ]
  }
`;

const lvNamed = (text: string, name: string) => parseLvmFullreport(text).value.lvs.find((lv) => lv.lvName === name);

describe('parseLvmFullreport', () => {
  it('reads every volume group, also one without volumes', () => {
    const { value, problems } = parseLvmFullreport(REAL);
    expect(problems).toEqual([]);
    expect(value.vgs.map((vg) => [vg.vgName, vg.lvCount])).toEqual([
      ['empty-vg', 0],
      ['pve', 4],
    ]);
    expect(value.vgs[1]).toMatchObject({
      ...{ vgUuid: '3SBIjifNQlobEgraIFszhpUfdjtvcMZO', extentSizeBytes: 4194304, sizeBytes: 624951296 },
      ...{ freeBytes: 352321536, missingPvCount: 0, autoActivation: true },
    });
  });

  it('reads physical volumes, those of no group too', () => {
    const of = (vgUuid: string) => ({ vgUuid, pvUuid: '' });
    expect(parseLvmFullreport(REAL).value.pvs).toEqual([
      {
        pvName: '/dev/loop3',
        vgName: 'empty-vg',
        ...of('HE3VQInxEiY252OGdDkq52f07vwXMIMO'),
        major: 7,
        minor: 3,
        peStartBytes: 1048576,
        missing: false,
      },
      {
        pvName: '/dev/loop0',
        vgName: 'pve',
        ...of('3SBIjifNQlobEgraIFszhpUfdjtvcMZO'),
        major: 7,
        minor: 0,
        peStartBytes: 1048576,
        missing: false,
      },
      { pvName: '/dev/loop4', vgName: '', ...of(''), major: 7, minor: 4, peStartBytes: 1048576, missing: false },
    ]);
  });

  it('knows a volume by the UUID that its device has', () => {
    const lv = lvNamed(REAL, 'vm-104-disk-1');
    expect(lv && lvDmUuid(lv)).toBe('LVM-3SBIjifNQlobEgraIFszhpUfdjtvcMZOQtSLOcmzjzFf50ZHpbNkZzIohebDS1WE');
  });

  it('takes the brackets off internal volumes, pools and origins', () => {
    expect(lvNamed(REAL, 'data_tdata')?.role).toEqual(['private', 'thin', 'pool', 'data']);
    expect(lvNamed(REAL, 'vm-119-disk-0')).toMatchObject({ poolLv: 'cp_cpool', origin: 'vm-119-disk-0_corig' });
  });

  it('reads tags, thin ids and segments in the order of the volume', () => {
    expect(lvNamed(REAL, 'vm-104-disk-1')).toMatchObject({
      tags: ['pve-vm-104', 'pve-x'],
      segments: [{ segType: 'thin', startBytes: 0, sizeBytes: 268435456, devices: [], thinId: 1 }],
    });
    expect(lvNamed(REAL, 'lvol0_pmspare')?.segments.map(({ startBytes, devices }) => [startBytes, devices])).toEqual([
      [0, [{ name: '/dev/loop0', firstExtent: 8 }]],
      [4194304, [{ name: '/dev/loop0', firstExtent: 54 }]],
    ]);
  });

  it('tells autoactivation off from an LVM that does not know it', () => {
    expect(lvNamed(REAL, 'vm-119-disk-0')?.autoActivation).toBe(false);
    const old = REAL.replaceAll(/, "[lv]g?v?_autoactivation":"\w*"/g, '');
    expect(old).not.toContain('autoactivation');
    expect(parseLvmFullreport(old).problems).toEqual([]);
    expect(lvNamed(old, 'vm-119-disk-0')?.autoActivation).toBeNull();
  });

  it('reads a node without LVM as empty', () => {
    expect(parseLvmFullreport('  {\n      "report": [\n      ]\n  }\n')).toEqual({
      value: { vgs: [], pvs: [], lvs: [] },
      problems: [],
    });
  });

  it('notices a cut wherever it is', () => {
    const end = REAL.trimEnd().length;
    for (let length = 0; length < end; length += 97)
      expect(parseLvmFullreport(REAL.slice(0, length)).problems).not.toEqual([]);
    expect(parseLvmFullreport(REAL.slice(0, end - 1)).problems).not.toEqual([]);
  });

  it('notices a visible volume that is missing from the list', () => {
    const lines = REAL.split('\n').filter((line) => !line.includes('"lv_name":"vm-104-disk-1"'));
    expect(parseLvmFullreport(lines.join('\n')).problems).toEqual(['pve has 4 logical volumes and the report lists 3']);
  });

  it('has a problem with the empty groups of a report that failed', () => {
    expect(parseLvmFullreport('{"report":[{},{}]}').problems).not.toEqual([]);
  });

  it('keeps a missing physical volume as missing', () => {
    const text = REAL.replace(
      '"pv_name":"/dev/loop0", "vg_name":"pve", "pv_major":"7", "pv_minor":"0", "pe_start":"1048576", "pv_missing":""',
      '"pv_name":"[unknown]", "vg_name":"pve", "pv_major":"-1", "pv_minor":"-1", "pe_start":"1048576", "pv_missing":"missing"',
    );
    expect(parseLvmFullreport(text).value.pvs[1]).toMatchObject({ pvName: '[unknown]', major: -1, missing: true });
  });

  it.each([
    ['a number for the report', '{"report":3}'],
    ['rows that are not objects', '{"report":[{"pv":["x"]}]}'],
    ['nothing', 'null'],
    ['a list', '[]'],
  ])('has a problem with %s', (_, text) => {
    expect(parseLvmFullreport(text).problems).not.toEqual([]);
  });
});
