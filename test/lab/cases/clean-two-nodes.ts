import { lvmStorage } from '../node/cluster.ts';
import { fillVolumes } from '../node/contents.ts';
import { waitFor } from '../node/journal.ts';
import { type Lab, type LabCase, SHARED_DISK } from '../node/lab.ts';
import { replaceLvchange, WAITS } from '../node/lvchange.ts';
import { Repair } from '../node/repair.ts';

const VMIDS = [500, 501, 502, 503, 504, 505, 506, 507, 508];
const lvOf = (vmid: number): string => `vm-${vmid}-disk-0`;
const entryOf = (vmid: number): string => `san-vm--${vmid}--disk--0`;
const pathOf = (vmid: number): string => `/dev/san/${lvOf(vmid)}`;

/** Two nodes under load answer late. */
const PATIENCE_MS = 900_000;

type Deed = (lab: Lab, repair: Repair) => void;

/** A file system in use: a file that is known, and one that grows as long as the first is there. */
function writeTo(lab: Lab, device: string, mountPoint: string): void {
  const file = `${mountPoint}/file`;
  const write = `dd if=/dev/urandom of=${file} bs=1M count=4 status=none; sync; sha256sum ${file} > ${mountPoint}.sum`;
  lab.journal.run(['sh', '-ec', `mkdir -p ${mountPoint}; mount ${device} ${mountPoint}; ${write}`]);
  const log = `i=0; while [ -e ${file} ]; do i=$((i+1)); echo $i >> ${mountPoint}/log; sync ${mountPoint}/log; sleep 0.2; done`;
  lab.journal.background(['sh', '-c', log]);
}

function expectWhole(lab: Lab, device: string, mountPoint: string): void {
  lab.journal.run(['sh', '-c', 'echo 3 > /proc/sys/vm/drop_caches']);
  const same = lab.journal.run(['sha256sum', '-c', `${mountPoint}.sum`], { mayFail: true }).status;
  lab.journal.run(['sh', '-ec', `mv ${mountPoint}/file ${mountPoint}/kept; sleep 1; umount ${mountPoint}`]);
  const checked = lab.journal.run(['fsck.ext4', '-fn', device], { mayFail: true }).status;
  lab.expect(`the file system on ${device} is whole`, [same, checked], [0, 0]);
}

/** What the other node does when it is told to. */
const OTHER: Readonly<Record<string, Deed>> = {
  'clean-the-same': (lab, repair) => {
    lab.expect('the other node cleans', repair.doctor('clean', '--yes', '--vmid', '500').exit, 0);
  },
  'undo-the-same': (lab, repair) => {
    lab.expect('the other node takes back', repair.doctor('undo', '--yes', '--last').exit, 0);
  },
  'mount-501': (lab) => {
    writeTo(lab, pathOf(501), '/run/data');
    lab.cluster.vm(501, 'name: here\nscsi0: san:vm-501-disk-0,size=16M', 'pve2');
  },
  'look-at-501': (lab) => expectWhole(lab, pathOf(501), '/run/data'),
  'open-508': (lab) => {
    lab.journal.background(['sh', '-c', `exec sleep 100000 3<> ${pathOf(508)}`]);
  },
  'remove-502': (lab) => lab.storage.remove('san', lvOf(502)),
  'rename-503': (lab) => lab.storage.rename('san', lvOf(503), 'vm-600-disk-0'),
  'grow-504': (lab) => lab.storage.grow('san', lvOf(504), 8, 'this-node'),
  'make-505-again': (lab) => {
    lab.storage.remove('san', lvOf(505));
    lab.storage.thick('san', lvOf(505), 16);
    lab.journal.run(['mkfs.ext4', '-q', '-F', pathOf(505)]);
    writeTo(lab, pathOf(505), '/run/again');
  },
  'look-at-505': (lab) => expectWhole(lab, pathOf(505), '/run/again'),
  'remove-506': (lab) => lab.storage.remove('san', lvOf(506)),
  'use-sectors-of-506': (lab) => {
    lab.storage.thick('san', 'vm-700-disk-0', 16);
    lab.journal.run(['mkfs.ext4', '-q', '-F', '/dev/san/vm-700-disk-0']);
    writeTo(lab, '/dev/san/vm-700-disk-0', '/run/new');
  },
  'look-at-700': (lab) => expectWhole(lab, '/dev/san/vm-700-disk-0', '/run/new'),
  'remove-507': (lab) => lab.storage.remove('san', lvOf(507)),
};

const tell = (lab: Lab, deed: string): void => {
  lab.say(deed);
  lab.hear(`did-${deed}`, PATIENCE_MS);
};

export const labCase: LabCase = {
  about:
    'Two nodes and one LUN, 14 situations: the other one cleans the same, mounts and writes, opens, removes, renames, grows, makes again, takes the sectors, while this one cleans and takes back. No file system is hurt, and each end is the truth.',
  nightly: true,
  limitSeconds: 10_000,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.groupOn('san', SHARED_DISK);
    for (const vmid of VMIDS) lab.storage.thick('san', lvOf(vmid), 16);
    const expectContents = fillVolumes(lab, ['san/vm-500-disk-0', 'san/vm-508-disk-0']);
    lab.journal.run(['mkfs.ext4', '-q', '-F', pathOf(501)]);
    const repair = new Repair(lab);
    repair.settle();
    tell(lab, 'begin');
    together(lab, repair);
    inUseElsewhere(lab, repair);
    changedBeforeTheStep(lab, repair);
    sectorsTaken(lab, repair);
    removedWhileItWaits(lab, repair);
    expectContents('in the end');
    lab.say('end');
  },
  otherNode(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    const repair = new Repair(lab);
    lab.hear('begin', PATIENCE_MS);
    for (const vmid of VMIDS) lab.storage.activate('san', lvOf(vmid));
    repair.settle();
    lab.say('did-begin');
    const left = new Set(Object.keys(OTHER));
    while (!lab.hasHeard('end')) {
      const deed = [...left].find((name) => lab.hasHeard(name));
      if (deed === undefined) lab.journal.run(['sleep', '0.3']);
      else {
        left.delete(deed);
        OTHER[deed]?.(lab, repair);
        lab.say(`did-${deed}`);
      }
    }
  },
};

/** 1, 2: both clean, and take back, the same volume at the same time. */
function together(lab: Lab, repair: Repair): void {
  lab.say('clean-the-same');
  lab.expect('both clean', repair.doctor('clean', '--yes', '--vmid', '500').exit, 0);
  lab.hear('did-clean-the-same', PATIENCE_MS);
  lab.expect('both clean: gone here', repair.entries().includes(entryOf(500)), false);
  lab.say('undo-the-same');
  lab.expect('both take back', repair.doctor('undo', '--yes', '--last').exit, 0);
  lab.hear('did-undo-the-same', PATIENCE_MS);
  lab.expect('both take back: it is here', repair.entries().includes(entryOf(500)), true);
}

/** 3 to 6: the other one has it mounted and writes, or has it open, which nothing here shows. */
function inUseElsewhere(lab: Lab, repair: Repair): void {
  tell(lab, 'mount-501');
  lab.cluster.vm(501, 'name: there\nscsi0: san:vm-501-disk-0,size=16M', 'pve2');
  lab.expect('mounted there: it goes from here', repair.doctor('clean', '--yes', '--vmid', '501').exit, 0);
  lab.expect('mounted there: it comes back', repair.doctor('undo', '--yes', '--last').exit, 0);
  lab.expect('mounted there: it goes again', repair.doctor('clean', '--yes', '--vmid', '501').exit, 0);
  tell(lab, 'look-at-501');
  tell(lab, 'open-508');
  lab.expect('open there: it goes from here', repair.doctor('clean', '--yes', '--vmid', '508').exit, 0);
}

/** `clean` of a guest; between its question and the answer the other node does something. */
function answeredAfter(lab: Lab, repair: Repair, vmid: number, deed: string) {
  const shell = lab.sayingAndHearing(deed, `did-${deed}`);
  const ran = repair.onTerminal(`clean --vmid ${vmid}`, `run ${shell} && y`);
  const isThere = repair.entries().includes(entryOf(vmid));
  const text = ran.stdout.replace(/\s+/g, ' ');
  const outcome = repair.trail().findLast((record) => record.startsWith('outcome')) ?? '';
  return { exit: ran.exit, isThere, text, outcome };
}

/** 7 to 10: what was shown is another thing by now. */
function changedBeforeTheStep(lab: Lab, repair: Repair): void {
  const removed = answeredAfter(lab, repair, 502, 'remove-502');
  lab.expect(
    'removed: skipped, and no surprise',
    [removed.exit, removed.isThere, /removed meanwhile/.test(removed.text)],
    [1, true, true],
  );
  lab.expect('removed: then it goes as a ghost', repair.doctor('clean', '--yes', '--vmid', '502').exit, 0);
  const renamed = answeredAfter(lab, repair, 503, 'rename-503');
  lab.expect('renamed: it stays', [renamed.exit, renamed.isThere], [2, true]);
  const grown = answeredAfter(lab, repair, 504, 'grow-504');
  lab.expect('grown: the truth', grown.isThere, grown.exit !== 0);
  const again = answeredAfter(lab, repair, 505, 'make-505-again');
  lab.expect('made again: it stays', [again.exit === 0, again.isThere], [false, true]);
  lab.expect('made again: then it goes as a ghost', repair.doctor('clean', '--yes', '--vmid', '505').exit, 0);
  tell(lab, 'look-at-505');
}

/** 11 to 13: a ghost goes while the other one writes to a new volume on its sectors, and does not come back over it. */
function sectorsTaken(lab: Lab, repair: Repair): void {
  tell(lab, 'remove-506');
  lab.expect('a ghost goes', repair.doctor('clean', '--yes', '--vmid', '506').exit, 0);
  lab.expect('and comes back', repair.doctor('undo', '--yes', '--last').exit, 0);
  tell(lab, 'use-sectors-of-506');
  lab.expect('it goes from under a new volume', repair.doctor('clean', '--yes', '--vmid', '506').exit, 0);
  const refused = repair.doctor('undo', '--yes', '--last');
  lab.expect('it does not come back over it', [refused.exit, repair.entries().includes(entryOf(506))], [1, false]);
  tell(lab, 'look-at-700');
}

/** 14 */
function removedWhileItWaits(lab: Lab, repair: Repair): void {
  const restore = replaceLvchange(WAITS);
  lab.journal.run(['sh', '-c', 'rm -f /run/waiting /run/go']);
  const waits = 'until [ -s /run/waiting ]; do sleep 0.2; done';
  const shell = `${waits}; ${lab.sayingAndHearing('remove-507', 'did-remove-507')}; touch /run/go`;
  lab.journal.background(['sh', '-c', shell]);
  const waited = repair.doctor('clean', '--yes', '--vmid', '507');
  restore();
  waitFor('the run ends', () => repair.trail().at(-1) === 'run-end', 60_000);
  const last = repair.trail().findLast((record) => record.startsWith('outcome')) ?? '';
  const isThere = repair.entries().includes(entryOf(507));
  lab.expect('removed while it waits: the truth', / (\w+)/.exec(last)?.[1], isThere ? 'unchanged' : 'changed');
  lab.expect('removed while it waits: status', waited.exit, isThere ? 2 : 0);
  lab.expect('removed while it waits: nothing is open', /^!/.test(repair.doctor('history').stdout), false);
}
