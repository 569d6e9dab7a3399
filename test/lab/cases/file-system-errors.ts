import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'An ext4 file system meets an error while it is mounted: the mount table says rw, and the error is told with the storage on it. One beside it is well.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(
      'dir: disk\npath /mnt/disk\ncontent images\nis_mountpoint 1',
      'dir: well\npath /mnt/well\ncontent images\nis_mountpoint 1',
    );
    for (const name of ['disk', 'well']) {
      lab.journal.run(['truncate', '-s', '16M', `/run/${name}.img`]);
      lab.journal.run(['mkfs.ext4', '-q', '-F', `/run/${name}.img`]);
      lab.journal.run(['mkdir', '-p', `/mnt/${name}`]);
      lab.journal.run(['mount', '-o', 'loop,errors=continue', `/run/${name}.img`, `/mnt/${name}`]);
    }
    const device = lab.journal.run(['findmnt', '-n', '-o', 'SOURCE', '/mnt/disk']).stdout.trim().replace('/dev/', '');
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries: {} });
    lab.journal.run(['sh', '-c', `echo here > /sys/fs/ext4/${device}/trigger_fs_error`]);
    lab.expectVerdict({ exit: 1, grade: 'B', findings: ['MNT011 /mnt/disk warning'], entries: {} }, 'met');
    lab.expect(
      'the mount table says rw',
      lab.journal.run(['findmnt', '-n', '-o', 'OPTIONS', '/mnt/disk']).stdout.startsWith('rw'),
      true,
    );
  },
};
