import { thinStorage } from '../node/cluster.ts';
import { waitFor } from '../node/journal.ts';
import type { LabCase } from '../node/lab.ts';

/** Each has a pool of 32 MiB, of which LVM adds 20 percent, in extents of 4 MiB: 8 MiB. */
const POOLS = [
  { vg: 'tight', mib: 45, volume: 48, written: 8 },
  { vg: 'past', mib: 45, volume: 48, written: 24 },
  { vg: 'fits', mib: 45, volume: 16, written: 8 },
  { vg: 'roomy', mib: 128, volume: 48, written: 8 },
  { vg: 'grown', mib: 128, volume: 48, written: 24 },
] as const;

export const labCase: LabCase = {
  about:
    'LVM extends thin pools above 70 %. Two are in a VG without room, one of them past that; one has volumes that can never fill it, one has room, and one was extended. Then LVM extends none.',
  run(lab) {
    lab.cluster.start();
    lab.storage.autoextend(70, 20);
    lab.cluster.storage(...POOLS.map(({ vg }) => thinStorage(vg, vg, 'data')));
    for (const { vg, mib, volume, written } of POOLS) {
      lab.storage.group(vg, mib);
      lab.storage.thinPool(vg, 'data', 32);
      lab.storage.thin(vg, 'data', 'vm-100-disk-0', volume);
      const to = `of=/dev/${vg}/vm-100-disk-0`;
      lab.journal.run(['dd', 'if=/dev/zero', to, 'bs=1M', `count=${written}`, 'oflag=direct', 'status=none']);
    }
    const disks = POOLS.map(({ vg, volume }, index) => `scsi${index}: ${vg}:vm-100-disk-0,size=${volume}M`);
    lab.cluster.vm(100, `name: writer\n${disks.join('\n')}`);
    const sizeOf = (vg: string): string =>
      lab.journal
        .run(['lvs', '--noheadings', '--units', 'm', '--nosuffix', '-o', 'lv_size', `${vg}/data`])
        .stdout.trim();
    waitFor('dmeventd extended the pool that has room', () => sizeOf('grown') === '40.00', 60_000);
    lab.expect('that the full VG’s pool was not', sizeOf('past'), '32.00');
    const entries = Object.fromEntries(POOLS.map(({ vg }) => [`${vg}-vm--100--disk--0`, 'valid' as const]));
    const report = lab.expectVerdict(
      { exit: 1, grade: 'B', findings: ['LV016 tight/data notice', 'LV016 past/data warning'], entries },
      'on',
    );
    const said = JSON.stringify(report?.findings.filter(({ code }) => code === 'LV016') ?? []);
    lab.expect('that it names the guest', said.includes('guest 100'), report !== null);

    lab.storage.autoextend(100, 20);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries }, 'off');
  },
};
