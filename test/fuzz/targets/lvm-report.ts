import fc from 'fast-check';
import { parseLvmFullreport } from '../../../src/parse/lvm-report.ts';
import { outputsOf } from '../corpus.ts';
import { expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';

const value = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    '-1',
    '4194304',
    '1e400',
    '99999999999999999999',
    '[lvol0]',
    '/dev/sda(0),/dev/sdb(9)',
    'enabled',
  ),
  fc.json({ maxDepth: 2 }),
);

const row = fc.dictionary(
  fc.constantFrom(
    ...['vg_name', 'vg_uuid', 'vg_extent_size', 'vg_size', 'vg_free', 'lv_count', 'vg_missing_pv_count', 'pv_name'],
    ...[
      'pe_start',
      'lv_name',
      'lv_uuid',
      'lv_size',
      'pool_lv',
      'seg_start',
      'seg_size',
      'segtype',
      'devices',
      '__proto__',
    ],
  ),
  value,
);

const group = fc.dictionary(
  fc.constantFrom('vg', 'pv', 'lv', 'seg', 'pvseg', '__proto__'),
  fc.array(row, { maxLength: 3 }),
);

const report = target({
  name: 'lvm-fullreport',
  share: 3,
  texts: () => outputsOf('lvm-fullreport', 'lvm-fullreport-old'),
  words: [
    ...[
      '{"report":[',
      '{"vg":[',
      '{"vg_name":"pve"',
      '"lv":[',
      '"seg":[',
      '"pv":[',
      ']',
      '}',
      ',',
      '"',
      ':',
      '""',
      '"lv_name":"',
    ],
    ...[
      '"lv_uuid":"a-b"',
      '"lv_size":"4194304"',
      '"vg_size":"1e400"',
      '[[[[',
      '{"a":',
      '"__proto__":{',
      '"devices":"/dev/sda(0)"',
    ],
  ],
  grammar: fc.array(group, { maxLength: 3 }).map((groups) => JSON.stringify({ report: groups })),
  read: parseLvmFullreport,
  laws: ({ value: { vgs, lvs }, problems }) => {
    for (const { lvName, sizeBytes, segments } of lvs) {
      expectTrue(lvName !== '' && sizeBytes >= 0, 'a volume without a name or a size');
      for (const [at, { startBytes }] of segments.entries())
        expectTrue(at === 0 || startBytes >= (segments[at - 1]?.startBytes ?? 0), 'segments out of order');
    }
    // A report that does not list as many volumes as it counts must say so: what is missing would look removed.
    const counted = vgs.reduce((sum, { lvCount }) => sum + lvCount, 0);
    expectTrue(counted <= lvs.length || problems.length > 0, 'volumes are missing and nothing is said');
  },
});

export const LVM_REPORT: readonly Target[] = [report];
