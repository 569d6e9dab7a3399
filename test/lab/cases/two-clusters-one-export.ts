import { mkdirSync, writeFileSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';
import { RemoteServer, SERVER } from '../node/remote-server.ts';

const IMAGES = '/mnt/pve/nas/images';

function raw(name: string): void {
  mkdirSync(`${IMAGES}/${name.split('/')[0]}`, { recursive: true });
  writeFileSync(`${IMAGES}/${name}`, Buffer.alloc(4096, 1));
}

export const labCase: LabCase = {
  about:
    'One NFS export that two clusters use: what a running guest of the other one writes to is not listed, a stopped one’s may belong to another cluster.',
  run(lab) {
    const server = new RemoteServer(lab.journal);
    server.directory('nas', 64);
    server.startNfs();
    lab.cluster.start();
    lab.cluster.storage(
      `nfs: nas\nserver ${SERVER}\nexport /nas\npath /mnt/pve/nas\ncontent images\noptions vers=4.2`,
      'dir: disks\npath /mnt/disks\ncontent images',
    );
    server.mountNfs('nas', '/mnt/pve/nas');
    mkdirSync('/mnt/disks/images', { recursive: true });
    for (const name of [
      '100/vm-100-disk-0.raw',
      '800/vm-800-disk-0.raw',
      '801/vm-801-disk-0.raw',
      '100/vm-100-disk-1.raw',
    ])
      raw(name);
    lab.cluster.vm(100, 'name: ours\nscsi0: nas:100/vm-100-disk-0.raw,size=4K');
    lab.journal.run(['date', '-s', '+2 hours']);
    // A guest of the other cluster runs, and writes to its disk.
    writeFileSync(`${IMAGES}/801/vm-801-disk-0.raw`, Buffer.alloc(4096, 2));

    const report = lab.expectVerdict({
      exit: 0,
      grade: '?',
      findings: ['VOL001 nas:100/vm-100-disk-1.raw notice', 'VOL001 nas:800/vm-800-disk-0.raw notice'],
      entries: {},
    });
    for (const { certainty, impact } of report?.findings ?? []) {
      lab.expect('it is never more than maybe', certainty, 'maybe');
      lab.expect('the other cluster is named', impact.includes('Another cluster that uses the same storage'), true);
    }
    const listed = lab.doctor(['leftovers', '-v']).stdout;
    lab.journal.note(listed);
    for (const part of [
      'nas:801/vm-801-disk-0.raw (4 KiB',
      'not judged: in flight',
      'no guest of this cluster names it',
      'whether another cluster uses a storage that both reach',
    ])
      lab.expect(`it says: ${part}`, listed.replaceAll(/\s+/g, ' ').includes(part), true);
    lab.expect('nothing is freed', /pvesm free|lvremove|rbd rm|zfs destroy/.test(listed), false);
  },
};
