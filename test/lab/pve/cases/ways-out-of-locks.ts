import type { ReportedFinding } from '../../../../src/model/finding.ts';
import type { PveCase, PveLab } from '../pve-lab.ts';

/** What is killed, before each of its first steps; later ones it does not have, and it ends well. */
interface Task {
  readonly before: (vmid: number) => readonly string[];
  readonly task: (vmid: number) => string;
  /** What the text says to do once the lock is away; null: nothing. */
  readonly afterwards: ((vmid: number) => string) | null;
  readonly keepsDisk: boolean;
}

const created = (vmid: number): string => `qm create ${vmid} --scsi0 thin:0.02`;
const destroyed = (vmid: number): string => `qm destroy ${vmid}`;
const disk = (vmid: number): string => `/dev/mapper/pools-vm--${vmid}--disk--0`;
const marked = (vmid: number): string =>
  `! lvchange -ay -K pools/vm-${vmid}-disk-0; printf 'data of %s' ${vmid} | dd of=${disk(vmid)} conv=notrunc,fsync status=none`;

const TASKS: Readonly<Record<string, Task>> = {
  snapshot: {
    before: (vmid) => [created(vmid), marked(vmid)],
    task: (vmid) => `qm snapshot ${vmid} s1`,
    ...{ afterwards: null, keepsDisk: true },
  },
  delsnapshot: {
    before: (vmid) => [created(vmid), marked(vmid), `qm snapshot ${vmid} s1`],
    task: (vmid) => `qm delsnapshot ${vmid} s1`,
    ...{ afterwards: null, keepsDisk: true },
  },
  rollback: {
    before: (vmid) => [created(vmid), marked(vmid), `qm snapshot ${vmid} s1`],
    task: (vmid) => `qm rollback ${vmid} s1`,
    ...{ afterwards: (vmid) => `qm rollback ${vmid} s1`, keepsDisk: true },
  },
  create: {
    before: () => [],
    task: (vmid) => `qm create ${vmid} --scsi0 thin:0.02 --scsi1 fast:0.02`,
    ...{ afterwards: destroyed, keepsDisk: false },
  },
  clone: {
    before: (vmid) => [`qm create ${vmid + 500} --scsi0 thin:0.02`, marked(vmid + 500)],
    task: (vmid) => `qm clone ${vmid + 500} ${vmid} --full 1`,
    ...{ afterwards: destroyed, keepsDisk: false },
  },
  destroy: { before: (vmid) => [created(vmid)], task: destroyed, afterwards: destroyed, keepsDisk: false },
};

const STEPS = [2, 3, 4];

const locksOf = (lab: PveLab): readonly ReportedFinding[] =>
  lab.check().findings.filter(({ code }) => code === 'VOL004' || code === 'VOL005');

/** What a pasted command does besides looking. */
const changing = ({ remedy }: ReportedFinding): readonly string[] =>
  remedy.commands.flatMap(({ line, change }) => (change === null ? [] : [line]));

export const pveCase: PveCase = {
  about: 'Each command that is printed as the way out of a lock succeeds, and every disk has its data afterwards.',
  run(lab) {
    const guests = new Map<number, { readonly name: string; readonly task: Task }>();
    let vmid = 100;
    for (const [name, task] of Object.entries(TASKS))
      for (const step of STEPS) {
        lab.pve(...task.before(vmid), `crash ${step} ${task.task(vmid)}`);
        guests.set(vmid, { name: `${name} killed before step ${step}`, task });
        vmid += 1;
      }
    lab.later('7 hours');
    const found = locksOf(lab);
    lab.expect('locks are left', found.length > 5, true);
    const offered = found.filter((finding) => changing(finding).length > 0);
    lab.expect('ways out are printed', offered.length > 3, true);
    for (const finding of offered) {
      const [id, { name, task }] = [finding.vmid ?? 0, guests.get(finding.vmid ?? 0) ?? { name: '?', task: null }];
      const next = finding.code === 'VOL004' && task?.afterwards ? [task.afterwards(id)] : [];
      const said = lab.pve(...changing(finding), ...next);
      lab.expect(`${name}, ${finding.code}: ${changing(finding).join('; ')} succeeds`, /^exit .*$/m.exec(said), null);
    }
    const open = new Set(locksOf(lab).map((finding) => finding.vmid));
    lab.expect(
      'what had a way out has no lock',
      offered.filter((finding) => open.has(finding.vmid)).map((finding) => finding.vmid),
      [],
    );
    for (const [id, { name, task }] of guests)
      if (task.keepsDisk && !open.has(id))
        lab.expect(`${name}: the disk has its data`, contentOf(lab, id), `data of ${id}`);
  },
};

const contentOf = (lab: PveLab, vmid: number): string =>
  lab.shell(`lvchange -ay -K pools/vm-${vmid}-disk-0; head -c ${`data of ${vmid}`.length} ${disk(vmid)}`);
