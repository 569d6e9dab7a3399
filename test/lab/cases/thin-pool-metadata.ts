import { thinStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about: 'A thin pool of 96 GiB has metadata for a twentieth of it, beside one that LVM sized itself.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(thinStorage('wide', 'wide', 'data'), thinStorage('right', 'right', 'data'));
    for (const [vg, options] of [
      ['wide', ['-c', '64k', '--poolmetadatasize', '4m']],
      ['right', []],
    ] as const) {
      lab.storage.group(vg, 100 * 1024);
      lab.journal.run([
        'lvcreate',
        '-y',
        '-qq',
        '--type',
        'thin-pool',
        '-Zn',
        '-L',
        '96g',
        ...options,
        '-n',
        'data',
        vg,
      ]);
      lab.storage.thin(vg, 'data', 'vm-100-disk-0', 48);
    }
    lab.cluster.vm(100, 'name: roomy\nscsi0: wide:vm-100-disk-0,size=48M\nscsi1: right:vm-100-disk-0,size=48M');
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['LV014 wide/data warning'],
      entries: { 'wide-vm--100--disk--0': 'valid', 'right-vm--100--disk--0': 'valid' },
    });
  },
};
