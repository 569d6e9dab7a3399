import { lvmStorage } from '../node/cluster.ts';
import { waitFor } from '../node/journal.ts';
import type { LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';
import { untouchables } from '../node/untouchables.ts';

const ENTRY = 'san-vm--500--disk--0';

export const labCase: LabCase = {
  about:
    'kill -9 between every two records of the journal: history and check name the open step first, the next clean explains it and finishes. Two cleans at once; a journal that cannot be written.',
  inSample: true,
  limitSeconds: 1800,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-500-disk-0', 16);
    const others = untouchables(lab);
    const repair = new Repair(lab);
    repair.settle();
    const clean = () => repair.doctor('clean', '--yes', '--only', 'orphans');

    lab.journal.run([
      'sh',
      '-c',
      'mkdir -p /var/lib/pve-doctor; mount -t tmpfs -o ro,mode=0700 tmpfs /var/lib/pve-doctor',
    ]);
    lab.expect('a read-only journal', [clean().exit, repair.entries()], [73, [ENTRY]]);
    lab.journal.run(['mount', '-o', 'remount,rw,size=8k', '/var/lib/pve-doctor']);
    lab.journal.run(['sh', '-c', 'dd if=/dev/zero of=/var/lib/pve-doctor/fill bs=1k count=100 2>/dev/null; true']);
    lab.expect('a full disk', [clean().exit, repair.entries()], [73, [ENTRY]]);
    // One page is left: the first record fits into it, the intent does not.
    const fill =
      "printf '%3500s\\n' x > /var/lib/pve-doctor/journal.jsonl; dd if=/dev/zero of=/var/lib/pve-doctor/fill bs=1k count=100";
    lab.journal.run(['sh', '-c', `rm /var/lib/pve-doctor/*; ${fill} 2>/dev/null; true`]);
    const filled = clean();
    lab.expect('a disk that fills with the intent', [filled.exit, repair.entries()], [2, [ENTRY]]);
    lab.journal.run(['umount', '/var/lib/pve-doctor']);

    for (const point of ['run-start', 'intent'] as const) {
      repair.applyMeeting(point, 'kill');
      lab.expect(`killed after ${point}: the entry is there`, repair.entries(), [ENTRY]);
    }
    lab.expect('history names the open step first', repair.doctor('history').stdout.startsWith('! Step 1'), true);
    lab.expect('check names it', /Step 1 .* was interrupted/.test(lab.check().stderr), true);
    const after = clean();
    lab.expect('clean names it first', after.stdout.startsWith('! Step 1'), true);
    lab.expect('and goes on', [after.exit, repair.entries()], [0, []]);
    lab.expect('explained, then done', repair.trail().slice(-5), [
      'run-start',
      'explained unchanged interrupted',
      'intent',
      'outcome changed',
      'run-end',
    ]);

    lab.expect('undo', repair.doctor('undo', '--yes', '2').exit, 0);
    repair.applyMeeting('mutated', 'kill');
    lab.expect('killed before the outcome: it is gone', repair.entries(), []);
    const explained = clean();
    lab.expect('the next run explains it', [explained.exit, repair.trail().at(-2)], [0, 'explained changed']);
    lab.expect('and it can be undone', repair.doctor('undo', '--yes', '4').exit, 0);
    repair.applyMeeting('outcome', 'kill');
    lab.expect('killed after the outcome: nothing is open', repair.doctor('history').stdout.startsWith('!'), false);
    lab.expect('undo of the last', repair.doctor('undo', '--yes', '6').exit, 0);

    const first = lab.journal.background([
      process.execPath,
      'test/lab/apply-driver.ts',
      'intent',
      'touch /run/first; sleep 20',
    ]);
    waitFor(
      'the first run holds the lock',
      () => lab.journal.run(['test', '-e', '/run/first'], { mayFail: true }).status === 0,
      60_000,
    );
    const second = clean();
    lab.expect('the second clean is refused', [second.exit, /another run/.test(second.stderr)], [1, true]);
    // Nobody collects it while this waits, so its pid says nothing.
    waitFor(`run ${first} writes its outcome`, () => repair.trail().at(-1)?.startsWith('outcome') === true, 90_000);
    lab.expect('the first one finishes', [repair.entries(), repair.trail().at(-1)], [[], 'outcome changed']);
    others.expectUntouched();
  },
};
