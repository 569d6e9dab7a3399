import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';
import { swappable, writeTo } from '../node/swappable.ts';

/** Of the second device of the file system that has two. */
const errorsOfSecond = (): string =>
  readdirSync('/sys/fs/btrfs')
    .map((name) => `/sys/fs/btrfs/${name}/devinfo/2/error_stats`)
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('');

export const labCase: LabCase = {
  about:
    'A btrfs of two devices that holds a storage: whole, with a device that returned wrong data, mounted without one of its devices, and turned read-only by the kernel. A second one beside it is well.',
  onlyOn: '12',
  limitSeconds: 400,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage('btrfs: two\npath /mnt/two\ncontent images', 'btrfs: well\npath /mnt/well\ncontent images');
    const [first, second, well] = [
      swappable(lab, 'first', 300),
      swappable(lab, 'second', 300),
      swappable(lab, 'ok', 300),
    ];
    const [at, beside] = ['/mnt/two', '/mnt/well'];
    for (const directory of [at, beside]) mkdirSync(directory, { recursive: true });
    lab.journal.run(['mkfs.btrfs', '-q', '-L', 'two', '-m', 'raid1', '-d', 'raid1', first.path, second.path]);
    lab.journal.run(['mkfs.btrfs', '-q', well.path]);
    lab.journal.run(['mount', first.path, at]);
    lab.journal.run(['mount', well.path, beside]);
    mkdirSync(`${at}/images/100/vm-100-disk-0`, { recursive: true });
    const image = `${at}/images/100/vm-100-disk-0/disk.raw`;
    writeFileSync(image, 'x'.repeat(8 * 1024 * 1024));
    lab.journal.run(['sync']);
    lab.cluster.vm(100, 'name: files\nscsi0: two:100/vm-100-disk-0.raw,size=8M');
    const qemu = lab.guests.startVm(100, [image]);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries: {} }, 'whole');

    writeTo(lab, second.disk, 200, 40);
    writeFileSync('/proc/sys/vm/drop_caches', '3\n');
    lab.journal.run(['btrfs', 'scrub', 'start', '-B', at], { mayFail: true });
    lab.expect('the second device counts', /corruption_errs [1-9]/.test(errorsOfSecond()), true);
    const counted = lab.expectVerdict(
      { exit: 1, grade: 'B', findings: ['PATH014 /mnt/two warning'], entries: {} },
      'wrong-data',
    );
    lab.expect('whose data', /of guest 100:/.test(counted?.findings[0]?.headline ?? ''), true);
    lab.journal.run(['btrfs', 'device', 'stats', '--reset', at]);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries: {} });

    process.kill(qemu, 'SIGKILL');
    lab.journal.run(['umount', at]);
    lab.journal.run(['dmsetup', 'remove', 'second']);
    lab.journal.run(['losetup', '-d', second.disk]);
    lab.journal.run(['btrfs', 'device', 'scan', '--forget'], { mayFail: true });
    lab.journal.run(['mount', '-o', 'degraded', first.path, at]);
    const missing = lab.expectVerdict(
      { exit: 1, grade: 'B', findings: ['PATH014 /mnt/two warning'], entries: {} },
      'device-away',
    );
    lab.expect('what is away', /^misses 1 of 2 devices/.test(missing?.findings[0]?.headline ?? ''), true);

    lab.guests.startVm(100, [image]);
    first.load('error');
    lab.journal.run(['sh', '-c', `echo more > ${at}/more; sync`], { mayFail: true });
    const line = lab.journal.run(['findmnt', '-n', '-o', 'VFS-OPTIONS,FS-OPTIONS', at]).stdout;
    lab.expect('the mount is rw and its file system ro', /^rw\S* +ro/.test(line), true);
    lab.expectVerdict(
      {
        exit: 2,
        grade: 'F',
        findings: [
          'MNT002 /mnt/two warning',
          'MNT011 /mnt/two critical',
          'PATH014 /mnt/two warning',
          'DM031 first critical',
        ],
        entries: {},
      },
      'read-only',
    );
  },
};
