import { mkdirSync, writeFileSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';

const EXT4 = ['mkfs.ext4', '-q', '-F'];
const XFS = ['mkfs.xfs', '-q'];

const PLACES = [
  { name: 'disk', make: EXT4, options: 'errors=continue' },
  { name: 'closed', make: EXT4, options: 'errors=remount-ro' },
  { name: 'stopped', make: XFS, options: 'rw' },
  { name: 'well', make: EXT4, options: 'errors=remount-ro' },
  { name: 'xwell', make: XFS, options: 'rw' },
] as const;

export const labCase: LabCase = {
  about:
    'File systems whose mount table says rw: ext4 meets an error and goes on, ext4 meets one and takes no more writes, XFS shuts down beneath a guest. One of each beside them is well.',
  inSample: true,
  onlyOn: '12',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(
      ...PLACES.map(({ name }) => `dir: ${name}\npath /mnt/${name}\ncontent images\nis_mountpoint 1`),
    );
    for (const { name, make, options } of PLACES) {
      lab.journal.run(['truncate', '-s', '320M', `/run/${name}.img`]);
      lab.journal.run([...make, `/run/${name}.img`]);
      mkdirSync(`/mnt/${name}`, { recursive: true });
      lab.journal.run(['mount', '-o', `loop,${options}`, `/run/${name}.img`, `/mnt/${name}`]);
      mkdirSync(`/mnt/${name}/images`);
    }
    mkdirSync('/mnt/stopped/images/100');
    const image = '/mnt/stopped/images/100/vm-100-disk-0.raw';
    writeFileSync(image, 'x'.repeat(65_536));
    lab.cluster.vm(100, 'name: on-xfs\nscsi0: stopped:100/vm-100-disk-0.raw,size=64K');
    lab.guests.startVm(100, [image]);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries: {} });

    for (const name of ['disk', 'closed']) {
      const source = lab.journal.run(['findmnt', '-n', '-o', 'SOURCE', `/mnt/${name}`]).stdout.trim();
      lab.journal.run(['sh', '-c', `echo here > /sys/fs/ext4/${source.replace('/dev/', '')}/trigger_fs_error`]);
    }
    lab.journal.run(['xfs_io', '-x', '-c', 'shutdown', '/mnt/stopped']);
    const report = lab.expectVerdict(
      {
        exit: 2,
        grade: 'F',
        findings: ['MNT011 /mnt/closed warning', 'MNT011 /mnt/disk warning', 'MNT011 /mnt/stopped critical'],
        entries: {},
        // Nobody sees what is on it.
        unknown: ['MNT003', 'MNT004', 'MNT005', 'VOL001', 'VOL002', 'VOL003', 'VOL009', 'VOL018'],
      },
      'met',
    );
    for (const name of ['disk', 'closed', 'stopped'])
      lab.expect(
        `the mount table says rw of ${name}`,
        /^rw\S* +rw/.test(lab.journal.run(['findmnt', '-n', '-o', 'VFS-OPTIONS,FS-OPTIONS', `/mnt/${name}`]).stdout),
        true,
      );
    const headline = (name: string) => report?.findings.find(({ subject }) => subject.id === `/mnt/${name}`)?.headline;
    lab.expect(
      'what is said of XFS',
      headline('stopped'),
      'has shut down its file system: nothing of guest 100 can be read or written',
    );
    lab.expect('that one takes no writes', /takes no writes after an error/.test(headline('closed') ?? ''), true);
    lab.expect('that the other does', /takes no writes/.test(headline('disk') ?? ''), false);
    lab.expect('it takes none', lab.journal.run(['touch', '/mnt/closed/x'], { mayFail: true }).status, 1);
  },
};
