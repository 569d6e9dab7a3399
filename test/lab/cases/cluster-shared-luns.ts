import { rmSync, writeFileSync } from 'node:fs';
import { lvmStorage, thinStorage } from '../node/cluster.ts';
import { Iscsi } from '../node/iscsi.ts';
import type { Lab, LabCase } from '../node/lab.ts';

const PORTAL = '192.0.2.1';
const NODES = ['pve1', 'pve2', 'pve3'] as const;

/** The disk of a LUN on this node, by its serial. */
function lun(lab: Lab, name: string): string {
  const [disk] = new Iscsi(lab.journal).disksOf(`iqn.2024-01.lab:${name}`);
  if (disk === undefined) throw new Error(`no disk of target ${name}`);
  return `/dev/${disk}`;
}

const storages = (lab: Lab, ...more: readonly string[]): void => {
  lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'), ...more);
  lab.cluster.vm(102, 'name: database\nscsi0: san:vm-102-disk-0,size=8M', 'pve1');
};

const thin = thinStorage('thin', 'san', 'data');

const steps: Readonly<Record<string, (lab: Lab) => void>> = {
  start(lab) {
    lab.cluster.start();
    lab.three.startNetwork();
    storages(lab);
    new Iscsi(lab.journal, lab.three.node).start([]);
  },
  trust: (lab) => lab.three.trust('pinned'),
  login(lab) {
    new Iscsi(lab.journal).login(PORTAL);
    lab.journal.run(['vgs']);
  },
  publish(lab) {
    lab.journal.run(['pve-doctor', 'publish']);
  },
  quarterOfAnHour: (lab) => lab.three.passTime(900),
  activatePool: (lab) => lab.journal.run(['lvchange', '-ay', '-K', 'san/data']),
  deactivatePool: (lab) => lab.journal.run(['lvchange', '-an', 'san/data']),
  activate: (lab) => lab.storage.activate('san', 'vm-102-disk-0'),
  deactivate: (lab) => lab.storage.deactivate('san', 'vm-102-disk-0'),
  mount(lab) {
    lab.journal.run(['mkdir', '-p', '/srv/data']);
    lab.journal.run(['mount', lun(lab, 'data'), '/srv/data']);
  },
  unmount: (lab) => lab.journal.run(['umount', '/srv/data']),
  withThin: (lab) => storages(lab, thin),
  usual: (lab) => storages(lab),
};

const allOf = (lab: Lab, ...names: readonly string[]): void => {
  for (const name of names) lab.three.everywhere(lab, steps, name);
};

export const labCase: LabCase = {
  about: 'Three kernels with LUNs of one iSCSI target.',
  limitSeconds: 500,
  steps,
  run(lab) {
    allOf(lab, 'start', 'trust');
    const iscsi = new Iscsi(lab.journal);
    iscsi.target('san', [PORTAL], 'abcd0001', 256);
    iscsi.target('data', [PORTAL], 'abcd0002', 64);
    steps['login']?.(lab);
    lab.storage.groupOn('san', lun(lab, 'san'));
    lab.storage.thick('san', 'vm-102-disk-0');
    lab.journal.run(['mkfs.ext4', '-q', '-F', lun(lab, 'data')]);
    for (const node of ['pve2', 'pve3']) lab.three.on(node, 'login');
    lab.expectAcross('healthy', { judged: NODES, findings: [] }, '--fresh');
    allOf(lab, 'publish');
    lab.expectAcross('healthy, published', { judged: NODES, findings: [] });
    writeFileSync('/tmp/x', '');
    rmSync('/tmp/x');
  },
};
