import type { ReportedFinding } from '../../../src/model/finding.ts';
import { lvmStorage } from '../node/cluster.ts';
import type { Lab, LabCase } from '../node/lab.ts';

const CHAIN = { top: 'vm-409-disk-0.qcow2', snapshot: 'snap_vm-409-disk-0_one.qcow2' } as const;

/** Two volumes exchange their names. */
function swap(lab: Lab, one: string, other: string): void {
  lab.storage.rename('san', one, 'between', 'another-node');
  lab.storage.rename('san', other, one, 'another-node');
  lab.storage.rename('san', 'between', other, 'another-node');
}

/** The volumes as they are active here; what runs here has them open. */
function activate(lab: Lab): void {
  lab.cluster.start();
  lab.cluster.storage(lvmStorage('san', 'san', 'shared 1', 'snapshot-as-volume-chain 1'));
  lab.storage.group('san');
  for (const vmid of [401, 402, 403, 404, 405, 406, 407, 410, 412]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
  lab.storage.thick('san', CHAIN.top);
  lab.storage.chainSnapshot('san', CHAIN.top, 'one');
  for (const vmid of [403, 406, 410]) lab.guests.startVm(vmid, [`/dev/san/vm-${vmid}-disk-0`]);
  lab.guests.startVm(409, [`/dev/san/${CHAIN.top}`]);
}

/** What another node does to them. */
function changeElsewhere(lab: Lab): void {
  swap(lab, 'vm-401-disk-0', 'vm-402-disk-0');
  swap(lab, 'vm-403-disk-0', 'vm-404-disk-0');
  lab.storage.remove('san', 'vm-405-disk-0', 'another-node');
  lab.storage.rename('san', 'vm-406-disk-0', 'vm-405-disk-0', 'another-node');
  // The snapshot is deleted, and one of the same name taken.
  lab.storage.remove('san', CHAIN.snapshot, 'another-node');
  lab.storage.rename('san', CHAIN.top, CHAIN.snapshot, 'another-node');
  lab.storage.thick('san', CHAIN.top, 8, 'another-node');
  lab.storage.rename('san', 'vm-410-disk-0', 'vm-411-disk-0', 'another-node');
  lab.storage.shrink('san', 'vm-412-disk-0', 8, 'another-node');
  for (const vmid of [401, 402, 403, 404, 405, 407, 411, 412])
    lab.cluster.vm(vmid, `scsi0: san:vm-${vmid}-disk-0,size=16M`);
  lab.cluster.vm(409, `scsi0: san:${CHAIN.top},size=8M\nparent: one\n\n[one]\nscsi0: san:${CHAIN.top},size=8M`);
}

const refreshesOf = (findings: readonly ReportedFinding[], named: string): readonly string[] =>
  (findings.find(({ code, subject }) => code === 'DM020' && subject.id.includes(named))?.remedy.commands ?? []).map(
    ({ line }) => line,
  );

/** As somebody pastes them; answers the statuses. */
const paste = (lab: Lab, lines: readonly string[]): readonly number[] =>
  lines.map((line) => lab.journal.run(['timeout', '60', 'bash', '-c', line], { mayFail: true }).status);

function expectNothingSuspended(lab: Lab, when: string): void {
  const rows = lab.journal.run(['dmsetup', 'info', '-c', '--noheadings', '-o', 'name,suspended']).stdout.split('\n');
  const suspended = rows.filter((row) => row.endsWith(':Suspended'));
  lab.expect(`suspended ${when}`, suspended, []);
  for (const row of suspended) lab.journal.run(['dmsetup', 'resume', row.slice(0, row.indexOf(':'))]);
}

export const labCase: LabCase = {
  about:
    'Another node gave active volumes the names of others: their entries cannot be refreshed, and whatever is printed leaves nothing suspended and no table exchanged under a running guest.',
  inSample: true,
  limitSeconds: 1200,
  run(lab) {
    activate(lab);
    changeElsewhere(lab);
    const before = lab.journal.run(['dmsetup', 'table']).stdout;
    const report = lab.expectVerdict({
      exit: 1,
      grade: 'C',
      findings: [
        'DM013 san-snap_vm--409--disk--0_one.qcow2 warning',
        'DM013 san-vm--405--disk--0 warning',
        'DM020 san-vm--401--disk--0 warning',
        'DM020 san-vm--402--disk--0 warning',
        'DM020 san-vm--403--disk--0 warning',
        'DM020 san-vm--404--disk--0 warning',
        'DM020 san-vm--406--disk--0 warning',
        'DM020 san-vm--409--disk--0.qcow2 warning',
        'DM020 san-vm--410--disk--0 warning',
        'DM020 san-vm--412--disk--0 warning',
      ],
      entries: {
        'san-snap_vm--409--disk--0_one.qcow2': 'orphan',
        'san-vm--401--disk--0': 'valid',
        'san-vm--402--disk--0': 'valid',
        'san-vm--403--disk--0': 'valid',
        'san-vm--404--disk--0': 'valid',
        'san-vm--405--disk--0': 'orphan',
        'san-vm--406--disk--0': 'valid',
        'san-vm--407--disk--0': 'valid',
        'san-vm--409--disk--0.qcow2': 'valid',
        'san-vm--410--disk--0': 'valid',
        'san-vm--412--disk--0': 'valid',
      },
    });
    const findings = report?.findings ?? [];
    const isRefresh = (line: string): boolean => line.includes('--refresh');
    for (const vmid of [401, 402, 403, 404, 406, 409])
      lab.expect(`refresh of ${vmid}`, refreshesOf(findings, `vm--${vmid}`).filter(isRefresh), []);
    lab.expect('refresh of an open entry whose new name is free', refreshesOf(findings, 'vm--410').length, 1);

    lab.guests.startVm(412, ['/dev/san/vm-412-disk-0']);
    paste(lab, refreshesOf(findings, 'vm--412'));
    expectNothingSuspended(lab, 'after 412');
    lab.expect(
      'the table under whoever opened it since',
      lab.dm.table('san-vm--412--disk--0'),
      before
        .split('\n')
        .find((line) => line.startsWith('san-vm--412--disk--0:'))
        ?.replace(/^[^:]*: /, ''),
    );

    for (const vmid of [410, 406, 409, 403, 404, 401, 402]) {
      paste(lab, refreshesOf(findings, `vm--${vmid}`));
      expectNothingSuspended(lab, `after what is printed of ${vmid}`);
    }
    for (const vmid of [401, 402])
      lab.expect(
        `entry of ${vmid}, closed, after what is printed`,
        lab.dm.names().includes(`san-vm--${vmid}--disk--0`),
        false,
      );
    lab.storage.activate('san', 'vm-401-disk-0');
    lab.expect('and it comes back under its own name', lab.dm.names().includes('san-vm--401--disk--0'), true);
    lab.expect('the one with a free name has it', lab.dm.names().includes('san-vm--411--disk--0'), true);
  },
};
