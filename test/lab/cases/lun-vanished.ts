import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { deviceNumber } from '../node/storage.ts';

export const labCase: LabCase = {
  about:
    'The LUN under a VG was taken away while volumes on it were active: LVM shows nothing any more, device-mapper does.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'lunvg', 'shared 1'));
    const lun = lab.storage.scsiDisk(64);
    lab.storage.groupOn('lunvg', lun.path);
    for (const vmid of [100, 500]) lab.storage.thick('lunvg', `vm-${vmid}-disk-0`);
    lab.cluster.vm(100, 'name: cut-off\nscsi0: san:vm-100-disk-0,size=8M');
    lab.guests.startVm(100, ['/dev/lunvg/vm-100-disk-0']);
    const number = deviceNumber(lun.path);
    lun.vanish();
    lab.expect('what lvs shows', lab.journal.run(['lvs', '--noheadings']).stdout, '');
    lab.expectVerdict({
      exit: 2,
      grade: 'F',
      findings: [`DM031 ${number} critical`, 'LV018 lunvg critical'],
      entries: { 'lunvg-vm--100--disk--0': 'valid', 'lunvg-vm--500--disk--0': 'unknown' },
      unknown: ['DM012', 'VOL003'],
    });
  },
};
