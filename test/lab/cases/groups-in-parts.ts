import { lvmStorage } from '../node/cluster.ts';
import type { Lab, LabCase } from '../node/lab.ts';

/** Another node does it to the shared disks: this kernel keeps what it had active. */
const elsewhere = (lab: Lab, program: string, ...words: readonly string[]): void => {
  lab.journal.run([program, '--driverloaded', 'n', ...words]);
};

/** A volume of a guest on one disk of its VG; active, and open where the guest runs. */
function guestOn(lab: Lab, vmid: number, vg: string, disk: string, runs: boolean): void {
  const name = `vm-${vmid}-disk-0`;
  lab.journal.run(['date', '-s', '-2 days']);
  lab.journal.run(['lvcreate', '-aly', '-Wy', '--yes', '-L', '8m', '-n', name, '--setautoactivation', 'n', vg, disk]);
  lab.journal.run(['date', '-s', '2 days']);
  lab.cluster.vm(vmid, `name: of-${vg}\nscsi0: ${vg}:${name},size=8M`);
  if (runs) lab.guests.startVm(vmid, [`/dev/${vg}/${name}`]);
  else lab.storage.deactivate(vg, name);
}

export const labCase: LabCase = {
  about:
    'VGs that miss a part, each beside one that is well: split and merged by another node, without one of two disks, without their only disk, cloned with a name of its own, two of one name, and physical volumes of no VG. Each is told for what it is, and names whom it hits.',
  limitSeconds: 900,
  run(lab) {
    const names = ['well', 'split', 'mergea', 'mergeb', 'miss', 'clone', 'twin', 'away'];
    lab.cluster.start();
    lab.cluster.storage(...names.map((name) => lvmStorage(name, name)), lvmStorage('other', 'other', 'nodes pve2'));
    const disks = new Map<string, string>();
    const disk = (name: string): string => {
      const path = disks.get(name) ?? lab.storage.disk(name, 32);
      disks.set(name, path);
      return path;
    };
    for (const [vg, ...on] of [
      ['well', 'w1', 'w2'],
      ['split', 's1', 's2'],
      ['mergea', 'a1'],
      ['mergeb', 'b1'],
      ['miss', 'm1', 'm2'],
      ['clone', 'c1'],
      ['twin', 't1'],
      ['away', 'g1'],
    ])
      lab.journal.run(['vgcreate', '-y', '-qq', vg ?? '', ...on.map(disk)]);
    for (const [vmid, vg, on, runs] of [
      [100, 'well', 'w1', true],
      [101, 'split', 's1', true],
      [102, 'split', 's2', true],
      [103, 'mergea', 'a1', true],
      [104, 'mergeb', 'b1', true],
      [105, 'miss', 'm1', true],
      [106, 'miss', 'm2', false],
      [107, 'clone', 'c1', true],
      [108, 'twin', 't1', false],
      [109, 'away', 'g1', false],
    ] as const)
      guestOn(lab, vmid, vg, disk(on), runs);
    for (const name of ['p1', 'p2']) lab.journal.run(['pvcreate', '-y', '-qq', disk(name)]);
    const active = [100, 101, 102, 103, 104, 105, 107] as const;
    const entryOf = (vmid: number): string => {
      const config = {
        100: 'well',
        101: 'split',
        102: 'split',
        103: 'mergea',
        104: 'mergeb',
        105: 'miss',
        107: 'clone',
      };
      return `${config[vmid as keyof typeof config]}-vm--${vmid}--disk--0`;
    };
    const all = (over: Readonly<Record<number, 'valid' | 'unknown'>> = {}) =>
      Object.fromEntries(active.map((vmid) => [entryOf(vmid), over[vmid] ?? ('valid' as const)]));
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries: all() }, 'whole');
    const kept = lab.check('--record');
    lab.expect('the exit of a check that is kept', kept.exit, 0);

    elsewhere(lab, 'vgsplit', 'split', 'other', disk('s2'));
    elsewhere(lab, 'vgmerge', 'mergea', 'mergeb');
    for (const name of ['m2', 'g1']) lab.journal.run(['losetup', '-d', disk(name)]);
    const copy = lab.storage.disk('c2', 32);
    lab.storage.copyOnto(disk('c1'), copy);
    lab.journal.run(['vgimportclone', '-n', 'cloned', copy]);
    const twin = lab.storage.disk('t2', 32);
    lab.storage.showLvm([twin]);
    lab.journal.run(['vgcreate', '-y', '-qq', 'twin', twin]);
    lab.storage.showLvm('all');
    const report = lab.expectVerdict(
      {
        exit: 3,
        grade: 'B',
        findings: [
          'LV002 mergeb warning',
          'LV002 split warning',
          'LV003 cloned notice',
          'LV003 twin warning',
          'LV017 miss warning',
          'LV018 away warning',
          'LV018 mergeb warning',
          'VOL003 split:vm-102-disk-0 warning',
        ],
        entries: all(),
        unknown: [],
      },
      'in-parts',
    );
    for (const found of report?.findings ?? [])
      lab.journal.note(`${found.code} ${found.subject.id} ${found.severity}: ${found.headline}`);
  },
};
