import { lvmStorage } from '../node/cluster.ts';
import { Iscsi } from '../node/iscsi.ts';
import { waitFor } from '../node/journal.ts';
import type { LabCase } from '../node/lab.ts';
import { Multipath } from '../node/multipath.ts';

const NOBODY = 'PATH009 multipathd warning';

export const labCase: LabCase = {
  about:
    'A LUN by iSCSI over two portals: whole beside a target that nobody uses, one portal silent, and both of them before the recovery time is over, when the map shows every path as good.',
  limitSeconds: 800,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'lunvg', 'shared 1'));
    const iscsi = new Iscsi(lab.journal);
    iscsi.start();
    const used = iscsi.target('used', ['10.9.0.1', '10.9.0.2'], 'abcd0001');
    const left = iscsi.target('left', ['10.9.0.1'], 'abcd0002');
    iscsi.login();
    const disks = iscsi.disksOf(used);
    lab.expect('disks of the target by two portals', disks.length, 2);
    lab.journal.run(['modprobe', '-a', 'dm_multipath', 'dm_service_time']);
    const multipath = new Multipath(lab.journal);
    multipath.withoutUdev();
    multipath.map('mpi', disks);
    lab.storage.groupOn('lunvg', '/dev/mapper/mpi');
    lab.storage.thick('lunvg', 'vm-100-disk-0');
    lab.cluster.vm(100, 'name: on-the-lun\nscsi0: san:vm-100-disk-0,size=8M');
    const entries = { 'lunvg-vm--100--disk--0': 'valid' } as const;
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [NOBODY, `PATH007 ${left} notice`], entries }, 'whole');
    iscsi.logout(left, '10.9.0.1');

    iscsi.drop('10.9.0.2');
    const bySecond = () =>
      disks.find((disk) => lab.journal.run(['cat', `/sys/block/${disk}/device/state`]).stdout.trim() !== 'running');
    waitFor('one disk is not running', () => bySecond() !== undefined, 60_000);
    const lost = bySecond() ?? '';
    iscsi.waitForState(lost, 'transport-offline');
    lab.expectVerdict(
      {
        exit: 1,
        grade: 'B',
        findings: [NOBODY, 'PATH001 mpi warning', `PATH005 ${lost} warning`, `PATH006 ${used} 10.9.0.2:3260 warning`],
        entries,
      },
      'one-portal-silent',
    );
    iscsi.restore();
    for (const disk of disks) iscsi.waitForState(disk, 'running');

    iscsi.drop('10.9.0.1');
    iscsi.drop('10.9.0.2');
    for (const disk of disks) iscsi.waitForState(disk, 'blocked');
    lab.expect('that the map shows every path as good', / A 0 .* A 0 |A 0 2 2/.test(multipath.status('mpi')), true);
    lab.expectVerdict(
      {
        exit: 3,
        grade: 'B',
        findings: [
          NOBODY,
          'NODE002 lvm fullreport warning',
          'PATH001 mpi warning',
          ...disks.map((disk) => `PATH005 ${disk} warning`),
          `PATH006 ${used} 10.9.0.1:3260 warning`,
          `PATH006 ${used} 10.9.0.2:3260 warning`,
        ],
        entries,
        unknown: [
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
      },
      'both-portals-silent',
    );
    iscsi.restore();
    for (const disk of disks) iscsi.waitForState(disk, 'running');
  },
};
