import { thinStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { statusOf, swappable } from '../node/swappable.ts';

/** 64 KiB blocks and 192 KiB of metadata: full after about 7 300 of the 9 600 blocks. */
const FEW_METADATA_SECTORS = 384;
const DATA_SECTORS = 9600 * 128;

export const labCase: LabCase = {
  about:
    'Thin pools: whole, then one out of data where writes wait, one where they fail at once, one out of metadata, and one whose metadata is gone.',
  limitSeconds: 1000,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(thinStorage('waits', 'waits', 'data'), thinStorage('errs', 'errs', 'data'));
    for (const [vg, vmid] of [
      ['waits', 100],
      ['errs', 101],
    ] as const) {
      lab.storage.group(vg, 96);
      lab.storage.thinPool(vg, 'data', 32);
      lab.storage.thin(vg, 'data', `vm-${vmid}-disk-0`, 64);
      lab.cluster.vm(vmid, `name: on-a-pool\nscsi0: ${vg}:vm-${vmid}-disk-0,size=64M`);
    }
    lab.journal.run(['lvchange', '--errorwhenfull', 'y', 'errs/data']);
    const meta = swappable(lab, 'pmeta', 16);
    const less = lab.storage.disk('fewmeta', 16);
    // Nobody reads it back, and a gigabyte of memory is all that the guest has.
    lab.dm.create([{ name: 'nodata', table: [`0 ${DATA_SECTORS} zero`] }]);
    lab.dm.create([{ name: 'few', table: [`0 ${FEW_METADATA_SECTORS} linear ${less} 0`] }]);
    const lost = lab.storage.disk('lostdata', 64);
    lab.dm.create([
      {
        name: 'handmade',
        table: [`0 ${DATA_SECTORS} thin-pool /dev/mapper/few /dev/mapper/nodata 128 0 1 skip_block_zeroing`],
      },
      { name: 'lost', table: [`0 131072 thin-pool ${meta.path} ${lost} 128 0`] },
    ]);
    for (const pool of ['handmade', 'lost']) lab.journal.run(['dmsetup', 'message', pool, '0', 'create_thin 0']);
    lab.dm.create([
      { name: 'onhandmade', table: ['0 1200000 thin /dev/mapper/handmade 0'] },
      { name: 'onlost', table: ['0 131072 thin /dev/mapper/lost 0'] },
    ]);
    lab.cluster.vm(102, 'name: by-path\nscsi0: /dev/mapper/onhandmade,size=600M');
    const entries = { 'waits-vm--100--disk--0': 'valid', 'errs-vm--101--disk--0': 'valid' } as const;
    // Metadata that the writes below can fill is too small for the pool, which is said from the beginning.
    const small = 'LV014 handmade warning';
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [small], entries }, 'whole');

    const fill = (path: string, ...more: readonly string[]) =>
      lab.journal.run(['dd', 'if=/dev/zero', `of=${path}`, 'oflag=direct', 'status=none', ...more], { mayFail: true });
    // It hangs until the pool gives up waiting for room, a minute later.
    lab.journal.background(['dd', 'if=/dev/zero', 'of=/dev/waits/vm-100-disk-0', 'bs=1M', 'count=40', 'oflag=direct']);
    fill('/dev/errs/vm-101-disk-0', 'bs=1M', 'count=40');
    for (let at = 0; at <= 8000; at += 400) fill('/dev/mapper/onhandmade', 'bs=64k', 'count=400', `seek=${at}`);
    fill('/dev/mapper/onlost', 'bs=64k', 'count=4');
    meta.load('error');
    fill('/dev/mapper/onlost', 'bs=64k', 'count=4', 'seek=50', 'conv=fsync');
    for (const [name, words] of [
      ['waits-data-tpool', /out_of_data_space .* queue_if_no_space/],
      ['errs-data-tpool', /out_of_data_space .* error_if_no_space/],
      ['handmade', / ro .* needs_check/],
      ['lost', /thin-pool Fail/],
    ] as const)
      lab.expect(`that ${name} is like ${words}`, words.test(statusOf(lab, name)), true);
    const found = lab.expectVerdict(
      {
        exit: 1,
        grade: 'B',
        findings: [
          'DM031 pmeta warning',
          'LV010 waits/data warning',
          'LV010 errs/data warning',
          'LV010 handmade warning',
          small,
          'LV010 lost warning',
        ],
        entries,
      },
      'full',
    );
    for (const [pool, vmid] of [
      ['waits/data', 100],
      ['errs/data', 101],
      ['handmade', 102],
    ] as const) {
      const said = JSON.stringify(found?.findings.filter(({ subject }) => subject.id === pool) ?? []);
      lab.expect(`that ${pool} names guest ${vmid}`, said.includes(`guest ${vmid}`), true);
    }
  },
};
