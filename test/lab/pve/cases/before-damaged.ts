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

/** What the operations made or left, so that no situation meets that of another, nor a storage that is full of it. */
function clear(lab: PveLab, vmid: number): void {
  for (const one of [vmid, vmid + 500]) {
    lab.pve(`qm unlock ${one}`, `qm set ${one} --protection 0`, `qm stop ${one}`, `qm destroy ${one}`);
    lab.shell(`lvremove -fq fast/vm-${one}-disk-0 pools/vm-${one}-disk-0; rm -rf /var/lib/vz/images/${one}`);
  }
}

function* damaged(lab: PveLab): Generator<readonly [string, Prediction]> {
  let vmid = 200;
  const each = function* (what: string, undo: readonly string[] = []): Generator<readonly [string, Prediction]> {
    for (const [before, line] of OPERATIONS) {
      const named = (text: string) => text.replaceAll(/\bN\b/g, String(vmid)).replaceAll(/\bM\b/g, String(vmid + 500));
      yield [what, { before: named(before), line: named(line) }];
    }
    if (undo.length > 0) lab.pve(...undo);
    clear(lab, vmid);
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
  }
  for (const storage of ['fast', 'thin', 'local']) {
    lab.pve(`qm create ${vmid} --scsi0 ${storage}:0.02 --memory 32 --kvm 0`, `pvesm set ${storage} --disable 1`);
    yield* each(`${storage} disabled`, [`pvesm set ${storage} --disable 0`]);
  }
  // A snapshot that no configuration knows.
  lab.pve(`qm create ${vmid} --scsi0 thin:0.02 --memory 32 --kvm 0`);
  lab.shell(`lvcreate -s -n snap_vm-${vmid}-disk-0_s1 pools/vm-${vmid}-disk-0`);
  yield* each('thin, a snapshot that nobody knows');
  lab.expect('nothing of them is left', [lab.shell('ls /etc/pve/qemu-server'), lab.lvs('fast')], ['', []]);
}

export const pveCase: PveCase = {
  about: 'What `before` says of damaged, locked and protected guests, and what Proxmox VE then does.',
  run: (lab) => compareAll(lab, damaged(lab)),
};
