import { compareAll, type Prediction, STORAGES } from './predictions.ts';
import type { PveCase, PveLab } from './pve-lab.ts';

/** A guest's life on one storage, a case for each storage: all of them in one guest of the lab would take more than its hour. */
export const healthyCase = (name: string): PveCase => ({
  about: `What \`before\` says of a guest’s life on storage ${name}, and what Proxmox VE then does.`,
  run: (lab) => compareAll(lab, life(lab, name)),
});

const [GUEST, COPY, LINKED] = [100, 600, 700];

function* life(lab: PveLab, name: string): Generator<readonly [string, Prediction]> {
  const disk = STORAGES[name] ?? '';
  const storage = disk.slice(0, disk.indexOf(':'));
  const other = storage === 'thin' ? 'fast' : 'thin';
  const one = (before: string, line: string): readonly [string, Prediction] => [name, { before, line }];
  const same = (words: string): readonly [string, Prediction] => one(words, `qm ${words}`);
  const snapshot = (verb: string, snap: string): readonly [string, Prediction] =>
    one(`${verb} ${GUEST} --snapshot ${snap}`, `qm ${verb} ${GUEST} ${snap}`);
  const resized = (key: string): readonly [string, Prediction] =>
    one(`resize ${GUEST} --disk ${key} --add 4M`, `qm resize ${GUEST} ${key} +4M`);
  const cloned = one(`clone ${GUEST} --newid ${COPY} --full`, `qm clone ${GUEST} ${COPY} --full 1`);
  const move = (vmid: number, to: string, deletes = false): readonly [string, Prediction] =>
    one(
      `move-disk ${vmid} --disk scsi0 --storage ${to}${deletes ? ' --delete' : ''}`,
      `qm disk move ${vmid} scsi0 ${to}${deletes ? ' --delete 1' : ''}`,
    );

  lab.pve(`qm create ${GUEST} --scsi0 ${disk} --memory 32 --kvm 0`);
  yield same(`start ${GUEST}`);
  yield same(`start ${GUEST}`);
  yield same(`destroy ${GUEST}`);
  yield same(`template ${GUEST}`);
  yield resized('scsi0');
  yield resized('scsi7');
  lab.pve(`qm stop ${GUEST}`);
  for (const snap of ['s0', 's0', 's1']) yield snapshot('snapshot', snap);
  for (const snap of ['s0', 's1']) yield snapshot('rollback', snap);
  yield move(GUEST, other, true);
  yield same(`template ${GUEST}`);
  for (const snap of ['s1', 's1', 's0']) yield snapshot('delsnapshot', snap);
  yield cloned;
  yield cloned;
  yield move(COPY, storage);
  if (storage === 'local') {
    for (const format of [name, name === 'raw' ? 'qcow2' : 'raw', name])
      yield one(
        `move-disk ${COPY} --disk scsi0 --storage local --disk-format ${format} --delete`,
        `qm disk move ${COPY} scsi0 local --format ${format} --delete 1`,
      );
  }
  yield one(`snapshot ${COPY} --snapshot s3`, `qm snapshot ${COPY} s3`);
  yield move(COPY, other);
  yield same(`template ${GUEST}`);
  yield same(`start ${GUEST}`);
  yield snapshot('snapshot', 's2');
  yield one(`clone ${GUEST} --newid ${LINKED}`, `qm clone ${GUEST} ${LINKED}`);
  yield same(`destroy ${GUEST}`);
  lab.pve(...[COPY, LINKED, GUEST].map((vmid) => `qm destroy ${vmid}`));
}
