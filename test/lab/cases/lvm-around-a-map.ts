import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { Multipath } from '../node/multipath.ts';
import type { ExpectedVerdict } from '../verdict.ts';

const VGS = ['dead', 'layered', 'fast'] as const;

export const labCase: LabCase = {
  about:
    'A multipath map without a path hangs whoever reads it. VGs on a local disk and on another map of device-mapper are judged all the same; of the volumes on the first nobody says anything.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(...VGS.map((vg) => lvmStorage(vg, vg)));
    const multipath = new Multipath(lab.journal);
    const [paths = []] = multipath.luns(1);
    multipath.daemon(1);
    lab.storage.groupOn('dead', '/dev/mapper/mpatha');
    // Shifted: LVM sees the disk beneath too, and would find the same label there.
    const beneath = lab.storage.disk('beneath', 128);
    lab.dm.create([{ name: 'layer', table: [`0 131072 linear ${beneath} 2048`] }]);
    lab.storage.groupOn('layered', '/dev/mapper/layer');
    lab.storage.group('fast');
    for (const vg of VGS) for (const vmid of [100, 500]) lab.storage.thick(vg, `vm-${vmid}-disk-0`);
    lab.storage.thick('fast', 'vm-600-disk-0');
    lab.storage.remove('fast', 'vm-600-disk-0', 'another-node');
    const disks = VGS.map((vg, index) => `scsi${index}: ${vg}:vm-100-disk-0,size=8M`);
    lab.cluster.vm(100, `name: on-all\n${disks.join('\n')}`);
    for (const path of paths) multipath.state(path, 'offline');
    multipath.waitForStatus('mpatha', / F .* F /);
    const expected: ExpectedVerdict = {
      exit: 3,
      grade: 'B',
      findings: [
        'NODE002 lvm fullreport warning',
        'DM010 layered-vm--500--disk--0 warning',
        'DM010 fast-vm--500--disk--0 warning',
        'DM010 fast-vm--600--disk--0 warning',
        'DM013 fast-vm--600--disk--0 warning',
        'DM031 mpatha warning',
        'PATH001 mpatha warning',
        ...paths.map((path) => `PATH005 ${path} warning`),
      ],
      entries: {
        'dead-vm--100--disk--0': 'valid',
        'dead-vm--500--disk--0': 'unknown',
        'layered-vm--100--disk--0': 'valid',
        'layered-vm--500--disk--0': 'orphan',
        'fast-vm--100--disk--0': 'valid',
        'fast-vm--500--disk--0': 'orphan',
        'fast-vm--600--disk--0': 'orphan',
      },
      unknown: [
        'DM012',
        'DM020',
        'DM050',
        'ID001',
        'LV001',
        'LV002',
        'LV003',
        'LV013',
        'LV017',
        'LV018',
        'PATH007',
        'VOL003',
      ],
    };
    const report = lab.expectVerdict(expected, 'first');
    if (report !== null) lab.expect('LVM processes after the check', lab.processes('lvm').length, 0);
    // As pvestatd does every ten seconds.
    const vgs = lab.journal.background(['vgs']);
    lab.journal.run(['sleep', '12']);
    lab.expectVerdict(expected, 'beside-a-hung-vgs');
    lab.journal.run(['dmsetup', 'message', 'mpatha', '0', 'fail_if_no_path']);
    lab.waitForState(vgs, 'Z');
  },
};
