import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';
import { untouchables } from '../node/untouchables.ts';

const JOURNAL = '/var/lib/pve-doctor/journal.jsonl';
const COPY = 'san-vm--169--disk--0-copy';
const [FIRST, SECOND] = ['san-vm--500--disk--0', 'san-vm--501--disk--0'];

export const labCase: LabCase = {
  about:
    'A run is taken back as a whole, and shown before. An entry is not put back onto another image behind the same loop device, nor by a journal that others may write.',
  inSample: true,
  limitSeconds: 1800,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    const disk = lab.storage.group('san');
    for (const vmid of [169, 500, 501]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
    lab.cluster.vm(169, 'name: doubled\nscsi0: san:vm-169-disk-0,size=16M');
    const table = lab.dm.table('san-vm--169--disk--0');
    lab.dm.create([{ name: COPY, table: [table] }]);
    const others = untouchables(lab);
    const repair = new Repair(lab);
    repair.settle();
    const names = repair.entries();
    const content = repair.content('/dev/san/vm-500-disk-0');

    const cleaned = repair.doctor('clean', '--yes', '--only', 'orphans');
    lab.expect('orphans are gone', [cleaned.exit, repair.entries().length], [0, names.length - 2]);
    const run = /pve-doctor undo --run (\S+)`/.exec(cleaned.stdout.replaceAll(/\n\s*/g, ' '))?.[1] ?? '';
    const shown = repair.doctor('undo', '--run', run, '--dry-run');
    lab.expect(
      'the dry run shows what comes',
      [shown.exit, [FIRST, SECOND].map((name) => shown.stdout.includes(`+ ${name}: 0 32768 linear`))],
      [0, [true, true]],
    );
    lab.expect('the dry run changes nothing', repair.entries().length, names.length - 2);
    lab.expect('a range', repair.doctor('undo', '--yes', '2-2').exit, 0);
    lab.expect('the rest of the run', repair.doctor('undo', '--yes', '--run', run).exit, 0);
    lab.expect('all are back', repair.entries(), names);
    lab.expect('nothing is left', repair.doctor('undo', '--yes', '--last').exit, 64);
    lab.expect('the volume is what it was', repair.content('/dev/san/vm-500-disk-0'), content);

    lab.expect('the copy goes', repair.doctor('clean', '--yes', '--only', 'duplicates').exit, 0);
    lab.expect('and comes back', [repair.doctor('undo', '--yes', '--last').exit, repair.entries()], [0, names]);
    lab.expect('and goes again', repair.doctor('clean', '--yes', '--only', 'duplicates').exit, 0);
    const swap = [
      'vgchange -an san',
      `losetup -d ${disk}`,
      'cp --sparse=always /run/lab-disks/san.img /run/lab-disks/other.img',
      `losetup ${disk} /run/lab-disks/other.img`,
      'vgchange -ay san',
    ];
    lab.journal.run(['sh', '-ec', swap.join('; ')]);
    repair.settle();
    const swapped = repair.doctor('undo', '--yes', '--last');
    lab.expect(
      'another image behind the loop device',
      [swapped.exit, /another disk or image/.test(swapped.stdout), repair.entries().includes(COPY)],
      [1, true, false],
    );

    for (const [mode, path] of [
      ['0666', JOURNAL],
      ['0777', '/var/lib/pve-doctor'],
    ] as const) {
      const was = path === JOURNAL ? '0600' : '0700';
      lab.journal.run(['chmod', mode, path]);
      const refused = repair.doctor('undo', '--yes', '--last');
      lab.expect(`${path} ${mode}`, [refused.exit, /other users may write/.test(refused.stderr)], [73, true]);
      lab.expect(`clean, ${path} ${mode}`, repair.doctor('clean', '--yes', '--vmid', '500').exit, 73);
      lab.journal.run(['chmod', was, path]);
    }
    others.expectUntouched();
  },
};
