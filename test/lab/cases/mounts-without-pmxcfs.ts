import { mkdirSync, writeFileSync } from 'node:fs';
import { type LabCase, NEED_PMXCFS } from '../node/lab.ts';
import { SERVER } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about:
    'pve-cluster is stopped, so no storage is known: what fstab expects and what was written to its bare directory are said all the same.',
  run(lab) {
    lab.cluster.start();
    mkdirSync('/mnt/media', { recursive: true });
    writeFileSync('/mnt/media/film.mkv', Buffer.alloc(1024 * 1024, 1));
    writeFileSync('/etc/fstab', `${SERVER}:/media /mnt/media nfs defaults 0 0\n`);
    lab.cluster.unmount();
    lab.expectVerdict({
      exit: 2,
      grade: '?',
      findings: ['NODE001 pve1 critical', 'MNT003 /mnt/media warning', 'MNT004 /mnt/media warning'],
      entries: {},
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
        'MNT010',
        'PATH007',
      ],
    });
  },
};
