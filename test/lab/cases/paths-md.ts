import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import { waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { type Swappable, swappable, writeTo } from '../node/swappable.ts';

/** KiB/s that md takes for a member that it fills. */
function speed(limit: number): void {
  for (const bound of ['min', 'max']) writeFileSync(`/proc/sys/dev/raid/speed_limit_${bound}`, `${limit}\n`);
}

const mdstat = (lab: Lab): string => lab.journal.run(['cat', '/proc/mdstat']).stdout;

const waitForArrays = (lab: Lab, pattern: RegExp): void =>
  waitFor(`/proc/mdstat is like ${pattern}`, () => pattern.test(mdstat(lab)), 60_000);

function create(
  lab: Lab,
  name: string,
  level: number,
  members: readonly Swappable[],
  ...more: readonly string[]
): void {
  const paths = members.map(({ path }) => path);
  const how = ['--run', '--metadata=1.2', '--bitmap=none', `--level=${level}`];
  lab.journal.run(['mdadm', '--create', `/dev/${name}`, ...how, ...more, ...paths]);
  lab.journal.run(['mdadm', '--wait', `/dev/${name}`], { mayFail: true });
}

export const labCase: LabCase = {
  about:
    'Arrays of md: a mirror with a file system and a guest on it and one of three disks with a VG: whole, without the spare of mdadm.conf, without a member, rebuilding, and with more members lost than it can do without.',
  onlyOn: '12',
  limitSeconds: 500,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage('dir: files\npath /mnt/files\ncontent images\nis_mountpoint 1', lvmStorage('onmd', 'onmd'));
    lab.journal.run(['modprobe', '-a', 'md-mod', 'raid1', 'raid456']);
    const [a, b, spare] = [swappable(lab, 'a', 96), swappable(lab, 'b', 96), swappable(lab, 'spare', 96)];
    const three = ['c', 'd', 'e'].map((name) => swappable(lab, name, 96));
    create(lab, 'md0', 1, [a, b, spare], '--raid-devices=2', '--spare-devices=1');
    create(lab, 'md5', 5, three, '--raid-devices=3');
    lab.journal.run(['mkfs.ext4', '-q', '/dev/md0']);
    mkdirSync('/mnt/files', { recursive: true });
    lab.journal.run(['mount', '/dev/md0', '/mnt/files']);
    mkdirSync('/mnt/files/images/100', { recursive: true });
    writeFileSync('/mnt/files/images/100/vm-100-disk-0.raw', 'x'.repeat(65_536));
    lab.storage.groupOn('onmd', '/dev/md5');
    lab.storage.thick('onmd', 'vm-101-disk-0');
    lab.cluster.vm(100, 'name: files\nscsi0: files:100/vm-100-disk-0.raw,size=64K');
    lab.cluster.vm(101, 'name: volumes\nscsi0: onmd:vm-101-disk-0,size=8M');
    lab.guests.startVm(100, ['/mnt/files/images/100/vm-100-disk-0.raw']);
    lab.guests.startVm(101, ['/dev/onmd/vm-101-disk-0']);
    const entries = { 'onmd-vm--101--disk--0': 'valid' } as const;
    mkdirSync('/etc/mdadm', { recursive: true });
    writeFileSync('/etc/mdadm/mdadm.conf', lab.journal.run(['mdadm', '--detail', '--scan']).stdout);
    waitForArrays(lab, /md0 : active raid1 .*\(S\)[\s\S]*\[2\/2\]/);
    lab.expect('mdadm.conf has the spare', existsSync('/etc/mdadm/mdadm.conf'), true);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries }, 'whole');

    lab.journal.run(['mdadm', '/dev/md0', '--remove', spare.path]);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: ['PATH012 md0 notice'], entries }, 'spare-away');
    lab.journal.run(['mdadm', '--zero-superblock', spare.path]);

    a.load('error');
    writeTo(lab, '/dev/md0', 1, 40);
    waitForArrays(lab, /md0 : .*\(F\)[\s\S]*\[2\/1\]/);
    const degraded = lab.expectVerdict({ exit: 1, grade: 'B', findings: ['PATH012 md0 warning'], entries }, 'degraded');
    const said = degraded?.findings.find(({ subject }) => subject.id === 'md0');
    lab.expect('whom it may take', said?.headline, 'has lost 1 of 2 members: the next failure may take guest 100');

    speed(64);
    lab.journal.run(['mdadm', '/dev/md0', '--add', spare.path]);
    waitForArrays(lab, /recovery =/);
    const rebuilding = lab.expectVerdict(
      { exit: 1, grade: 'B', findings: ['PATH012 md0 warning'], entries },
      'rebuilding',
    );
    lab.expect('it says so', /is being rebuilt/.test(rebuilding?.findings[0]?.headline ?? ''), true);
    speed(200_000);
    waitForArrays(lab, /md0 : [\s\S]*?\[2\/2\] \[UU\]\n\s*\n/);

    for (const member of three.slice(0, 2)) {
      member.load('error');
      writeTo(lab, '/dev/md5', 1, 100);
    }
    waitForArrays(lab, /md5 : [\s\S]*?\[3\/1\]/);
    const failed = lab.expectVerdict(
      {
        exit: 3,
        grade: 'F',
        findings: ['PATH012 md0 notice', 'PATH012 md5 critical'],
        entries,
      },
      'failed',
    );
    const md5 = failed?.findings.find(({ subject }) => subject.id === 'md5');
    lab.expect(
      'whom it took',
      md5?.headline,
      'has lost more members than it can do without: reads and writes of guest 101 fail',
    );
  },
};
