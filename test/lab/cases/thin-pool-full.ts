import { thinStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about: 'One thin pool is filled to 84 %, another to 97 %, a third is half empty.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    const pools = [
      ['warm', 27],
      ['hot', 31],
      ['cool', 10],
    ] as const;
    lab.cluster.storage(...pools.map(([vg]) => thinStorage(vg, vg, 'data')));
    for (const [vg, mib] of pools) {
      lab.storage.group(vg, 128);
      lab.storage.thinPool(vg, 'data', 32);
      lab.storage.thin(vg, 'data', 'vm-100-disk-0', 48);
      const to = `of=/dev/${vg}/vm-100-disk-0`;
      lab.journal.run(['dd', 'if=/dev/zero', to, 'bs=1M', `count=${mib}`, 'oflag=direct']);
    }
    const disks = pools.map(([vg], index) => `scsi${index}: ${vg}:vm-100-disk-0,size=48M`);
    lab.cluster.vm(100, `name: writer\n${disks.join('\n')}`);
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['LV010 warm/data warning', 'LV010 hot/data warning'],
      entries: {
        'warm-vm--100--disk--0': 'valid',
        'hot-vm--100--disk--0': 'valid',
        'cool-vm--100--disk--0': 'valid',
      },
    });
  },
};
