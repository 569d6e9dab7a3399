import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'Orphans are held by the kernel: by a device-mapper device on top, by a loop device, as swap. No process has them open.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    for (const vmid of [500, 501, 502]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
    lab.dm.create([{ name: 'on-top', table: ['0 8192 linear /dev/mapper/san-vm--500--disk--0 0'] }]);
    lab.journal.run(['losetup', '-f', '/dev/san/vm-501-disk-0']);
    lab.journal.run(['mkswap', '/dev/san/vm-502-disk-0']);
    lab.journal.run(['swapon', '/dev/san/vm-502-disk-0']);
    const names = [500, 501, 502].map((vmid) => `san-vm--${vmid}--disk--0`);
    lab.expect(
      'open',
      names.map((name) => lab.dm.openCount(name) > 0),
      [true, true, true],
    );
    const report = lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: names.map((name) => `DM010 ${name} warning`),
      entries: Object.fromEntries(names.map((name) => [name, 'orphan'])),
    });
    if (report) {
      const kinds = names.map((name) =>
        report.entries.find((entry) => entry.name === name)?.holders.map((h) => h.kind),
      );
      lab.expect('kinds of holders', kinds, [['device'], ['loop'], ['swap']]);
      lab.expect('repairs offered', report.findings.filter((finding) => finding.repair.offered).length, 0);
    }
  },
};
