import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { Multipath } from '../node/multipath.ts';

export const labCase: LabCase = {
  about: 'A path is gone for good and out of its map: what is left works, and only an earlier run that was kept tells.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'lunvg', 'shared 1'));
    const multipath = new Multipath(lab.journal);
    const [[, second = ''] = []] = multipath.luns(1);
    multipath.daemon(1);
    lab.storage.groupOn('lunvg', '/dev/mapper/mpatha');
    lab.storage.thick('lunvg', 'vm-100-disk-0');
    lab.cluster.vm(100, 'name: on-the-lun\nscsi0: san:vm-100-disk-0,size=8M');
    const entries = { 'lunvg-vm--100--disk--0': 'valid' } as const;

    const kept = lab.check('--record');
    lab.expect('the exit of a check that is kept', kept.exit, 0);
    lab.expect('what it says on standard error', kept.stderr, '');
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries }, 'whole');

    lab.journal.run(['sh', '-c', `echo 1 > /sys/block/${second}/device/delete`]);
    multipath.waitForStatus('mpatha', / 1 1 [AE] 0 1 2 \S+ A /);
    const findings = ['PATH001 mpatha warning', 'PATH011 mpatha warning'];
    lab.expectVerdict({ exit: 1, grade: 'B', findings, entries }, 'one-is-gone');
  },
};
