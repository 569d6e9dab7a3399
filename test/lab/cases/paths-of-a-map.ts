import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { Multipath } from '../node/multipath.ts';

export const labCase: LabCase = {
  about:
    'A LUN through two adapters, with multipathd: whole, without one path, without any while it queues, and without multipathd.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'lunvg', 'shared 1'));
    const multipath = new Multipath(lab.journal);
    const [paths = []] = multipath.luns(1);
    const [first = '', second = ''] = paths;
    const pid = multipath.daemon(1);
    lab.storage.groupOn('lunvg', '/dev/mapper/mpatha');
    for (const vmid of [100, 101]) {
      lab.storage.thick('lunvg', `vm-${vmid}-disk-0`);
      lab.cluster.vm(vmid, `name: on-the-lun\nscsi0: san:vm-${vmid}-disk-0,size=8M`);
    }
    const entries = { 'lunvg-vm--100--disk--0': 'valid', 'lunvg-vm--101--disk--0': 'valid' } as const;
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries }, 'whole');
    const draws = (word: string, ...lines: readonly RegExp[]): void => {
      const drawn = lab.stack(word);
      for (const line of lines) lab.expect(`${line} in the stack of ${word}`, line.test(drawn), true);
    };
    draws(
      '100',
      /✓ HEALTHY/,
      /multipath map, 64 MiB {2}✓ 2 of 2 paths work/,
      /sda +disk.*✓ running/,
      /sdb +disk.*✓ running/,
    );

    multipath.state(first, 'offline');
    multipath.waitForStatus('mpatha', / F /);
    lab.expectVerdict(
      { exit: 1, grade: 'B', findings: ['PATH001 mpatha warning', `PATH005 ${first} warning`], entries },
      'one-path-lost',
    );
    draws('100', new RegExp(`${first} +disk.*▲ offline`), /▲ 1 of 2 paths work/);
    draws(second, /VG.* lunvg \(storage san\)/, /100 \(on-the-lun\)/, /101 \(on-the-lun\)/, /16 MiB of guests/);

    multipath.state(second, 'offline');
    multipath.waitForStatus('mpatha', / F .* F /);
    const none = lab.expectVerdict(
      {
        exit: 3,
        grade: 'B',
        findings: [
          'NODE002 lvm fullreport warning',
          'DM031 mpatha warning',
          'PATH001 mpatha warning',
          `PATH005 ${first} warning`,
          `PATH005 ${second} warning`,
        ],
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
      'no-path-and-queueing',
    );
    // It ends while everything above the map waits.
    draws('100', /✗ 0 of 2 paths work, waits for a path for ever/, /Not seen:/);
    const lvm = none?.sections.find(({ name }) => name === 'lvm');
    lab.expect('that LVM was not run', /queues without a usable path/.test(JSON.stringify(lvm ?? '')), none !== null);

    for (const path of paths) multipath.state(path, 'running');
    multipath.waitForStatus('mpatha', / A \d.* A \d/);
    process.kill(pid, 'SIGTERM');
    lab.waitForState(pid, 'Z');
    lab.expectVerdict({ exit: 1, grade: 'B', findings: ['PATH009 multipathd warning'], entries }, 'without-multipathd');
  },
};
