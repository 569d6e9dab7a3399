import { mkdirSync, writeFileSync } from 'node:fs';
import { Cluster, lvmStorage } from '../node/cluster.ts';
import { dmName } from '../node/device-mapper.ts';
import type { Lab, LabCase } from '../node/lab.ts';

const YESTERDAY = Math.floor(Date.now() / 1000) - 86_400;

const disk = (vmid: number): string => `scsi0: san:vm-${vmid}-disk-0,size=8M`;
const section = (name: string, ...lines: readonly string[]): string => ['', `[${name}]`, ...lines].join('\n');

/** Begun and never ended. */
const LEFT: ReadonlyMap<number, string> = new Map([
  [100, `name: database\nlock: backup\n${disk(100)}`],
  [101, `name: web\n${disk(101)}${section('half', disk(101), 'snapstate: delete', `snaptime: ${YESTERDAY}`)}`],
  [102, `name: mail\n${disk(102)}`],
  [103, `name: windows\nlock: suspended\n${disk(103)}\nvmstate: san:vm-103-state-suspend-2026-11-01`],
]);

/** What looks alike and is right: asleep, whole, a snapshot that is being made, a lock that a process holds, one that was just set. */
const RIGHT: ReadonlyMap<number, string> = new Map([
  [104, `name: asleep\nlock: suspended\n${disk(104)}\nvmstate: san:vm-104-state-suspend-2026-11-01`],
  [105, `name: busy\nlock: snapshot\n${disk(105)}${section('new', disk(105), 'snapstate: prepare')}`],
  [108, `name: held\nlock: backup\n${disk(108)}`],
  [107, `name: fresh\nlock: backup\n${disk(107)}`],
]);

/** UPID, end and status of a task that ran for five minutes two days ago, when the lab’s volumes were made (pve-common src/PVE/RESTEnvironment.pm). */
function finished(type: string, vmid: number, status: string): string {
  const now = Math.floor(Date.now() / 1000) - 2 * 86_400;
  const [start, end] = [now - 300, now + 1].map((time) => time.toString(16).toUpperCase().padStart(8, '0'));
  return `UPID:pve1:00001111:00002222:${start}:${type}:${vmid}:root@pam: ${end} ${status}\n`;
}

function replicate(cluster: Cluster): void {
  cluster.write('replication.cfg', 'local: 102-0\n\ttarget pve9\n\tschedule */15\n');
  mkdirSync('/var/lib/pve-manager', { recursive: true });
  const failed = { last_sync: 1763600000, last_try: 1763700000, fail_count: 190, error: "no such cluster node 'pve9'" };
  const state = JSON.stringify({ 102: { 'local/pve9': failed } });
  writeFileSync('/var/lib/pve-manager/pve-replication-state.json', state);
}

function volumes(lab: Lab): void {
  lab.storage.group('san');
  for (const vmid of [...LEFT.keys(), ...RIGHT.keys()]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
  for (const vmid of [103, 104]) lab.storage.thick('san', `vm-${vmid}-state-suspend-2026-11-01`);
  for (const vmid of [120, 121]) {
    lab.storage.thick('san', `vm-${vmid}-disk-0`);
    lab.storage.deactivate('san', `vm-${vmid}-disk-0`);
  }
}

export const labCase: LabCase = {
  about:
    'What began and never ended on a node alone: a lock, a snapshot, a replication, a resume, a restore. Beside each what looks alike and is right, and the same guests while something works on them.',
  run(lab) {
    const alone = new Cluster(lab.journal, ['pve1']);
    alone.start();
    alone.storage(lvmStorage('san', 'san'));
    volumes(lab);
    for (const [vmid, text] of [...LEFT, ...RIGHT]) alone.vm(vmid, text);
    alone.container(106, 'hostname: proxy\nlock: mounted');
    replicate(alone);
    lab.guests.startVm(103, ['/dev/san/vm-103-disk-0']);
    lab.activity.lockVm(108);
    const task = lab.activity.startTask('qmsnapshot', '105');
    mkdirSync('/var/log/pve/tasks', { recursive: true });
    writeFileSync(
      '/var/log/pve/tasks/index',
      finished('qmrestore', 120, 'no space left on device') + finished('qmrestore', 121, 'OK'),
    );
    const codes = () =>
      (lab.check().report?.findings ?? [])
        .filter(({ code }) => /^VOL00[45]$|^VOL012$/.test(code))
        .map(({ code, subject }) => `${code} ${subject.id}`)
        .sort();
    const active = [
      ...[...LEFT.keys(), ...RIGHT.keys()].map((vmid) => `vm-${vmid}-disk-0`),
      ...[103, 104].map((vmid) => `vm-${vmid}-state-suspend-2026-11-01`),
    ];
    lab.expect('nothing is judged within ten minutes of a change', codes(), []);
    for (const vmid of [...LEFT.keys(), 104, 105, 108]) alone.age('qemu', vmid, '3 days ago');
    alone.age('lxc', 106, '3 days ago');
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: [
        'LV001 san/vm-120-disk-0 notice',
        'LV001 san/vm-121-disk-0 notice',
        'VOL004 100 warning',
        'VOL005 101 warning',
        'VOL006 102 warning',
        'VOL012 103 warning',
        'VOL013 120 notice',
      ],
      entries: Object.fromEntries(active.map((lv) => [dmName('san', lv), 'valid' as const])),
    });
    process.kill(task);
    lab.expect('once the task is dead, its guest is found too', codes(), [
      'VOL004 100',
      'VOL005 101',
      'VOL005 105',
      'VOL012 103',
    ]);
  },
};
