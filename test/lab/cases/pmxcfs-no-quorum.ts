import { lstatSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import { type LabCase, NEED_PMXCFS } from '../node/lab.ts';

export const labCase: LabCase = {
  about: 'The node has lost quorum: /etc/pve is readable but may be old, so nothing about guests can be judged.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    for (const vmid of [100, 500]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
    lab.cluster.vm(100, 'name: here\nscsi0: san:vm-100-disk-0,size=8M');
    const mode = (): string => (lstatSync('/etc/pve/local').mode & 0o777).toString(8);
    lab.expect('mode of /etc/pve/local with quorum', mode(), '755');
    lab.cluster.loseQuorum();
    lab.expect('mode of /etc/pve/local without', mode(), '555');
    lab.expectVerdict({
      exit: 2,
      grade: '?',
      findings: ['NODE001 pve1 critical'],
      entries: { 'san-vm--100--disk--0': 'unknown', 'san-vm--500--disk--0': 'unknown' },
      unknown: [
        ...NEED_PMXCFS,
        'DM010',
        'DM011',
        'DM012',
        'DM050',
        'ID001',
        'LV001',
        'LV003',
        'LV013',
        'MNT003',
        'MNT004',
        'MNT010',
        'PATH007',
      ],
    });
  },
};
