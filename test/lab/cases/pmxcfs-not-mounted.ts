import { lvmStorage } from '../node/cluster.ts';
import { type LabCase, NEED_PMXCFS } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'pve-cluster is stopped: /etc/pve is an empty directory, so nothing about guests can be judged. Duplicates by name still are.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    const disk = lab.storage.group('san');
    lab.storage.thick('san', 'vm-100-disk-0');
    lab.cluster.vm(100, 'name: invisible\nscsi0: san:vm-100-disk-0,size=8M');
    const end = 512 * 2048 - 8192;
    lab.dm.create([{ name: 'san-vm--100--disk--0-copy', table: [`0 8192 linear ${disk} ${end}`] }]);
    lab.cluster.unmount();
    lab.expectVerdict({
      exit: 2,
      grade: '?',
      findings: ['NODE001 pve1 critical', 'DM001 san-vm--100--disk--0-copy warning'],
      entries: { 'san-vm--100--disk--0': 'unknown', 'san-vm--100--disk--0-copy': 'duplicate' },
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
