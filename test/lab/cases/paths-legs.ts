import { writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import { pause, waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { statusOf, swappable, writeTo } from '../node/swappable.ts';

const RAID = 'vgr-vm--100--disk--0';
const MIRROR = 'vgm-vm--101--disk--0';

/** KiB/s that md takes for a leg that it fills; the lower bound holds whatever else the disk does. */
function speed(limit: number): void {
  for (const bound of ['min', 'max']) writeFileSync(`/proc/sys/dev/raid/speed_limit_${bound}`, `${limit}\n`);
}

const waitForRaid = (lab: Lab, pattern: RegExp): void =>
  waitFor(`the RAID volume is like ${pattern}`, () => pattern.test(statusOf(lab, RAID)), 90_000);

/** Not monitored: dmeventd would take the failed leg of a mirror away. */
function volume(lab: Lab, vg: string, vmid: number, mebibytes: number, ...type: readonly string[]): void {
  const name = `vm-${vmid}-disk-0`;
  const size = `${mebibytes}M`;
  lab.journal.run(['lvcreate', '-y', '-Wn', '-Zn', '--monitor', 'n', ...type, '-m1', '-L', size, '-n', name, vg]);
  lab.storage.autoactivation(vg, name, 'n');
  lab.cluster.vm(vmid, `name: on-legs\nscsi0: ${vg}:${name},size=${size}`);
}

export const labCase: LabCase = {
  about:
    'A RAID volume and one of the old mirror type: whole, without a leg, with the leg back but not taken up, filling it, with copies that differ, and a mirror whose leg fails a write.',
  inSample: true,
  limitSeconds: 1000,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('vgr', 'vgr'), lvmStorage('vgm', 'vgm'));
    lab.journal.run(['modprobe', '-a', 'dm_raid', 'raid1', 'dm_mirror', 'dm_log']);
    const [leg0, leg1] = [swappable(lab, 'leg0', 96), swappable(lab, 'leg1', 96)];
    const [first, second] = [swappable(lab, 'first', 64), swappable(lab, 'second', 64)];
    lab.journal.run(['vgcreate', '-y', '-qq', 'vgr', leg0.path, leg1.path]);
    lab.journal.run(['vgcreate', '-y', '-qq', 'vgm', first.path, second.path]);
    // So big that a loaded machine, too, looks while it is filled.
    volume(lab, 'vgr', 100, 80, '--type', 'raid1');
    volume(lab, 'vgm', 101, 16, '--type', 'mirror', '--mirrorlog', 'core');
    const entries = { [RAID]: 'valid', [MIRROR]: 'valid' } as const;
    waitForRaid(lab, / AA .* idle /);
    waitFor('the mirror is whole', () => / 1 AA /.test(statusOf(lab, MIRROR)), 60_000);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries }, 'whole');

    leg1.load('error');
    writeTo(lab, '/dev/vgr/vm-100-disk-0', 1);
    waitForRaid(lab, / AD /);
    const degraded = `LV011 ${RAID} warning`;
    lab.expectVerdict(
      { exit: 1, grade: 'B', findings: [degraded, 'DM031 leg1 warning', 'LV017 vgr warning'], entries },
      'leg-lost',
    );
    leg1.load('linear');
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [degraded], entries }, 'leg-back');
    speed(64);
    lab.journal.run(['lvchange', '--refresh', 'vgr/vm-100-disk-0']);
    waitForRaid(lab, / Aa .* recover /);
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [`LV011 ${RAID} warning`], entries }, 'rebuilding');
    speed(200_000);
    waitForRaid(lab, / AA .* idle /);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries }, 'refreshed');

    // Behind the volume's back: inside the second copy, whichever of its parts lies first.
    writeTo(lab, leg1.disk, 4, 10);
    lab.journal.run(['lvchange', '--syncaction', 'check', 'vgr/vm-100-disk-0']);
    waitForRaid(lab, / AA .* idle [1-9]/);
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [degraded], entries }, 'copies-differ');
    lab.journal.run(['lvchange', '--syncaction', 'repair', 'vgr/vm-100-disk-0']);
    pause(500);
    waitForRaid(lab, / AA .* idle /);
    lab.journal.run(['lvchange', '--syncaction', 'check', 'vgr/vm-100-disk-0']);
    waitForRaid(lab, / AA .* idle 0/);

    second.load('error');
    // Nobody takes the failed leg away here, so this write hangs for good.
    lab.journal.background(['dd', 'if=/dev/zero', 'of=/dev/vgm/vm-101-disk-0', 'bs=4k', 'count=1', 'oflag=direct']);
    waitFor('the mirror lost its leg', () => / 1 AD /.test(statusOf(lab, MIRROR)), 30_000);
    lab.expectVerdict(
      {
        exit: 1,
        grade: 'B',
        findings: [`LV011 ${MIRROR} warning`, 'DM031 second warning', 'LV017 vgm warning'],
        entries,
      },
      'mirror-leg-lost',
    );
  },
};
