import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { type Ran, Repair } from '../node/repair.ts';

interface Answer {
  readonly planId: string;
  readonly steps: readonly { readonly name: string }[];
  readonly result: null | { readonly exitCode: number; readonly items: readonly { readonly state: string }[] };
}

const read = ({ stdout }: Ran): Answer => JSON.parse(stdout) as Answer;

export const labCase: LabCase = {
  about:
    'clean by names of entries and volumes, with --max, as JSON, and by the id of a plan: exactly that plan or nothing.',
  limitSeconds: 1800,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('tank', 'san', 'shared 1'));
    lab.storage.group('san');
    for (const vmid of [500, 501, 502]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
    const repair = new Repair(lab);
    repair.settle();
    const entries = (...vmids: readonly number[]) => vmids.map((vmid) => `san-vm--${vmid}--disk--0`);

    const all = read(repair.doctor('clean', '--dry-run', '--format', 'json'));
    lab.expect('the plan', [all.steps.map(({ name }) => name), all.result], [entries(500, 501, 502), null]);
    lab.expect('another plan is not run', repair.doctor('clean', '--plan', '0123456789ab').exit, 1);
    lab.storage.thick('san', 'vm-503-disk-0', 16);
    repair.settle();
    lab.expect('nor one of the node as it was', repair.doctor('clean', '--plan', all.planId).exit, 1);
    lab.expect('nothing was changed', repair.entries(), entries(500, 501, 502, 503));

    const names = ['san/vm-500-disk-0'];
    const one = read(repair.doctor('clean', '--dry-run', '--format', 'json', ...names));
    const done = repair.doctor('clean', '--plan', one.planId, '--format', 'json', ...names);
    lab.expect(
      'the reviewed plan is run',
      [done.exit, read(done).result?.exitCode, read(done).result?.items.map(({ state }) => state), repair.entries()],
      [0, 0, ['changed'], entries(501, 502, 503)],
    );
    const most = repair.doctor('clean', '--yes', '--max', '1', 'tank:vm-501-disk-0', 'san-vm--502--disk--0');
    lab.expect('one at most', [most.exit, repair.entries()], [1, entries(502, 503)]);
    lab.expect('a name that means nothing', repair.doctor('clean', '--yes', 'san/vm-1-disk-9').exit, 1);
    lab.expect('a whole node needs more than --yes', repair.doctor('clean', '--yes').exit, 64);

    lab.journal.run(['sh', '-c', 'mkdir -p /var/lock/qemu-server; : >/var/lock/qemu-server/lock-503.conf']);
    lab.journal.background(['flock', '/var/lock/qemu-server/lock-503.conf', 'sleep', '100000']);
    lab.journal.run(['sleep', '2']);
    const busy = repair.doctor('clean', '--yes', '--vmid', '503');
    lab.expect(
      'busy is left alone, with why',
      [busy.exit, /not judged: .*lock-503\.conf/s.test(busy.stdout)],
      [1, true],
    );
    lab.expect('it stays', repair.entries(), entries(502, 503));
  },
};
