import { compareAll, type Prediction, STORAGES } from '../predictions.ts';
import type { PveCase, PveLab } from '../pve-lab.ts';

function* life(lab: PveLab): Generator<readonly [string, Prediction]> {
  let vmid = 100;
  for (const [name, disk] of Object.entries(STORAGES)) {
    lab.pve(`qm create ${vmid} --scsi0 ${disk} --memory 32 --kvm 0`);
    const storage = disk.slice(0, disk.indexOf(':'));
    const other = storage === 'thin' ? 'fast' : 'thin';
    const rows: readonly (readonly [before: string, line: string])[] = [
      [`start ${vmid}`, `qm start ${vmid}`],
      [`start ${vmid}`, `qm start ${vmid}`],
      [`destroy ${vmid}`, `qm destroy ${vmid}`],
      [`template ${vmid}`, `qm template ${vmid}`],
      [`resize ${vmid} --disk scsi0 --add 4M`, `qm resize ${vmid} scsi0 +4M`],
      [`resize ${vmid} --disk scsi7 --add 4M`, `qm resize ${vmid} scsi7 +4M`],
      [`snapshot ${vmid} --snapshot s0`, `qm snapshot ${vmid} s0 && qm stop ${vmid}`],
    ];
    for (const [before, line] of rows) {
      if (line.includes(' && ')) lab.pve(`qm stop ${vmid}`);
      yield [name, { before, line: line.split(' && ')[0] ?? line }];
    }
    yield [name, { before: `snapshot ${vmid} --snapshot s0`, line: `qm snapshot ${vmid} s0` }];
    yield [name, { before: `snapshot ${vmid} --snapshot s1`, line: `qm snapshot ${vmid} s1` }];
    yield [name, { before: `rollback ${vmid} --snapshot s0`, line: `qm rollback ${vmid} s0` }];
    yield [name, { before: `rollback ${vmid} --snapshot s1`, line: `qm rollback ${vmid} s1` }];
    yield [
      name,
      {
        before: `move-disk ${vmid} --disk scsi0 --storage ${other}`,
        line: `qm disk move ${vmid} scsi0 ${other} --delete 1`,
      },
    ];
    yield [name, { before: `template ${vmid}`, line: `qm template ${vmid}` }];
    yield [name, { before: `delsnapshot ${vmid} --snapshot s1`, line: `qm delsnapshot ${vmid} s1` }];
    yield [name, { before: `delsnapshot ${vmid} --snapshot s1`, line: `qm delsnapshot ${vmid} s1` }];
    yield [name, { before: `delsnapshot ${vmid} --snapshot s0`, line: `qm delsnapshot ${vmid} s0` }];
    yield [name, { before: `clone ${vmid} --newid ${vmid + 500}`, line: `qm clone ${vmid} ${vmid + 500} --full 1` }];
    yield [name, { before: `clone ${vmid} --newid ${vmid + 500}`, line: `qm clone ${vmid} ${vmid + 500} --full 1` }];
    yield [
      name,
      {
        before: `move-disk ${vmid + 500} --disk scsi0 --storage ${storage}`,
        line: `qm disk move ${vmid + 500} scsi0 ${storage}${name === 'qcow2' || name === 'raw' ? ` --format ${name}` : ''}`,
      },
    ];
    yield [name, { before: `template ${vmid}`, line: `qm template ${vmid}` }];
    yield [name, { before: `start ${vmid}`, line: `qm start ${vmid}` }];
    yield [name, { before: `snapshot ${vmid} --snapshot s2`, line: `qm snapshot ${vmid} s2` }];
    yield [name, { before: `clone ${vmid} --newid ${vmid + 600}`, line: `qm clone ${vmid} ${vmid + 600}` }];
    yield [name, { before: `destroy ${vmid}`, line: `qm destroy ${vmid}` }];
    lab.pve(...[vmid + 500, vmid + 600, vmid].map((one) => `qm destroy ${one}`));
    vmid += 1;
  }
}

export const pveCase: PveCase = {
  about: 'What `before` says of a guest’s life on each storage, and what Proxmox VE then does.',
  run: (lab) => compareAll(lab, life(lab)),
};
