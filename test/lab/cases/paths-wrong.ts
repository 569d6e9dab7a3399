import { writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import { pause } from '../node/journal.ts';
import type { LabCase } from '../node/lab.ts';
import { Multipath, numberOf, sectorsOf } from '../node/multipath.ts';

/** Nobody runs multipathd over maps made by hand. */
const NOBODY = 'PATH009 multipathd warning';

export const labCase: LabCase = {
  about:
    'Maps that are not what they should be: a path of another LUN, a LUN that grew, two maps over one LUN, a volume on a bare path, and no map at all.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'lunvg', 'shared 1'));
    const multipath = new Multipath(lab.journal);
    const [[a = '', b = ''] = [], [c = '', d = ''] = []] = multipath.luns(2);
    multipath.withoutUdev();
    const remove = (name: string): void => {
      lab.journal.run(['dmsetup', 'remove', name]);
    };
    const lun = (path: string) => lab.journal.run(['cat', `/sys/block/${path}/device/wwid`]).stdout.trim();
    multipath.map('mpother', [c, d]);
    multipath.map('mpx', [a, b]);
    // Every LUN of scsi_debug has the same bytes.
    lab.storage.showLvm(['/dev/mapper/mpx']);
    lab.storage.groupOn('lunvg', '/dev/mapper/mpx');
    lab.storage.thick('lunvg', 'vm-100-disk-0');
    lab.cluster.vm(100, 'name: on-the-lun\nscsi0: san:vm-100-disk-0,size=8M');
    const entries = { 'lunvg-vm--100--disk--0': 'valid' } as const;
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [NOBODY], entries }, 'right');

    const entry = 'lunvg-vm--100--disk--0';
    const right = lab.dm.table(entry);
    lab.dm.reload(entry, right.replace(/ \d+:\d+ /, ` ${numberOf(a)} `));
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [NOBODY, `PATH003 ${lun(a)} warning`], entries }, 'bare-path');
    lab.dm.reload(entry, right);

    remove('mpother');
    multipath.map('mpmix', [c, b]);
    lab.expectVerdict(
      {
        exit: 1,
        grade: 'B',
        findings: [NOBODY, 'PATH002 mpmix warning', `PATH003 ${lun(a)} warning`, `PATH003 ${lun(c)} notice`],
        entries,
      },
      'other-lun',
    );
    remove('mpmix');
    multipath.map('mpother', [c, d]);

    // scsi_debug grows every LUN; each path shows it when it is rescanned.
    const grow = (path: string): void => {
      writeFileSync(`/sys/block/${path}/device/rescan`, '1\n');
    };
    writeFileSync('/sys/bus/pseudo/drivers/scsi_debug/virtual_gb', '1\n');
    grow(a);
    pause(1000);
    lab.expect('that one path has grown', sectorsOf(a) > sectorsOf(b), true);
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [NOBODY, 'PATH004 mpx warning'], entries }, 'one-path-grown');
    grow(b);
    pause(1000);
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [NOBODY, 'PATH004 mpx notice'], entries }, 'map-small');

    lab.dm.reload('mpx', lab.dm.table('mpx').replace(/^0 \d+/, `0 ${sectorsOf(a)}`));
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [NOBODY, 'LV013 /dev/mapper/mpx notice'], entries }, 'pv-small');
  },
};
