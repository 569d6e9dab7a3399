import { mkdirSync, writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import { type LabCase, OF_STORAGES } from '../node/lab.ts';
import { RemoteServer, SERVER } from '../node/remote-server.ts';

const BINDS = [{ source: '/mnt/pve/nas', target: '/mnt/nas' }];

export const labCase: LabCase = {
  about:
    'One NFS storage bound into two containers: its server is cut off, which is one finding that names both and the backup job. A third one has in its fstab what it never mounted, and wrote a backup there; its volume is nearly full.',
  run(lab) {
    const server = new RemoteServer(lab.journal);
    server.directory('nas', 16);
    server.startNfs();
    lab.cluster.start();
    const nas = `nfs: nas\nserver ${SERVER}\nexport /nas\npath /mnt/pve/nas\ncontent backup\noptions vers=4.2`;
    lab.cluster.storage(lvmStorage('san', 'san'), nas);
    lab.cluster.write('jobs.cfg', 'vzdump: nightly\n\tschedule 02:00\n\tstorage nas\n\tenabled 1\n\tall 1\n');
    lab.storage.group('san');
    server.mountNfs('nas', '/mnt/pve/nas', 'hard');
    for (const vmid of [104, 105, 106]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
    for (const vmid of [104, 105]) {
      const config = `hostname: ct${vmid}\nrootfs: san:vm-${vmid}-disk-0,size=16M\nmp0: /mnt/pve/nas,mp=/mnt/nas`;
      lab.cluster.container(vmid, config);
      lab.guests.startContainer(vmid, `/dev/san/vm-${vmid}-disk-0`, BINDS);
    }
    lab.cluster.container(106, 'hostname: keeper\nrootfs: san:vm-106-disk-0,size=16M\nmp0: /mnt/disk,mp=/data');
    mkdirSync('/mnt/disk');
    lab.journal.run(['truncate', '-s', '16M', '/run/disk.img']);
    lab.journal.run(['mkfs.ext4', '-q', '-F', '-O', '^has_journal', '-m', '0', '/run/disk.img']);
    lab.journal.run(['mount', '-o', 'loop', '/run/disk.img', '/mnt/disk']);
    writeFileSync('/mnt/disk/log', Buffer.alloc(13 * 1024 * 1024, 1));
    const init = lab.guests.startContainer(106, '/dev/san/vm-106-disk-0', [{ source: '/mnt/disk', target: '/data' }]);
    const inside = `/proc/${init}/root`;
    mkdirSync(`${inside}/mnt/backup`, { recursive: true });
    writeFileSync(`${inside}/etc/fstab`, `${SERVER}:/backup /mnt/backup nfs defaults 0 0\n`);
    writeFileSync(`${inside}/mnt/backup/dump.tar`, Buffer.alloc(1024 * 1024, 1));
    server.plugCable(false);
    const entries = Object.fromEntries([104, 105, 106].map((vmid) => [`san-vm--${vmid}--disk--0`, 'valid'] as const));
    const report = lab.expectVerdict({
      exit: 2,
      grade: 'F',
      findings: ['MNT001 /mnt/pve/nas critical', 'CT003 106:/mnt/backup critical', 'CT005 106:/data warning'],
      entries,
      unknown: OF_STORAGES,
    });
    const facts = report?.findings.find(({ code }) => code === 'MNT001')?.evidence.map(({ fact }) => fact) ?? [];
    if (report) {
      lab.expect('containers named', facts.includes('guests behind it: CT 104 (ct104), CT 105 (ct105)'), true);
      lab.expect('backup job named', facts.includes('backup jobs that write to it: nightly'), true);
      const rows = report.mounts.map(({ vmid, target, status }) => `${vmid} ${target} ${status}`);
      lab.expect('mount table', rows, [
        'null / ok',
        'null /mnt/pve/nas stale',
        '104 /mnt/nas stale',
        '105 /mnt/nas stale',
        '106 /data ok',
        '106 /mnt/backup missing',
      ]);
    }
    server.plugCable(true);
  },
};
