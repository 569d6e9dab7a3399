import { writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { statusOf, swappable, writeTo } from '../node/swappable.ts';

export const labCase: LabCase = {
  about:
    'Guests on an encrypted disk, on an era device and on a test target: whole, then bad blocks beneath one, an era device that failed, and the encrypted disk suspended.',
  limitSeconds: 800,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('secret', 'vgc'), lvmStorage('dusty', 'vgd'));
    lab.journal.run(['modprobe', '-a', 'dm_crypt', 'dm_era', 'dm_dust', 'dm_flakey']);
    const image = lab.storage.disk('crypt', 48);
    writeFileSync('/run/lab-key', 'secret');
    const quick = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
    lab.journal.run(['cryptsetup', '-q', 'luksFormat', ...quick, image, '/run/lab-key']);
    lab.journal.run(['cryptsetup', 'open', '--key-file', '/run/lab-key', image, 'closed']);
    lab.storage.groupOn('vgc', '/dev/mapper/closed');
    lab.storage.thick('vgc', 'vm-100-disk-0');
    lab.cluster.vm(100, 'name: encrypted\nscsi0: secret:vm-100-disk-0,size=8M');

    const dusty = swappable(lab, 'dusty', 64);
    lab.storage.groupOn('vgd', dusty.path);
    lab.storage.thick('vgd', 'vm-101-disk-0');
    lab.cluster.vm(101, 'name: on-a-disk\nscsi0: dusty:vm-101-disk-0,size=8M');

    const [meta, origin] = [swappable(lab, 'emeta', 16), lab.storage.disk('origin', 32)];
    const sectors = lab.journal.run(['blockdev', '--getsz', origin]).stdout.trim();
    lab.dm.create([{ name: 'tracked', table: [`0 ${sectors} era ${meta.path} ${origin} 128`] }]);
    lab.cluster.vm(102, 'name: tracked\nscsi0: /dev/mapper/tracked,size=32M');
    writeTo(lab, '/dev/mapper/tracked', 2);
    const entries = { 'vgc-vm--100--disk--0': 'valid', 'vgd-vm--101--disk--0': 'valid' } as const;
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries }, 'whole');

    dusty.load('dust DISK 2048 512');
    meta.load('error');
    writeTo(lab, '/dev/mapper/tracked', 4, 8);
    lab.journal.run(['dmsetup', 'message', 'tracked', '0', 'checkpoint'], { mayFail: true });
    lab.expect('that the era device failed', statusOf(lab, 'tracked').endsWith('era Error'), true);
    const failing = lab.expectVerdict(
      {
        exit: 1,
        grade: 'B',
        findings: ['DM031 emeta warning', 'DM032 dusty warning', 'DM032 tracked warning'],
        entries,
      },
      'failing',
    );
    const said = JSON.stringify(failing?.findings.filter(({ subject }) => subject.id === 'tracked') ?? []);
    lab.expect('that the raw status and the guest are named', /era Error/.test(said) && /guest 102/.test(said), true);
    // With its metadata readable again the era device says nothing of the error any more.
    dusty.load('linear');
    meta.load('linear');

    lab.journal.run(['cryptsetup', 'luksSuspend', 'closed']);
    const suspended = lab.expectVerdict(
      {
        exit: 3,
        grade: 'B',
        findings: ['DM030 closed warning'],
        entries,
        unknown: [
          'DM013',
          'DM020',
          'DM050',
          'ID001',
          'LV001',
          'LV002',
          'LV003',
          'LV013',
          'LV017',
          'LV018',
          'PATH007',
          'VOL003',
        ],
      },
      'suspended',
    );
    const who = JSON.stringify(suspended?.findings.filter(({ subject }) => subject.id === 'closed') ?? []);
    lab.expect('that the guest above it is named', /guest 100/.test(who), true);
    lab.journal.run(['cryptsetup', 'luksResume', '--key-file', '/run/lab-key', 'closed']);
  },
};
