import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import type { Lab, LabCase } from '../node/lab.ts';

const SCRIPT = '/root/free.sh';
const NOTES = '/run/pvesm-commands';

/** Says where a volume is as `pvesm path` does, and only notes what it is told to free. */
const PVESM = `#!/bin/sh
case $1 in path) echo "/dev/san/\${2#san:}" ;; *) echo "$*" >> ${NOTES} ;; esac
`;

/** What the script told Proxmox VE to free, its exit status, and what it left alone. */
function runScript(lab: Lab) {
  writeFileSync(NOTES, '');
  const { status, stderr } = lab.journal.run([SCRIPT], { mayFail: true });
  const freed = readFileSync(NOTES, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return { status, freed, kept: stderr };
}

export const labCase: LabCase = {
  about:
    'A script that frees leftovers, run later: what a configuration names by then, or something opened, stays, and nothing goes without quorum.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    for (const lv of [
      'vm-100-disk-1',
      'vm-100-disk-10',
      'vm-601-disk-0',
      'vm-602-disk-0',
      'vm-603-disk-0',
      'vm-604-disk-0',
    ])
      lab.storage.thick('san', lv, 4);
    lab.cluster.vm(100, 'name: here\nscsi0: san:vm-100-disk-10,size=4M');
    mkdirSync('/usr/local/sbin', { recursive: true });
    writeFileSync('/usr/local/sbin/pvesm', PVESM);
    chmodSync('/usr/local/sbin/pvesm', 0o755);
    lab.journal.run(['udevadm', 'settle']);

    const written = lab.doctor(['leftovers', '--script', SCRIPT]);
    lab.journal.note(`${written.stdout}\n${written.stderr}`);
    lab.expect('every storage was looked at', written.exit, 0);
    lab.expect('five volumes are listed', /^san +san +5 /m.test(written.stdout), true);
    lab.expect('the script is for its owner alone', statSync(SCRIPT).mode & 0o777, 0o700);
    lab.expect('a script is never replaced', lab.doctor(['leftovers', '--script', SCRIPT]).exit, 73);

    lab.cluster.vm(700, 'name: new\nscsi0: san:vm-601-disk-0,size=4M', 'pve2');
    lab.cluster.vm(602, 'name: restored-with-another-disk', 'pve3');
    lab.journal.background(['sh', '-c', 'exec 3< /dev/san/vm-603-disk-0; exec sleep 100000']);
    lab.dm.waitForOpen('san-vm--603--disk--0', 1);
    const later = runScript(lab);
    lab.expect('only what nobody needs is freed', later.freed, ['free san:vm-100-disk-1', 'free san:vm-604-disk-0']);
    lab.expect('what was left alone is told by the exit status', later.status, 1);
    for (const why of [
      'vm-601-disk-0: named in /etc/pve/nodes/pve2/qemu-server/700.conf',
      'vm-602-disk-0: guest 602 is there again',
      'vm-603-disk-0: something on this node has /dev/san/vm-603-disk-0 open',
    ])
      lab.expect(`it says: ${why}`, later.kept.includes(why), true);

    lab.cluster.loseQuorum();
    const alone = runScript(lab);
    lab.expect('without quorum nothing is freed', [alone.status, alone.freed], [1, []]);
    lab.expect('and nothing is called a leftover', lab.doctor(['leftovers']).exit, 3);
    lab.cluster.unmount();
    const unmounted = runScript(lab);
    lab.expect('nor without /etc/pve', [unmounted.status, unmounted.freed], [1, []]);
  },
};
