import { lvmStorage, thinStorage } from '../node/cluster.ts';
import { DEBIAN } from '../node/debian.ts';
import { dmName } from '../node/device-mapper.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';
import { deviceNumber } from '../node/storage.ts';
import { untouchables } from '../node/untouchables.ts';

/** Every LV of the case: its content must be the same in the end, whatever was done. */
const VOLUMES = [
  'san/vm-100-disk-0',
  'san/vm-100-disk-1',
  'san/vm-169-disk-0',
  'san/vm-200-disk-0',
  'san/vm-500-disk-0',
  'san/vm-501-disk-0',
  'pve/vm-502-disk-0',
] as const;

const COPY = 'san-vm--169--disk--0-dup';

/** LVM 2.03.11 activates everything at boot, and knows no property against it. */
const ALWAYS_AUTOACTIVATED = DEBIAN < 12 ? ['DM050 pve notice', 'DM050 san warning'] : [];

/** Volumes that nobody refers to stay where they are; only their entries go. */
const LEFT_INACTIVE = ['pve/vm-502-disk-0', 'san/vm-100-disk-1', 'san/vm-500-disk-0', 'san/vm-501-disk-0'];

function build(lab: Lab): void {
  lab.cluster.start();
  lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'), thinStorage('local-lvm', 'pve', 'data'));
  lab.storage.group('san');
  lab.storage.group('pve');
  lab.storage.thinPool('pve', 'data');
  for (const path of VOLUMES) {
    const [vg = '', lv = ''] = path.split('/');
    if (vg === 'pve') lab.storage.thin(vg, 'data', lv, 8);
    else lab.storage.thick(vg, lv, 16);
    lab.journal.run(['dd', 'if=/dev/urandom', `of=/dev/${path}`, 'bs=1M', 'count=4', 'status=none', 'conv=fsync']);
  }
  lab.storage.thick('san', 'vm-300-disk-0');
  lab.storage.remove('san', 'vm-300-disk-0', 'another-node');
  lab.cluster.vm(100, 'name: here\nscsi0: san:vm-100-disk-0,size=16M');
  lab.cluster.vm(169, 'name: doubled\nscsi0: san:vm-169-disk-0,size=16M');
  lab.cluster.vm(200, 'name: elsewhere\nscsi0: san:vm-200-disk-0,size=16M', 'pve2');
  lab.dm.create([
    { name: COPY, table: [lab.dm.table('san-vm--169--disk--0')] },
    { name: 'old-vm--888--disk--0', table: [`0 8192 linear ${deviceNumber(lab.storage.disk('raw', 16))} 0`] },
  ]);
  for (const lv of ['vm-100-disk-0', 'vm-501-disk-0']) {
    lab.journal.run(['sfdisk', '-q', '--no-reread', `/dev/san/${lv}`], { input: 'label: gpt\nsize=4MiB,type=L\n' });
    lab.journal.run(['kpartx', '-a', `/dev/mapper/${dmName('san', lv)}`]);
  }
}

export const labCase: LabCase = {
  limitSeconds: 2400,
  about:
    'One of every finding that can be repaired, beside multipath, crypt, thin-pool, root and swap maps: all are cleaned, the next check is clean, undo brings all back, and no volume has another content.',
  inSample: true,
  run(lab) {
    build(lab);
    const others = untouchables(lab);
    const repair = new Repair(lab);
    repair.settle();
    const contents = () => VOLUMES.map((path) => `${path} ${repair.content(`/dev/${path}`)}`);
    const before = contents();
    const devices = repair.devices();
    const planned = repair.planned();
    lab.expect('the dry run changed nothing', repair.devices(), devices);
    lab.expect('nothing was written either', repair.trail(), []);
    const first = planned[0]?.replace(/minor=\d+/, 'minor=N');
    lab.expect('planned first, duplicates', first, `dmsetup remove --retry --select uuid="" && minor=N -- ${COPY}`);

    const duplicates = repair.doctor('clean', '--yes', '--only', 'duplicates');
    lab.expect('duplicates are cleaned', duplicates.exit, 0);
    const orphans = repair.doctor('clean', '--yes', '--only', 'orphans');
    lab.expect('orphans are cleaned', orphans.exit, 0);
    lab.expect('every step is done', [...new Set(repair.outcomes().map(({ state }) => state))], ['changed']);
    lab.expectVerdict({
      ...(DEBIAN < 12 ? { exit: 1, grade: 'B' } : { exit: 0, grade: 'A+' }),
      findings: [...LEFT_INACTIVE.map((path) => `LV001 ${path} notice`), ...ALWAYS_AUTOACTIVATED],
      entries: { 'san-vm--100--disk--0': 'valid', 'san-vm--169--disk--0': 'valid' },
    });
    lab.expect('nothing is left to do', repair.doctor('clean', '--yes', '--only', 'orphans').exit, 0);
    others.expectUntouched();

    const steps = repair.outcomes().map(({ id }) => id);
    for (const id of [...steps].reverse()) lab.expect(`undo ${id}`, repair.doctor('undo', '--yes', `${id}`).exit, 0);
    repair.settle();
    lab.expect('every volume has the content it had', contents(), before);
    lab.expect('every entry is back', withoutOpen(repair.devices()), withoutOpen(devices));
    others.expectUntouched();
    const [undone = 0] = steps;
    lab.expect('undo of a step that was undone is refused', repair.doctor('undo', '--yes', `${undone}`).exit, 1);
    const undos = repair
      .outcomes()
      .map(({ id }) => id)
      .filter((id) => !steps.includes(id));
    lab.expect('undo of the undo', repair.doctor('undo', '--yes', `${undos.at(-1) ?? 0}`).exit, 0);
    repair.doctor('history');
    lab.expect('the history is JSON', JSON.parse(repair.doctor('history', '--json').stdout).open, []);
  },
};

/** Numbers of entries that were put back may be others. */
const withoutOpen = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/\b254:\d+\b/g, '254:N').replace(/:\d+$/, ''))
    .sort();
