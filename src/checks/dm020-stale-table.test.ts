import { describe, expect, it } from 'vitest';
import {
  active,
  cluster,
  device,
  given,
  guest,
  guests,
  linear,
  lvmReport,
  mapper,
  physicalVolume,
  running,
  target,
  textOf,
  uuid,
  volume,
  volumeGroup,
  wanted,
} from '../../test/checks/examples.ts';
import { linesOf, vectorsOf } from '../../test/data/commands.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { hyphenated } from '../model/device-mapper/dm-uuid.ts';
import { type LogicalVolume, type Lvm, type LvSegment, volumePath } from '../model/lvm/lvm.ts';
import { dm020 as check } from './dm020-stale-table.ts';

const dm020 = given(check);

const MIB = 1024 * 1024;
const SECTIONS = ['guests', 'cluster', 'running'] as const;

/** Segments of one extent each (4 MiB, 8192 sectors), in order: `/dev/sda(3)` starts at sector 2048 + 3 * 8192. */
const extents = (...places: readonly (readonly [string, number])[]): Pick<LogicalVolume, 'segments' | 'sizeBytes'> => ({
  sizeBytes: places.length * 4 * MIB,
  segments: places.map(
    ([name, firstExtent], index): LvSegment => ({
      segType: 'linear',
      startBytes: index * 4 * MIB,
      sizeBytes: 4 * MIB,
      devices: [{ name, firstExtent }],
      thinId: null,
    }),
  ),
});

const lv = volume('san', 'vm-310-disk-0', extents(['/dev/sda', 0]));
const live = (of: LogicalVolume, ...table: DmDevice['table']) => active(of, 0, { table });

const examine = (
  lvm: Lvm,
  devices: readonly DmDevice[],
  known: Parameters<typeof wanted<(typeof SECTIONS)[number]>>[1] = {},
) => dm020.examine({ deviceMapper: mapper(...devices), lvm }, wanted(SECTIONS, known));
const silent = (of: LogicalVolume, ...table: DmDevice['table']) =>
  expect(examine(lvmReport([of]), [live(of, ...table)])).toEqual([]);

/** By name, only if that is still this volume, and where it was closed only if it still is. */
const refresh = (of: LogicalVolume, closed = true) => [
  'lvchange',
  '--refresh',
  '--config',
  'global/wait_for_locks=0',
  '--select',
  `lv_uuid=${hyphenated(of.lvUuid)}${closed ? ' && lv_device_open=0' : ''}`,
  volumePath(of),
];

describe('DM020', () => {
  it('reports a table that is shorter than the volume', () => {
    const grown = { ...lv, ...extents(['/dev/sda', 0], ['/dev/sda', 9]) };
    const [finding] = examine(lvmReport([grown]), [live(grown, linear('8:0', 2048, 8192))]);
    expect(finding).toMatchObject({
      harm: 'data',
      title: 'san-vm--310--disk--0 is out of date: 4 MiB mapped, 8 MiB in metadata',
      repairAction: null,
      vmid: 310,
    });
    expect(finding && textOf(finding)).toContain('metadata gives san/vm-310-disk-0 16384 sectors (8388608 bytes)');
    expect(vectorsOf(finding?.remedy.commands)).toEqual([refresh(lv)]);
  });

  it('reports a table of the right length over other extents', () => {
    const moved = { ...lv, ...extents(['/dev/sda', 7]) };
    const [finding] = examine(lvmReport([moved]), [live(moved, linear('8:0', 2048, 8192))]);
    expect(finding?.title).toContain('it maps other sectors than metadata says');
    expect(finding && textOf(finding)).toContain('metadata maps it as 0 8192 linear 8:0 59392');
  });

  it('takes data where other sectors are mapped, and says whose guest it is, as far as that is known', () => {
    const moved = { ...lv, ...extents(['/dev/sda', 7]) };
    const facts = (known: Parameters<typeof examine>[2]) => {
      const [finding] = examine(lvmReport([moved]), [live(moved, linear('8:0', 2048, 8192))], known);
      expect(finding?.harm).toBe('data');
      return finding === undefined ? '' : textOf(finding);
    };
    expect(facts({ guests: guests(guest(310)), cluster })).toContain('guest 310 belongs to this node');
    expect(facts({ running: running(310) })).toContain('guest 310 is running on this node');
    expect(facts({ guests: guests(guest(310, { node: 'pve2' })), cluster, running: running(100) })).not.toContain(
      'guest 310',
    );
  });

  it('asks to stop the guest, and gives no command yet, where a refresh would exchange sectors in use', () => {
    const moved = { ...lv, ...extents(['/dev/sda', 7]) };
    const open = active(moved, 0, { openCount: 1, table: [linear('8:0', 2048, 8192)] });
    const remedy = examine(lvmReport([moved]), [open])[0]?.remedy;
    expect(remedy?.text).toContain('stop the guest');
    expect(vectorsOf(remedy?.commands)).toEqual([]);
  });

  it('calls a refresh under an open entry an addition only where the live table is too short and else agrees', () => {
    const text = (of: LogicalVolume, ...table: DmDevice['table']) =>
      examine(lvmReport([of]), [active(of, 0, { openCount: 1, table })])[0]?.remedy.text;
    const grown = { ...lv, ...extents(['/dev/sda', 0], ['/dev/sda', 1]) };
    expect(text(grown, linear('8:0', 2048, 8192))).toContain('only too short');
    expect(text(lv, linear('8:0', 2048, 16384))).toContain(
      'stop the guest and whatever else uses it, then check again',
    );
    expect(text(grown, linear('8:0', 59392, 8192))).toContain(
      'stop the guest and whatever else uses it, then check again',
    );
  });

  it('says that a refresh of an open entry with the name of before leaves its sectors alone', () => {
    const renamed = volume('san', 'vm-40-disk-0', { ...extents(['/dev/sda', 0]), lvUuid: lv.lvUuid });
    const open = active(lv, 0, { openCount: 1, table: [linear('8:0', 2048, 8192)] });
    const remedy = examine(lvmReport([renamed]), [open])[0]?.remedy;
    expect(remedy?.text).toBe('A refresh gives the entry its new name and leaves its sectors as they are.');
    expect(vectorsOf(remedy?.commands)).toEqual([refresh(renamed, false)]);
    const name = `uuid="${open.uuid}" || name="san-vm--40--disk--0"`;
    expect(linesOf(remedy?.commands)[0]).toContain(`--select '${name}')" = san-vm--310--disk--0 ] && `);
    expect(linesOf(remedy?.commands)[0]).toContain(
      ` '0B 4194304B /dev/sda(0)' --noheadings --units b -o seg_start,seg_size,thin_id,devices `,
    );
  });

  describe('where another entry has the name of metadata', () => {
    const renamed = volume('san', 'vm-40-disk-0', { ...extents(['/dev/sda', 0]), lvUuid: lv.lvUuid });
    const other = volume('san', 'vm-41-disk-0', { ...extents(['/dev/sda', 3]), lvUuid: uuid('other') });
    const entry = (openCount: number) => active(lv, 0, { openCount, table: [linear('8:0', 2048, 8192)] });
    const holder = (over: Partial<DmDevice> = {}) =>
      active({ ...other, lvName: 'vm-40-disk-0' }, 1, { table: [linear('8:0', 26624, 8192)], ...over });
    const adviceWith = (openCount: number, held: DmDevice, lvs: readonly LogicalVolume[]) =>
      examine(lvmReport(lvs), [entry(openCount), held]).find(({ subject }) => subject.id === entry(0).name)?.remedy;

    it('prints no refresh of an open entry, and says what goes first', () => {
      const swapped = adviceWith(1, holder({ openCount: 1 }), [renamed, other]);
      expect(vectorsOf(swapped?.commands)).toEqual([]);
      expect(swapped?.text).toContain('Do not refresh it: san-vm--40--disk--0, the name that metadata gives');
      expect(swapped?.text).toContain(
        'Then deactivate san-vm--40--disk--0, which stands for san/vm-41-disk-0 now (it is open: stop what uses it)',
      );
      expect(adviceWith(1, holder(), [renamed])?.text).toContain('remove the ghost san-vm--40--disk--0');
      expect(adviceWith(1, holder({ uuid: '' }), [renamed])?.text).toContain('find out what san-vm--40--disk--0 is');
    });

    it('deactivates a closed one instead, by its UUID', () => {
      expect(vectorsOf(adviceWith(0, holder(), [renamed])?.commands)).toEqual([
        [
          'lvchange',
          '-aln',
          '--config',
          'global/wait_for_locks=0',
          '--select',
          `lv_uuid=${hyphenated(lv.lvUuid)}`,
          'san/vm-40-disk-0',
        ],
      ]);
      const root = { ...renamed, lvName: 'root' };
      const held = device('san-root', 7, { table: [linear('8:0', 0, 8)] });
      expect(adviceWith(0, held, [root])?.commands).toEqual([]);
    });

    it('prints none either while the holder of the name changes', () => {
      const changing = { ...mapper(entry(1)), changedMeanwhile: ['san-vm--40--disk--0'] };
      const found = dm020.examine({ deviceMapper: changing, lvm: lvmReport([renamed]) }, wanted(SECTIONS, {}));
      expect(found[0]?.remedy.commands).toEqual([]);
      expect(found[0]?.remedy.text).toContain('run the check again');
    });

    it('prints none where what it lies on would get the name', () => {
      const thin = volume('pve', 'vm-310-disk-0', {
        layout: ['thin'],
        poolLv: 'new',
        segments: [{ segType: 'thin', startBytes: 0, sizeBytes: 4 * MIB, devices: [], thinId: 7 }],
      });
      const poolLv = volume('pve', 'new', { layout: ['thin', 'pool'], role: ['private'] });
      const pool = active(poolLv, 5, {
        name: 'pve-old-tpool',
        uuid: `LVM-${poolLv.vgUuid}${poolLv.lvUuid}-tpool`,
        table: [linear('8:0', 2048, 8192)],
      });
      const short = active(thin, 0, { openCount: 1, table: [target('thin', 4096, '253:5', '7')] });
      const commands = (...more: readonly DmDevice[]) =>
        examine(lvmReport([thin, poolLv]), [short, pool, ...more]).find(({ subject }) => subject.id === short.name)
          ?.remedy.commands;
      expect(vectorsOf(commands())).toEqual([refresh(thin, false)]);
      expect(vectorsOf(commands(device('pve-new-tpool', 8, { table: [linear('8:0', 0, 8)] })))).toEqual([]);
    });

    it('is a matter of its guest, whose next backup would suspend it', () => {
      const known = { guests: guests(guest(40)), cluster };
      expect(examine(lvmReport([renamed]), [entry(1), holder()], known)[0]).toMatchObject({
        harm: 'operation',
        vmid: 40,
      });
    });
  });

  it('prints no refresh under an open entry where nobody knows whether its sectors stay', () => {
    const raid = volume('san', 'vm-40-disk-0', {
      lvUuid: lv.lvUuid,
      segments: [{ segType: 'raid1', startBytes: 0, sizeBytes: 4 * MIB, devices: [], thinId: null }],
    });
    const open = active(lv, 0, { openCount: 1, table: [target('raid', 8192, 'raid1')] });
    const remedy = examine(lvmReport([raid]), [open])[0]?.remedy;
    expect(vectorsOf(remedy?.commands)).toEqual([]);
    expect(remedy?.text).toContain('it could exchange the sectors');
  });

  it('reports a volume that is no guest’s as a warning, whoever runs', () => {
    const root = volume('san', 'root', extents(['/dev/sda', 7]));
    const known = { guests: guests(guest(310)), cluster, running: running(310) };
    const [finding] = examine(lvmReport([root]), [live(root, linear('8:0', 2048, 8192))], known);
    expect(finding).toMatchObject({ harm: 'data', subject: { id: 'san-root' }, vmid: null });
  });

  it('reports another thin id, and an error target where metadata has sectors', () => {
    const thin = volume('pve', 'vm-310-disk-0', {
      layout: ['thin'],
      segments: [{ segType: 'thin', startBytes: 0, sizeBytes: 4 * MIB, devices: [], thinId: 7 }],
    });
    const pool = device('pve-data-tpool', 5, {
      uuid: `LVM-${thin.vgUuid}${uuid('data')}-tpool`,
      table: [linear('8:0', 2048, 8192)],
    });
    const title = (of: LogicalVolume, table: DmDevice['table']) =>
      examine(lvmReport([of]), [live(of, ...table), pool])[0]?.title;
    expect(title(thin, [target('thin', 8192, '253:5', '8')])).toContain('it maps thin id 8, and metadata says 7');
    expect(title(lv, [target('error', 8192)])).toContain('part of it is an error target');
    expect(title(thin, [target('thin', 8192, '253:5', '7')])).toBeUndefined();
  });

  it('reports the extents of the layer below an old-style snapshot origin', () => {
    const origin = live(lv, target('snapshot-origin', 8192, '253:1'));
    const real = device('san-vm--310--disk--0-real', 1, { uuid: `${origin.uuid}-real` });
    const at = (offset: number) =>
      examine(lvmReport([lv]), [origin, { ...real, table: [linear('8:0', offset, 8192)] }]).map(
        ({ subject }) => subject.id,
      );
    expect(at(2048)).toEqual([]);
    expect(at(10240)).toEqual(['san-vm--310--disk--0-real']);
  });

  it('reports a volume that was renamed elsewhere, and whether its old name is a volume again', () => {
    const renamed = volume('san', 'vm-40-disk-0', { ...extents(['/dev/sda', 0]), lvUuid: lv.lvUuid });
    const again = volume('san', 'vm-310-disk-0', { ...extents(['/dev/sda', 3]), lvUuid: uuid('again') });
    const entry = live(lv, linear('8:0', 2048, 8192));
    const known = { guests: guests(guest(40)), cluster };
    const [harmless] = examine(lvmReport([renamed]), [entry], known);
    expect(harmless).toMatchObject({ harm: 'operation', vmid: 40 });
    expect(harmless?.title).toContain('metadata calls it san/vm-40-disk-0 now');
    expect(examine(lvmReport([renamed, again]), [entry], known)[0]?.title).toContain('is another volume');
  });

  it('is silent when both agree, also where LVM joined what the kernel has in two lines', () => {
    silent(lv, linear('8:0', 2048, 8192));
    const joined = { ...lv, ...extents(['/dev/sda', 0], ['/dev/sda', 1]) };
    silent(joined, linear('8:0', 2048, 8192), linear('8:0', 10240, 8192, 8192));
    silent(joined, linear('8:0', 2048, 16384));
  });

  it('is silent when only the device number differs between a path and its multipath map', () => {
    const report = lvmReport([lv], { pvs: [physicalVolume('san', '/dev/sda', { major: 253, minor: 9 })] });
    const map = device('mpatha', 9, {
      uuid: 'mpath-3600',
      table: [target('multipath', 99999, '0', '0', '1', '1', 'service-time', '0', '1', '2', '8:16', '1', '1')],
    });
    expect(examine(report, [live(lv, linear('8:16', 2048, 8192)), map])).toEqual([]);
    expect(examine(report, [live(lv, linear('8:16', 4096, 8192)), map])).toHaveLength(1);
  });

  it('is silent where the entry lies on a disk that LVM does not report: it may be another path or copy', () => {
    const moved = live(lv, linear('8:32', 4096, 8192));
    expect(examine(lvmReport([lv]), [moved])).toEqual([]);
    const both = [physicalVolume('san'), physicalVolume('san', '/dev/sdc', { minor: 32 })];
    expect(examine(lvmReport([lv], { pvs: both }), [moved])).toHaveLength(1);
    const leftOut = [{ path: '/dev/sdd', pvUuid: both[0]?.pvUuid ?? '' }];
    expect(examine(lvmReport([lv], { pvs: both, leftOut }), [moved])).toEqual([]);
  });

  it('is silent where a volume lies on other volumes, or physical volumes are missing', () => {
    const onLayer = { ...lv, segments: [{ ...extents(['pvmove0', 0]).segments[0], segType: 'linear' } as LvSegment] };
    silent(onLayer, linear('253:7', 0, 8192));
    const missing = lvmReport([lv], { vgs: [volumeGroup('san', { lvCount: 1, missingPvCount: 1 })] });
    expect(examine(missing, [live(lv, target('error', 8192))])).toEqual([]);
    expect(examine(missing, [live(lv, target('error', 4096))])).toEqual([]);
  });

  it('is silent about thick snapshots, entries without a live table, and volumes that are not in metadata', () => {
    silent(lv, target('snapshot', 99999, '253:8', '253:9', 'P', '8'));
    silent(lv);
    expect(examine(lvmReport([]), [live(lv, linear('8:0', 0, 1))])).toEqual([]);
  });

  it('compares stripes', () => {
    const striped: LogicalVolume = {
      ...lv,
      segments: [
        {
          segType: 'striped',
          startBytes: 0,
          sizeBytes: 4 * MIB,
          devices: [
            { name: '/dev/sda', firstExtent: 0 },
            { name: '/dev/sdb', firstExtent: 0 },
          ],
          thinId: null,
        },
      ],
    };
    const report = lvmReport([striped], {
      pvs: [
        physicalVolume('san'),
        physicalVolume('san', '/dev/sdb', { minor: 16 }),
        physicalVolume('san', '/dev/sdc', { minor: 32 }),
      ],
    });
    const stripes = (second: string) => [
      live(striped, target('striped', 8192, '2', '128', '8:0', '2048', second, '2048')),
    ];
    expect(examine(report, stripes('8:16'))).toEqual([]);
    expect(examine(report, stripes('8:32'))).toHaveLength(1);
  });
});
