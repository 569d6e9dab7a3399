import { mkdirSync, writeFileSync } from 'node:fs';
import { type LabCase, OF_STORAGES } from '../node/lab.ts';
import { SERVER } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about:
    'Mounts that the configuration expects are not there: an NFS storage into whose bare directory a backup was written, a line of fstab, a directory storage that must be a mount point.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(
      `nfs: backup\nserver ${SERVER}\nexport /backup\npath /mnt/pve/backup\ncontent backup`,
      'dir: usb\npath /mnt/usb\nis_mountpoint 1\ncontent backup',
      `nfs: off\nserver ${SERVER}\nexport /off\npath /mnt/pve/off\ncontent backup\ndisable 1`,
      `nfs: other\nserver ${SERVER}\nexport /other\npath /mnt/pve/other\ncontent backup\nnodes pve2`,
    );
    mkdirSync('/mnt/pve/backup/dump', { recursive: true });
    writeFileSync('/mnt/pve/backup/dump/vzdump-qemu-100.vma.zst', Buffer.alloc(3 * 1024 * 1024, 1));
    for (const path of ['/mnt/usb', '/mnt/media']) mkdirSync(path);
    writeFileSync('/etc/fstab', `${SERVER}:/media /mnt/media nfs defaults 0 0\n${SERVER}:/x /mnt/x nfs noauto 0 0\n`);
    lab.expectVerdict({
      exit: 3,
      grade: 'B',
      findings: [
        'MNT003 /mnt/pve/backup warning',
        'MNT004 /mnt/pve/backup warning',
        'MNT003 /mnt/usb warning',
        'MNT003 /mnt/media warning',
      ],
      entries: {},
      unknown: OF_STORAGES,
    });
  },
};
