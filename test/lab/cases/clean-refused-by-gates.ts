import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import { waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';
import { untouchables } from '../node/untouchables.ts';

const ENTRY = 'san-vm--500--disk--0';
const PATH = `/dev/mapper/${ENTRY}`;

interface Obstacle {
  readonly name: string;
  /** Answers how it is taken away again. */
  readonly raise: (lab: Lab) => () => void;
}

const kill = (lab: Lab, pid: number) => () => {
  lab.journal.run(['kill', '-KILL', `${pid}`], { mayFail: true });
  waitFor(`${ENTRY} is closed`, () => lab.dm.openCount(ENTRY) === 0);
};

/** Any other guest that is written brings .vmlist up to date. */
function removeGuest(lab: Lab): void {
  lab.journal.run(['rm', '/run/pve-cluster/nodes/pve1/qemu-server/500.conf']);
  lab.cluster.vm(999, 'name: other');
}

const OBSTACLES: readonly Obstacle[] = [
  {
    name: 'open by a process',
    raise: (lab) => {
      const pid = lab.journal.background(['sh', '-c', `exec 9<${PATH}; exec sleep 100000`]);
      lab.dm.waitForOpen(ENTRY, 1);
      return kill(lab, pid);
    },
  },
  {
    name: 'mounted in another namespace',
    raise: (lab) => {
      lab.journal.run(['mkfs.ext4', '-q', '-F', PATH]);
      const script = `mount ${PATH} /srv && exec sleep 100000`;
      const pid = lab.journal.background(['unshare', '-m', '--propagation', 'private', 'sh', '-c', script]);
      lab.dm.waitForOpen(ENTRY, 1);
      return kill(lab, pid);
    },
  },
  {
    name: 'below another device',
    raise: (lab) => {
      lab.dm.create([{ name: 'above', table: [`0 2048 linear ${PATH} 0`] }]);
      return () => lab.dm.remove('above');
    },
  },
  {
    name: 'swap',
    raise: (lab) => {
      lab.journal.run(['mkswap', PATH]);
      lab.journal.run(['swapon', PATH]);
      return () => lab.journal.run(['swapoff', PATH]);
    },
  },
  {
    name: 'its guest arrives by migration',
    raise: (lab) => {
      const pid = lab.guests.receiveVm(500, []);
      return () => {
        lab.journal.run(['kill', '-KILL', `${pid}`]);
        lab.journal.run(['rm', '-f', '/run/qemu-server/500.pid', '/var/run/qemu-server/500.pid']);
      };
    },
  },
  {
    name: 'its guest is here and runs',
    raise: (lab) => {
      lab.cluster.vm(500, 'name: here');
      const pid = lab.guests.startVm(500, []);
      return () => {
        lab.journal.run(['kill', '-KILL', `${pid}`]);
        lab.journal.run(['rm', '-f', '/run/qemu-server/500.pid', '/var/run/qemu-server/500.pid']);
        removeGuest(lab);
      };
    },
  },
  {
    name: 'its guest’s configuration is locked',
    raise: (lab) => {
      lab.cluster.vm(500, 'name: here\nlock: backup');
      return () => removeGuest(lab);
    },
  },
  {
    name: 'the guest’s lock is held',
    raise: (lab) => {
      const pid = lab.activity.lockVm(500);
      return () => lab.journal.run(['pkill', '-KILL', '-P', `${pid}`]);
    },
  },
  {
    name: 'a task works on the guest',
    raise: (lab) => {
      const pid = lab.activity.startTask('qmrestore', '500');
      return () => lab.journal.run(['kill', '-KILL', `${pid}`]);
    },
  },
  {
    name: 'a cluster lock of its storage',
    raise: (lab) => {
      lab.cluster.lock('storage-san');
      return () => lab.journal.run(['rmdir', '/run/pve-cluster/priv/lock/storage-san']);
    },
  },
  {
    name: 'suspended',
    raise: (lab) => {
      lab.dm.suspend(ENTRY);
      return () => lab.dm.resume(ENTRY);
    },
  },
  {
    name: 'LVM cannot be read',
    raise: () => {
      renameSync('/usr/sbin/lvm', '/usr/sbin/lvm.real');
      writeFileSync('/usr/sbin/lvm', '#!/bin/sh\nexit 5\n');
      chmodSync('/usr/sbin/lvm', 0o755);
      return () => renameSync('/usr/sbin/lvm.real', '/usr/sbin/lvm');
    },
  },
  {
    name: 'pmxcfs is not mounted',
    raise: (lab) => {
      lab.cluster.unmount();
      return () => lab.cluster.mount();
    },
  },
];

export const labCase: LabCase = {
  about:
    'An orphan that could be cleaned, and one obstacle after the other: each alone refuses, nothing is changed, and once all are gone it is cleaned.',
  inSample: true,
  limitSeconds: 2400,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-500-disk-0', 16);
    const others = untouchables(lab);
    const repair = new Repair(lab);
    repair.settle();
    const table = lab.dm.table(ENTRY);
    for (const { name, raise } of OBSTACLES) {
      const lower = raise(lab);
      const ran = repair.doctor('clean', '--yes', '--only', 'orphans');
      lab.expect(
        `${name}: exit status`,
        ran.exit === 1 || (ran.exit === 0 && /Nothing to clean/.test(ran.stdout)),
        true,
      );
      lower();
      repair.settle();
      lab.expect(`${name}: the entry is as it was`, lab.dm.table(ENTRY), table);
      lab.expect(`${name}: no step was begun`, repair.outcomes(), []);
    }
    lab.expect('without an obstacle it goes', repair.doctor('clean', '--yes', '--only', 'orphans').exit, 0);
    lab.expect('it is gone', repair.entries(), []);
    lab.expect('undo', repair.doctor('undo', '--yes', '1').exit, 0);
    lab.cluster.loseQuorum();
    const noQuorum = repair.doctor('clean', '--yes', '--only', 'orphans');
    lab.expect('without quorum nothing is done', [noQuorum.exit, lab.dm.table(ENTRY)], [1, table]);
    others.expectUntouched();
  },
};
