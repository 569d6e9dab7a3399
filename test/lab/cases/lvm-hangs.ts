import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'A disk that LVM scans does not answer: LVM hangs, unkillable. The check ends in time and says what it could not judge.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    for (const vmid of [100, 500]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
    lab.cluster.vm(100, 'name: fine\nscsi0: san:vm-100-disk-0,size=8M');
    const dead = lab.storage.diskThatDies(64);
    lab.storage.groupOn('dead', dead.path);
    dead.die();
    const lvs = lab.journal.background(['lvs']);
    lab.journal.run(['sleep', '2']);
    lab.journal.run(['kill', '-KILL', `${lvs}`]);
    lab.waitForState(lvs, 'D');
    const began = Date.now();
    const report = lab.expectVerdict({
      exit: 1,
      grade: '?',
      findings: ['NODE002 lvm fullreport warning', 'DM010 san-vm--500--disk--0 warning'],
      entries: { 'san-vm--100--disk--0': 'valid', 'san-vm--500--disk--0': 'orphan' },
      unknown: ['DM013', 'DM020', 'DM040', 'DM050', 'ID001', 'LV001'],
    });
    if (report) lab.expect('the check ends in time', Date.now() - began < 45_000, true);
    lab.expect('the killed LVM command is still there', lab.processState(lvs), 'D');
    dead.revive();
  },
};
