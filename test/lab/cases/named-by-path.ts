import { mkdirSync, writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import type { Lab, LabCase } from '../node/lab.ts';

const RULE = 'ENV{DM_NAME}=="san-vm--103--disk--0", SYMLINK+="guests/mail"\n';

/** Makes what udev looks for on the volumes, and has it look. */
function name(lab: Lab): void {
  lab.journal.run(['mkfs.ext4', '-q', '-L', 'daten', '/dev/san/vm-100-disk-0']);
  lab.journal.run(['mkfs.ext4', '-q', '-U', '11111111-2222-4333-8444-555555555555', '/dev/san/vm-101-disk-0']);
  const table = 'label: gpt\nsize=4MiB,type=L,uuid=AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE\n';
  lab.journal.run(['sfdisk', '-q', '--no-reread', '/dev/san/vm-102-disk-0'], { input: table });
  lab.journal.run(['kpartx', '-a', '/dev/mapper/san-vm--102--disk--0']);
  mkdirSync('/run/udev/rules.d', { recursive: true });
  writeFileSync('/run/udev/rules.d/99-guests.rules', RULE);
  lab.journal.run(['udevadm', 'control', '--reload']);
  lab.journal.run(['udevadm', 'trigger', '--settle', '--subsystem-match=block']);
}

const PATHS = {
  100: '/dev/disk/by-label/daten',
  101: '/dev/disk/by-uuid/11111111-2222-4333-8444-555555555555',
  102: '/dev/disk/by-partuuid/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  103: '/dev/guests/mail',
} as const;

export const labCase: LabCase = {
  about:
    'Guests name volumes by label, UUID, partition UUID and a link of a rule of udev: all are in use. One names a link that leads nowhere, so nobody can say what it means; one names nothing.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    for (const vmid of [100, 101, 102, 103, 104, 105]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
    name(lab);
    for (const [vmid, path] of Object.entries(PATHS)) {
      lab.expect(`${path} leads to a device`, lab.journal.run(['test', '-b', path], { mayFail: true }).status, 0);
      lab.cluster.vm(Number(vmid), `name: by-path\nscsi0: ${path},size=16M`);
    }
    lab.cluster.vm(104, 'name: leads-nowhere\nscsi0: /dev/disk/by-label/gone,size=16M');
    lab.cluster.vm(105, 'name: names-nothing\nmemory: 512');
    lab.expectVerdict({
      exit: 3,
      grade: 'B',
      // The map of the partition that guest 102 names is on the host, and holds the volume open.
      findings: ['DM012 san-vm--105--disk--0 warning', 'DM040 san-vm--102--disk--0 warning'],
      entries: {
        ...Object.fromEntries(Object.keys(PATHS).map((vmid) => [`san-vm--${vmid}--disk--0`, 'valid' as const])),
        'san-vm--104--disk--0': 'unknown',
        'san-vm--105--disk--0': 'orphan',
      },
    });
  },
};
