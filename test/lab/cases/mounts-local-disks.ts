import { mkdirSync, writeFileSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';

const MIB = 1024 * 1024;

export const labCase: LabCase = {
  about:
    'Disks of the node itself: one that fstab expects with nofail is not there, and a backup job wrote into its bare directory; one is nearly full; the directory of a storage is gone; one is mounted over old backups.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(
      'dir: usb\npath /mnt/usb\ncontent backup',
      'dir: full\npath /mnt/full\ncontent images\nis_mountpoint 1',
      'dir: gone\npath /srv/gone\ncontent iso',
      'dir: over\npath /mnt/over/store\ncontent backup',
      'dir: elsewhere\npath /srv/elsewhere\ncontent iso\nnodes pve2',
    );
    lab.cluster.write('jobs.cfg', 'vzdump: nightly\n\tschedule 02:00\n\tstorage usb\n\tenabled 1\n\tall 1\n');
    for (const [name, size] of [
      ['full', 16],
      ['over', 16],
    ] as const) {
      const image = `/run/${name}.img`;
      writeFileSync(image, '');
      lab.journal.run(['truncate', '-s', `${size}M`, image]);
      lab.journal.run(['mkfs.ext4', '-q', '-F', image]);
      mkdirSync(`/mnt/${name}`, { recursive: true });
    }
    mkdirSync('/mnt/over/store');
    writeFileSync('/mnt/over/store/old.vma.zst', Buffer.alloc(2 * MIB, 1));
    for (const name of ['full', 'over']) lab.journal.run(['mount', '-o', 'loop', `/run/${name}.img`, `/mnt/${name}`]);
    mkdirSync('/mnt/over/store', { recursive: true });
    writeFileSync('/mnt/full/disk.raw', Buffer.alloc(12.5 * MIB, 1));
    mkdirSync('/mnt/usb/dump', { recursive: true });
    writeFileSync('/mnt/usb/dump/vzdump-qemu-100.vma.zst', Buffer.alloc(5 * MIB, 1));
    writeFileSync(
      '/etc/fstab',
      ['UUID=0c5f4e3a-1111-4222-8333-444455556666 /mnt/usb ext4 defaults,nofail 0 2', '/swap none swap sw 0 0'].join(
        '\n',
      ),
    );
    const report = lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: [
        'MNT003 /mnt/usb warning',
        'MNT004 /mnt/usb warning',
        'MNT003 /srv/gone warning',
        'MNT004 /mnt/over warning',
        'MNT005 /mnt/full warning',
      ],
      entries: {},
    });
    const usb = report?.findings.find(({ code, subject }) => code === 'MNT003' && subject.id === '/mnt/usb');
    const facts = usb?.evidence.map(({ fact }) => fact).join('\n') ?? '';
    lab.expect('the storage and its job are named', /storage on it: usb[\s\S]*nightly/.test(facts), true);
    const lines = usb?.remedy.commands.map(({ line }) => line);
    lab.expect('nothing mounts over the files', lines, ['timeout -s KILL 10 ls -la /mnt/usb']);
  },
};
