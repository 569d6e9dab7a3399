import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';
import { untouchables } from '../node/untouchables.ts';

export const labCase: LabCase = {
  about:
    'clean on a terminal of 80 columns: Enter is no, q stops everything, entries in use are shown and skipped. Undo is refused once the extents belong to another volume.',
  limitSeconds: 900,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    for (const vmid of [169, 300, 500, 501]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
    lab.storage.remove('san', 'vm-300-disk-0', 'another-node');
    lab.cluster.vm(169, 'name: doubled\nscsi0: san:vm-169-disk-0,size=16M');
    const table = lab.dm.table('san-vm--169--disk--0');
    lab.dm.create([{ name: 'san-vm--169--disk--0-copy', table: [table] }]);
    lab.journal.background(['sh', '-c', 'exec 9</dev/san/vm-501-disk-0; exec sleep 100000']);
    lab.dm.waitForOpen('san-vm--501--disk--0', 1);
    const others = untouchables(lab);
    const repair = new Repair(lab);
    repair.settle();
    const names = repair.entries();

    lab.expect('without a terminal', [repair.doctor('clean').exit, repair.entries()], [64, names]);
    const quit = repair.onTerminal('clean', 'q');
    lab.expect('q stops everything', [quit.exit, repair.entries()], [130, names]);
    lab.expect('q in the first phase never shows the second', /ORPHANS/.test(quit.stdout), false);
    const none = repair.onTerminal('clean', 'enter', 'enter', 'enter');
    lab.expect('Enter is no', [none.exit, repair.entries()], [1, names]);
    lab.expect('in use is shown', none.stdout.includes('[DEVICE IS CURRENTLY OPEN/IN USE]'), true);
    const wide = none.stdout.split('\n').filter((line) => line.trimEnd().length > 80 && !line.includes('Command'));
    lab.expect('80 columns', wide, []);
    lab.expect('Ctrl-C at the question', repair.onTerminal('clean', 'ctrl-c').exit, 130);
    const some = repair.onTerminal('clean', 'y', 'a');
    lab.expect(
      'y, then all the rest',
      [some.exit, repair.entries()],
      [1, ['san-vm--169--disk--0', 'san-vm--501--disk--0']],
    );

    const ghost = repair
      .records()
      .find(
        (record) =>
          record.record === 'intent' && record.step.kind === 'remove-device' && record.finding.code === 'DM013',
      );
    const id = ghost?.record === 'intent' ? ghost.id : 0;
    lab.storage.thick('san', 'vm-900-disk-0', 16);
    lab.expect(
      'the new volume has the extents',
      lab.dm.table('san-vm--900--disk--0').split(' ').slice(-1),
      ghost?.record === 'intent' ? [ghost.step.device.table[0]?.args[1]] : [],
    );
    const undo = repair.doctor('undo', `${id}`);
    lab.expect('undo is refused', [undo.exit, /uses sectors of it now/.test(undo.stdout)], [1, true]);
    others.expectUntouched();
  },
};
