import { lvmStorage, thinStorage } from '../node/cluster.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { SharedLuns } from '../node/shared-luns.ts';

const ALL = ['pve1', 'pve2', 'pve3'];
const DISK = '/dev/san/vm-102-disk-0';
const FILE_SYSTEM = 'c0ffee00-0000-4000-8000-000000000102';

const configure = (lab: Lab, lock = ''): void => {
  lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'), thinStorage('thin', 'pools', 'data', 'nodes pve2'));
  lab.cluster.vm(102, `name: database\n${lock}scsi0: san:vm-102-disk-0,size=8M`, 'pve2');
};

const mount = (lab: Lab, name: string): void => {
  lab.journal.run(['mkdir', '-p', `/srv/${name}`]);
  lab.journal.run(['mount', new SharedLuns(lab).disk(name), `/srv/${name}`]);
};

const steps = {
  start(lab) {
    lab.cluster.start();
    lab.three.startNetwork();
    configure(lab);
    new SharedLuns(lab).start();
  },
  trust: (lab) => lab.three.trust('pinned'),
  login: (lab) => new SharedLuns(lab).login(),
  publish: (lab) => lab.three.publish(lab),
  quarterOfAnHour: (lab) => lab.three.passTime(900),
  /** As it should be: what is used, is used here. */
  use(lab) {
    lab.storage.activate('san', 'vm-102-disk-0');
    lab.guests.startVm(102, [DISK]);
    lab.storage.activate('pools', 'data');
    mount(lab, 'data');
  },
  /** What looks like it and is not: an active volume that nothing has open, and a copy of the file system on another LUN. */
  lookAlike(lab) {
    lab.storage.activate('san', 'vm-102-disk-0');
    mount(lab, 'copy');
  },
  lock: (lab) => configure(lab, 'lock: migrate\n'),
  receive: (lab) => {
    lab.guests.receiveVm(102, [DISK]);
  },
  capture: (lab) => lab.capture(),
  unlock: (lab) => configure(lab),
  useToo(lab) {
    lab.storage.activate('pools', 'data');
    mount(lab, 'data');
  },
} satisfies Readonly<Record<string, (lab: Lab) => void>>;

const all = (lab: Lab, ...names: readonly (keyof typeof steps)[]): void => {
  for (const name of names) lab.three.everywhere(lab, steps, name);
};

const TWICE = [
  'CL001 102 pve2,pve3',
  'CL002 pools/data pve2,pve3',
  `CL003 ${FILE_SYSTEM} pve2,pve3`,
  'CL007 san/vm-102-disk-0 pve2,pve3',
];

export const labCase: LabCase = {
  about:
    'Three kernels with the LUNs of one iSCSI target: a guest, a thin pool, a file system and a volume are used by one of them, then by two; in between the guest migrates.',
  limitSeconds: 1200,
  steps,
  run(lab) {
    all(lab, 'start', 'trust');
    const luns = new SharedLuns(lab);
    luns.serve({ san: 64, pools: 64, data: 32, copy: 32 });
    luns.login();
    lab.storage.groupOn('san', luns.disk('san'));
    lab.storage.groupOn('pools', luns.disk('pools'));
    lab.storage.thick('san', 'vm-102-disk-0');
    lab.storage.deactivate('san', 'vm-102-disk-0');
    lab.storage.thinPool('pools', 'data', 32);
    // Else udev of every node that sees the LUN activates it, which is what CL002 is about.
    lab.storage.autoactivation('pools', 'data', 'n');
    lab.storage.deactivate('pools', 'data');
    lab.journal.run(['mkfs.ext4', '-q', '-F', '-U', FILE_SYSTEM, luns.disk('data')]);
    lab.storage.copyOnto(luns.disk('data'), luns.disk('copy'));
    for (const node of ['pve2', 'pve3']) lab.three.on(node, 'login');
    lab.three.on('pve2', 'use');
    lab.three.on('pve3', 'lookAlike');
    lab.expectAcross('used once', { judged: ALL, findings: [] }, '--fresh');
    all(lab, 'lock');
    lab.three.on('pve3', 'receive');
    // A guest with a lock is not judged while its task may live.
    lab.expectAcross('migration', { judged: ALL, findings: [], open: ['CL001', 'CL007'] }, '--fresh');
    all(lab, 'unlock');
    lab.three.on('pve3', 'useToo');
    lab.expectAcross('used twice, asked now', { judged: ALL, findings: TWICE }, '--fresh');
    all(lab, 'publish', 'quarterOfAnHour', 'publish', 'quarterOfAnHour', 'publish');
    lab.expectAcross('used twice, by their records', { judged: ALL, findings: TWICE });
    lab.three.on('pve3', 'capture');
  },
};
