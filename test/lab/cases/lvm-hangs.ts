import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import type { ExpectedVerdict } from '../verdict.ts';

const EXPECTED: ExpectedVerdict = {
  exit: 3,
  grade: 'B',
  findings: ['NODE002 lvm fullreport warning'],
  entries: { 'san-vm--100--disk--0': 'valid', 'san-vm--500--disk--0': 'unknown' },
  unknown: [
    'DM012',
    'DM013',
    'DM020',
    'DM050',
    'ID001',
    'LV001',
    'LV002',
    'LV003',
    'LV013',
    'LV017',
    'LV018',
    'PATH007',
    'VOL003',
  ],
};

export const labCase: LabCase = {
  about:
    'A disk that LVM scans does not answer: LVM hangs, and no signal ends it. Two checks in a row end in time and leave one LVM process between them.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    for (const vmid of [100, 500]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
    lab.cluster.vm(100, 'name: fine\nscsi0: san:vm-100-disk-0,size=8M');
    const dead = lab.storage.diskThatDies(64);
    lab.storage.groupOn('dead', dead.path);
    dead.die();
    const first = lab.expectVerdict(EXPECTED, 'first');
    if (first) lab.expect('LVM processes after the first check', lab.processes('lvm').length, 1);
    const second = lab.expectVerdict(EXPECTED, 'second');
    if (second) {
      lab.expect('LVM processes after the second', lab.processes('lvm').length, 1);
      lab.expect('the second check does not wait for LVM', second.durationMs < 10_000, true);
    }
    const lvs = lab.journal.background(['lvs']);
    lab.journal.run(['sleep', '2']);
    lab.journal.run(['kill', '-KILL', `${lvs}`]);
    lab.waitForState(lvs, 'D');
    dead.revive();
  },
};
