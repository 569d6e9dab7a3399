import { mkdirSync, writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import type { Lab, LabCase } from '../node/lab.ts';

/** A volume for each way in which this node names one, active, of guests that are gone. */
const NAMED = [500, 501, 502, 503, 504, 505, 506, 507] as const;

const volume = (vmid: number): string => `/dev/san/vm-${vmid}-disk-0`;

function write(path: string, ...lines: readonly string[]): void {
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
}

function nameThem(lab: Lab): void {
  lab.journal.run(['mkfs.ext4', '-q', '-F', '-U', '11111111-2222-4333-8444-555555555555', volume(501)]);
  lab.journal.run(['udevadm', 'trigger', '--settle', '--name-match=/dev/san/vm-501-disk-0']);
  write(
    '/etc/fstab',
    '# <file system> <mount point> <type> <options> <dump> <pass>',
    '/dev/mapper/san-vm--500--disk--0 /srv/archive ext4 noauto 0 0',
    'UUID=11111111-2222-4333-8444-555555555555 /srv/data ext4 nofail,noauto 0 2',
    `${volume(502)} none swap sw,noauto 0 0`,
    `${volume(511)} /srv/inactive ext4 noauto 0 0`,
  );
  write('/etc/crypttab', `vault ${volume(503)} none luks,noauto`);
  write('/etc/drbd.conf', 'include "drbd.d/*.res";');
  write(
    '/etc/drbd.d/r0.res',
    'resource r0 {',
    '  on pve1 {',
    `    disk ${volume(504)};`,
    '    meta-disk internal;',
    '  }',
    '}',
  );
  const object = { dev: volume(505), name: 'lun0', plugin: 'block', wwn: 'x' };
  write('/etc/rtslib-fb-target/saveconfig.json', JSON.stringify({ storage_objects: [object], targets: [] }, null, 2));
  write('/etc/tgt/conf.d/lun.conf', '<target iqn.2026-11.example:x>', `  backing-store ${volume(506)}`, '</target>');
  write('/etc/systemd/system/srv-unit.mount', '[Mount]', `What=${volume(507)}`, 'Where=/srv/unit', 'Type=ext4');
}

const unnamed = 'san-vm--509--disk--0';

export const labCase: LabCase = {
  about:
    'Files of the node itself name volumes whose guests are gone, and a guest names one through a link outside /dev: none is a leftover, and none is planned.',
  limitSeconds: 1200,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    for (const vmid of [...NAMED, 508, 509, 510, 511]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
    for (const vmid of [510, 511]) lab.storage.deactivate('san', `vm-${vmid}-disk-0`);
    nameThem(lab);
    mkdirSync('/srv/disks', { recursive: true });
    lab.journal.run(['ln', '-s', volume(508), '/srv/disks/win.img']);
    lab.journal.run(['ln', '-s', volume(510), '/srv/disks/cold.img']);
    lab.cluster.vm(100, 'name: by-link\nscsi0: /srv/disks/win.img\nscsi1: /srv/disks/cold.img');

    const report = lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: [`DM010 ${unnamed} warning`],
      entries: {
        ...Object.fromEntries([...NAMED, 508].map((vmid) => [`san-vm--${vmid}--disk--0`, 'valid'])),
        [unnamed]: 'orphan',
      },
    });
    const reasons = (report?.entries ?? []).flatMap(({ name, reasons }) =>
      reasons.map((reason) => `${name}: ${reason}`),
    );
    for (const row of reasons) lab.journal.note(row);
    const cleaned = lab.doctor(['clean', '--yes', '--only', 'orphans']);
    lab.journal.note(cleaned.stdout);
    lab.expect('what clean leaves', lab.dm.names().includes(unnamed), false);
    lab.expect('and what it left alone', lab.dm.names().length, NAMED.length + 1);

    lab.storage.activate('san', 'vm-509-disk-0');
    lab.journal.run(['rm', '/etc/crypttab']);
    mkdirSync('/etc/crypttab');
    lab.expectVerdict(
      {
        exit: 3,
        grade: '?',
        findings: [],
        entries: {
          ...Object.fromEntries(
            [...NAMED.filter((vmid) => vmid !== 503), 508].map((vmid) => [`san-vm--${vmid}--disk--0`, 'valid']),
          ),
          'san-vm--503--disk--0': 'unknown',
          [unnamed]: 'unknown',
        },
        unknown: ['DM012'],
      },
      'unread',
    );
  },
};
