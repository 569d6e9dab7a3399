import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'Another node removed volumes that are active here: of a destroyed guest, of a guest that still refers to the name, one whose name was given to a new volume, and one that was renamed.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    for (const vmid of [300, 301, 302, 303]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
    const before = lab.dm.uuid('san-vm--302--disk--0');
    for (const vmid of [300, 301, 302]) lab.storage.remove('san', `vm-${vmid}-disk-0`, 'another-node');
    lab.storage.thick('san', 'vm-302-disk-0', 16, 'another-node');
    lab.storage.rename('san', 'vm-303-disk-0', 'vm-304-disk-0', 'another-node');
    lab.cluster.vm(301, 'name: lost\nscsi0: san:vm-301-disk-0,size=8M');
    lab.cluster.vm(302, 'name: again\nscsi0: san:vm-302-disk-0,size=16M');
    lab.cluster.vm(304, 'name: new-owner\nscsi0: san:vm-304-disk-0,size=8M');
    lab.expect('the entry is still the old volume', lab.dm.uuid('san-vm--302--disk--0'), before);
    const activation = lab.journal.run(['lvchange', '-ay', 'san/vm-302-disk-0'], { mayFail: true });
    lab.expect('activation fails', activation.status, 5);
    lab.expect('with the message people search for', /Device or resource busy/.test(activation.stderr), true);
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: [
        'DM010 san-vm--300--disk--0 warning',
        'DM013 san-vm--300--disk--0 warning',
        'DM013 san-vm--301--disk--0 warning',
        'DM013 san-vm--302--disk--0 warning',
        'DM020 san-vm--303--disk--0 warning',
        'VOL003 san:vm-301-disk-0 warning',
      ],
      entries: {
        'san-vm--300--disk--0': 'orphan',
        'san-vm--301--disk--0': 'orphan',
        'san-vm--302--disk--0': 'orphan',
        'san-vm--303--disk--0': 'valid',
      },
    });
  },
};
