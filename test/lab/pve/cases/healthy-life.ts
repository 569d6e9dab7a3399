import type { PveCase, PveLab } from '../pve-lab.ts';

const LIFE: readonly (readonly string[])[] = [
  [
    'qm create 100 --scsi0 fast:0.02 --scsi1 thin:0.02 --scsi2 local:0.02,format=qcow2 --ide2 fast:cloudinit --name web',
  ],
  ['qm clone 100 101 --full 1'],
  ['pct create 200 local:vztmpl/tiny.tar.gz --rootfs thin:0.03 --ostype unmanaged --arch amd64'],
  ['pct snapshot 200 s1', 'pct clone 200 201 --full 1 --snapname s1'],
  ['qm create 300 --scsi0 fast:0.02 --memory 64 --kvm 0', 'qm start 300'],
  ['qm resize 300 scsi0 +4M', 'qm stop 300'],
  ['qm create 110 --scsi0 thin:0.02', 'qm snapshot 110 before', 'qm rollback 110 before', 'qm delsnapshot 110 before'],
  ['qm create 120 --scsi0 chain:0.02', 'qm snapshot 120 one', 'qm snapshot 120 two', 'qm delsnapshot 120 one'],
  ['qm create 130 --scsi0 thin:0.02', 'qm template 130', 'qm clone 130 131'],
  ['qm disk move 101 scsi1 fast --delete 1'],
  ['qm destroy 131', 'pct destroy 201', 'qm destroy 101'],
];

/** What is found besides notices about how the lab itself is set up. */
const findings = (lab: PveLab): readonly string[] =>
  lab
    .check()
    .findings.filter(({ code }) => /^(?:DM|LV001|VOL|ID)/.test(code))
    .map(({ code, subject }) => `${code} ${subject.id}`);

export const pveCase: PveCase = {
  about: 'Guests are made, cloned, moved, resized, rolled back and removed; at no point is anything wrong.',
  run(lab) {
    for (const lines of LIFE) {
      const said = lab.pve(...lines);
      lab.expect(`${lines.join('; ')} succeeds`, /^exit /m.test(said), false);
      lab.expect(`after ${lines.join('; ')}`, findings(lab), []);
    }
    lab.later('2 hours');
    lab.expect('two hours later', findings(lab), []);
  },
};
