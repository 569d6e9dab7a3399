import type { ReportedFinding } from '../../../src/model/finding.ts';
import { lvmStorage } from '../node/cluster.ts';
import type { Lab, LabCase } from '../node/lab.ts';

const TWO_PARTITIONS = 'label: gpt\nsize=8MiB,type=L\nsize=8MiB,type=L\n';

/** One of every finding whose report prints a command that changes something. */
function build(lab: Lab): void {
  lab.cluster.start();
  lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
  lab.storage.group('san');
  for (const vmid of [100, 101]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 32);
  for (const vmid of [300, 310, 500]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
  lab.storage.remove('san', 'vm-300-disk-0', 'another-node');
  lab.storage.grow('san', 'vm-310-disk-0', 8, 'another-node');
  for (const vmid of [100, 101, 310]) lab.cluster.vm(vmid, `scsi0: san:vm-${vmid}-disk-0,size=8M`);
  lab.journal.run(['sfdisk', '-q', '--no-reread', '/dev/san/vm-100-disk-0'], { input: TWO_PARTITIONS });
  lab.journal.run(['kpartx', '-a', '/dev/mapper/san-vm--100--disk--0']);
  const guestsOwn = ['--config', 'devices/scan_lvs=1'];
  lab.journal.run(['vgcreate', '-y', ...guestsOwn, 'ubuntu-vg', '/dev/san/vm-101-disk-0']);
  lab.journal.run(['lvcreate', '-y', ...guestsOwn, '-L', '4M', '-n', 'ubuntu-lv', 'ubuntu-vg']);
  makeByHand(lab);
}

const HAND_MADE = 'san-vm--888--disk--0';

function makeByHand(lab: Lab, uuid?: string): void {
  const table = [`0 8192 linear ${lab.storage.disk('raw', 16)} 0`];
  lab.dm.create([{ name: HAND_MADE, table, ...(uuid === undefined ? {} : { uuid }) }]);
}

function findingsOf(lab: Lab): readonly ReportedFinding[] {
  lab.journal.run(['udevadm', 'settle']);
  return lab.check().report?.findings ?? [];
}

/** As somebody pastes it: through a shell, one line after the other. */
function paste(lab: Lab, findings: readonly ReportedFinding[], code: string, named: string): readonly number[] {
  const commands = findings.find((one) => one.code === code && one.subject.id.includes(named))?.remedy.commands ?? [];
  lab.expect(`${code} of ${named} prints a command`, commands.length > 0, true);
  // LVM leaves out what lies on a volume, unless it is told otherwise, as it is where such a VG could be activated.
  const scan = 'export LVM_SYSTEM_DIR=/run/lvm-scan';
  return commands.map(({ line }) => lab.journal.run(['bash', '-c', `${scan}; ${line}`], { mayFail: true }).status);
}

export const labCase: LabCase = {
  about:
    'The commands of a report, pasted as they are printed: hours later, when their names are those of others, they change nothing; else they do what their text says.',
  inSample: true,
  limitSeconds: 1200,
  run(lab) {
    build(lab);
    lab.journal.run(['cp', '-r', '/etc/lvm', '/run/lvm-scan']);
    lab.journal.run(['bash', '-c', 'echo "devices { scan_lvs = 1 }" > /run/lvm-scan/lvmlocal.conf']);
    const early = findingsOf(lab);
    const uuids = () => lab.dm.names().map((name) => `${name} ${lab.dm.uuid(name)}`);

    lab.storage.rename('san', 'vm-500-disk-0', 'vm-501-disk-0');
    lab.storage.thick('san', 'vm-500-disk-0');
    lab.dm.remove(HAND_MADE);
    makeByHand(lab, 'SOMEBODY-ELSE');
    const newcomers = uuids();
    lab.expect('a volume that has the name by now is left alone', paste(lab, early, 'DM010', 'vm--500'), [0]);
    // Where its table is another one too, its line ends with 1.
    const asDevice = paste(lab, early, 'DM010', 'vm--888').filter((status) => status > 1);
    lab.expect('and so is a device', asDevice, []);
    lab.expect('what is there', uuids(), newcomers);

    lab.storage.remove('san', 'vm-500-disk-0');
    lab.dm.remove(HAND_MADE);
    makeByHand(lab);
    const late = findingsOf(lab);
    lab.expect('an orphan is deactivated', paste(lab, late, 'DM010', 'vm--501'), [0]);
    lab.expect('one that was made by hand is removed', paste(lab, late, 'DM010', 'vm--888'), [0]);
    lab.expect('a ghost is removed', paste(lab, late, 'DM013', 'vm--300'), [0]);
    lab.expect('partition maps are removed', paste(lab, late, 'DM040', 'vm--100'), [0, 0]);
    lab.expect('the VG of a guest is deactivated', paste(lab, late, 'DM040', 'vm--101'), [0]);
    lab.expect('a stale table is refreshed', paste(lab, late, 'DM020', 'vm--310'), [0]);
    lab.expect('what is left', lab.dm.names(), [
      ...['san-vm--100--disk--0', 'san-vm--101--disk--0', 'san-vm--310--disk--0'],
    ]);
    lab.expect(
      'nothing of them is found any more',
      findingsOf(lab).filter(({ code }) => code !== 'LV001'),
      [],
    );
  },
};
