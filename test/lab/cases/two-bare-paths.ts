import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'One LUN through two adapters and no multipath: LVM ignores both paths, while volumes are active on the first. Nothing is an orphan.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'lunvg', 'shared 1'));
    const lun = lab.storage.scsiDisk(64);
    lab.storage.groupOn('lunvg', lun.path);
    for (const vmid of [100, 500]) lab.storage.thick('lunvg', `vm-${vmid}-disk-0`);
    lab.cluster.vm(100, 'name: one-path\nscsi0: san:vm-100-disk-0,size=8M');
    lab.storage.secondPath(lun.path);
    const wwid = lab.journal.run(['cat', `/sys/block/${lun.path.slice('/dev/'.length)}/device/wwid`]).stdout.trim();
    lab.expect('what lvs shows', lab.journal.run(['lvs', '--noheadings']).stdout.trim(), '');
    const report = lab.expectVerdict({
      exit: 3,
      grade: 'B',
      findings: ['LV002 lunvg warning', 'LV018 lunvg warning', `PATH003 ${wwid} warning`],
      entries: { 'lunvg-vm--100--disk--0': 'valid', 'lunvg-vm--500--disk--0': 'unknown' },
      unknown: ['DM012', 'VOL003'],
    });
    lab.expect('that it is one disk', /one path of a disk/.test(report?.findings[0]?.title ?? ''), report !== null);
  },
};
