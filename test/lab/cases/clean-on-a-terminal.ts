import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';
import { untouchables } from '../node/untouchables.ts';

/** Names and commands are never broken. */
const tooWide = (text: string, columns: number): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.length > columns && line.trim().includes(' ') && !/^ {4}(?:lvchange|dmsetup) /.test(line));

export const labCase: LabCase = {
  about:
    'clean on terminals of 40, 80 and 200 columns: Enter is no, also after keys that were pressed before the question; q stops everything, entries in use are shown and skipped; into a pipe it is a plan. Undo is refused once the extents belong to another volume.',
  limitSeconds: 3000,
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
    const none = repair.onTerminal('clean', 'early y', 'enter', 'enter', 'enter');
    lab.expect('Enter is no, after a key that was pressed early too', [none.exit, repair.entries()], [1, names]);
    lab.expect('that it does not count is said', none.stdout.includes('What was typed before the question'), true);
    lab.expect('in use is shown', none.stdout.includes('[DEVICE IS CURRENTLY OPEN/IN USE]'), true);
    lab.expect('80 columns', tooWide(none.stdout, 80), []);
    const resized = repair.onTerminalOf(200, 'clean', 'early y\ny\na', 'resize 40', 'enter', 'enter');
    lab.expect('Enter is no after whole lines too', [resized.exit, repair.entries()], [1, names]);
    const [before = '', ...after] = resized.stdout.split('(y/N');
    lab.expect('200 columns', tooWide(before, 200), []);
    lab.expect('40 columns from the next question on', tooWide(after.join(''), 40), []);
    lab.expect('40 columns', tooWide(repair.onTerminalOf(40, 'clean', 'q').stdout, 40), []);
    const piped = repair.onTerminal('clean | tee /run/clean.log');
    lab.expect(
      'into a pipe',
      [/3 steps planned/.test(piped.stdout), /no terminal to ask on/.test(piped.stdout)],
      [true, true],
    );
    lab.expect('into a pipe nothing is asked', [/y\/N/.test(piped.stdout), repair.entries()], [false, names]);
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
    const undo = repair.doctor('undo', '--yes', `${id}`);
    lab.expect('undo is refused', [undo.exit, /uses sectors of it now/.test(undo.stdout)], [1, true]);
    others.expectUntouched();
  },
};
