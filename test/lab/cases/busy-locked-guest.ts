import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'Work is in flight for guests whose volumes nobody refers to yet: a lock in the configuration, a held lock file, a task, a deletion in the background. Left-over lock files and task lines protect nothing.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    const busy = [100, 101, 102, 503];
    const idle = [104, 505];
    for (const vmid of [...busy, ...idle]) lab.storage.thick('san', `vm-${vmid}-disk-1`);
    lab.cluster.vm(100, 'name: cloning\nlock: clone');
    lab.cluster.vm(101, 'name: moving');
    lab.activity.lockVm(101);
    lab.cluster.container(102, 'hostname: moving');
    lab.activity.lockContainer(102);
    lab.activity.startTask('qmrestore', '503');
    lab.storage.thick('san', 'del-vm-506-disk-0');
    lab.activity.startTask('imgdel', '');
    lab.cluster.vm(104, 'name: quiet');
    lab.activity.leaveLockFile('/var/lock/qemu-server/lock-104.conf');
    lab.activity.leaveTask('qmdestroy', '505');
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['DM012 san-vm--104--disk--1 warning', 'DM010 san-vm--505--disk--1 warning'],
      entries: {
        'san-del--vm--506--disk--0': 'busy',
        ...Object.fromEntries(busy.map((vmid) => [`san-vm--${vmid}--disk--1`, 'busy' as const])),
        ...Object.fromEntries(idle.map((vmid) => [`san-vm--${vmid}--disk--1`, 'orphan' as const])),
      },
    });
  },
};
