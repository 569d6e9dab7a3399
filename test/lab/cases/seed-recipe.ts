import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'The test recipe of the shell script that pve-doctor replaces: a true duplicate, one disk number on two storages, an orphan.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('ssd-ha01', 'ssd-ha01'), lvmStorage('ssd-ha07', 'ssd-ha07'));
    lab.cluster.vm(998, 'name: twice\nscsi0: ssd-ha01:vm-998-disk-0,size=4M\nscsi1: ssd-ha07:vm-998-disk-0,size=4M');
    const disk = lab.storage.disk('raw', 64);
    const area = (start: number): readonly string[] => [`0 8192 linear ${disk} ${start}`];
    lab.dm.create([
      { name: 'test--ha01-vm--999--disk--0', table: area(0) },
      { name: 'test--ha01-vm--999--disk--0-dup', table: area(0) },
      { name: 'ssd--ha01-vm--998--disk--0', table: area(16384) },
      { name: 'ssd--ha07-vm--998--disk--0', table: area(32768) },
      { name: 'test--ha01-vm--888--disk--0', table: area(49152) },
    ]);
    lab.expectVerdict({
      exit: 3,
      grade: 'B',
      findings: [
        'DM001 test--ha01-vm--999--disk--0-dup warning',
        'DM010 test--ha01-vm--999--disk--0 warning',
        'DM010 test--ha01-vm--888--disk--0 warning',
      ],
      entries: {
        'test--ha01-vm--999--disk--0': 'orphan',
        'test--ha01-vm--999--disk--0-dup': 'duplicate',
        'ssd--ha01-vm--998--disk--0': 'valid',
        'ssd--ha07-vm--998--disk--0': 'valid',
        'test--ha01-vm--888--disk--0': 'orphan',
      },
      unknown: ['VOL003'],
    });
  },
};
