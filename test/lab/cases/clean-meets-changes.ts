import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';
import { untouchables } from '../node/untouchables.ts';

const ENTRY = 'san-vm--500--disk--0';
const PATH = `/dev/mapper/${ENTRY}`;

/** What happens to the entry while it is about to be cleaned, when, and how the step must end. */
const MEETINGS: readonly (readonly [
  name: string,
  point: string,
  action: string,
  reason: string,
  because: RegExp,
  undo: string,
])[] = [
  [
    'a configuration refers to it now',
    'planned',
    'echo "scsi0: san:vm-500-disk-0,size=16M" >> /run/pve-cluster/nodes/pve1/qemu-server/400.conf',
    'refused',
    /no finding names/,
    'echo "name: another" > /run/pve-cluster/nodes/pve1/qemu-server/400.conf',
  ],
  [
    'a reader opens it before the last look',
    'gates',
    `exec sleep 100000 < ${PATH} > /dev/null 2>&1 & echo $! > /run/opener; sleep 1`,
    'refused',
    /open count 1|opened meanwhile/,
    'kill -KILL $(cat /run/opener); sleep 1',
  ],
  [
    'a writer opens it after the last look',
    'looked',
    `exec sleep 100000 3>> ${PATH} > /dev/null 2>&1 & echo $! > /run/opener; sleep 1`,
    'failed',
    /is there; .*(?:in use|busy|used by)/,
    'kill -KILL $(cat /run/opener); sleep 1',
  ],
  [
    'its volume is made again under its name',
    'planned',
    `lvremove -qqy san/vm-500-disk-0; lvcreate -qqy -Wn -Zn -L 16M -n vm-500-disk-0 san`,
    'failed',
    /another one now: UUID|not in metadata with this UUID/,
    'true',
  ],
];

export const labCase: LabCase = {
  about:
    'The node changes between the plan and the command, up to the last moment: the step ends as a refusal or a surprise, the entry stays, and so does what is on the volume.',
  limitSeconds: 1800,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-500-disk-0', 16);
    lab.cluster.vm(400, 'name: another');
    lab.journal.run(['dd', 'if=/dev/urandom', `of=${PATH}`, 'bs=1M', 'count=8', 'status=none', 'conv=fsync']);
    const others = untouchables(lab);
    const repair = new Repair(lab);
    repair.settle();
    for (const [name, point, action, reason, because, undo] of MEETINGS) {
      const content = repair.content(PATH);
      const ran = repair.applyMeeting(point, action);
      lab.expect(`${name}: ends as`, /"reason":"(\w+)"/.exec(ran.stdout)?.[1], reason);
      lab.expect(`${name}: says why`, because.test(ran.stdout), true);
      lab.journal.run(['sh', '-c', undo]);
      repair.settle();
      lab.expect(`${name}: the entry is there`, repair.entries(), [ENTRY]);
      if (undo !== 'true') lab.expect(`${name}: its content`, repair.content(PATH), content);
    }
    const outcomes = repair.outcomes().map(({ reason, outcome }) => `${reason} ${outcome}`);
    lab.expect('the reader was seen, the writer met by the kernel', outcomes, ['refused not-run', 'failed exited']);
    lab.expect('in the end it can be cleaned', repair.doctor('clean', '--yes', '--vmid', '500').exit, 0);
    others.expectUntouched();
  },
};
