import { compareAll, type Prediction, STORAGES } from '../predictions.ts';
import type { PveCase, PveLab } from '../pve-lab.ts';

/** The disk goes behind the back of Proxmox VE. */
const LOSE: Readonly<Record<string, (vmid: number) => string>> = {
  fast: (vmid) => `lvremove -fq fast/vm-${vmid}-disk-0`,
  thin: (vmid) => `lvremove -fq pools/vm-${vmid}-disk-0`,
  qcow2: (vmid) => `rm /var/lib/vz/images/${vmid}/vm-${vmid}-disk-0.qcow2`,
  raw: (vmid) => `rm /var/lib/vz/images/${vmid}/vm-${vmid}-disk-0.raw`,
  chain: (vmid) => `lvremove -fq chains/vm-${vmid}-disk-0.qcow2`,
};

/** What is asked of each; the destroy comes last. */
const OPERATIONS: readonly (readonly [before: string, line: string])[] = [
  ['start N', 'qm start N'],
  ['clone N --newid M', 'qm clone N M --full 1'],
  ['resize N --disk scsi0 --add 4M', 'qm resize N scsi0 +4M'],
  ['snapshot N --snapshot s1', 'qm snapshot N s1'],
  ['destroy N', 'qm destroy N'],
];

function* damaged(lab: PveLab): Generator<readonly [string, Prediction]> {
  let vmid = 200;
  const each = function* (what: string): Generator<readonly [string, Prediction]> {
    for (const [before, line] of OPERATIONS) {
      const named = (text: string) => text.replaceAll(/\bN\b/g, String(vmid)).replaceAll(/\bM\b/g, String(vmid + 500));
      yield [what, { before: named(before), line: named(line) }];
    }
    vmid += 1;
  };
  for (const [name, disk] of Object.entries(STORAGES)) {
    lab.pve(`qm create ${vmid} --scsi0 ${disk} --memory 32 --kvm 0`);
    lab.shell((LOSE[name] ?? ((): string => 'false'))(vmid));
    yield* each(`${name}, disk gone`);
  }
  for (const [what, words] of [
    ['locked', '--lock backup'],
    ['locked, suspended', '--lock suspended'],
    ['protected', '--protection 1'],
  ] as const) {
    lab.pve(`qm create ${vmid} --scsi0 thin:0.02 --memory 32 --kvm 0`, `qm set ${vmid} ${words}`);
    yield* each(what);
    lab.pve(
      `qm unlock ${vmid - 1}`,
      `qm set ${vmid - 1} --protection 0`,
      `qm stop ${vmid - 1}`,
      `qm destroy ${vmid - 1}`,
    );
  }
  for (const storage of ['fast', 'thin', 'local']) {
    lab.pve(`qm create ${vmid} --scsi0 ${storage}:0.02 --memory 32 --kvm 0`, `pvesm set ${storage} --disable 1`);
    yield* each(`${storage} disabled`);
    lab.pve(`pvesm set ${storage} --disable 0`, `qm stop ${vmid - 1}`, `qm destroy ${vmid - 1}`);
  }
  // A snapshot that no configuration knows.
  lab.pve(`qm create ${vmid} --scsi0 thin:0.02 --memory 32 --kvm 0`);
  lab.shell(`lvcreate -s -n snap_vm-${vmid}-disk-0_s1 pools/vm-${vmid}-disk-0`);
  yield* each('thin, a snapshot that nobody knows');
}

export const pveCase: PveCase = {
  about: 'What `before` says of damaged, locked and protected guests, and what Proxmox VE then does.',
  run: (lab) => compareAll(lab, damaged(lab)),
};
