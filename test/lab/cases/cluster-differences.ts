import { lvmStorage } from '../node/cluster.ts';
import { ACROSS_NODES, type Lab, type LabCase } from '../node/lab.ts';
import { SharedLuns } from '../node/shared-luns.ts';

const ALL = ['pve1', 'pve2', 'pve3'];
const SHARED = lvmStorage('san', 'san', 'shared 1');
const HOUR = 3600;

/** Enabled everywhere; each node has to bring its own. */
const EVERYWHERE = [
  'dir: disk\npath /srv/disk\nis_mountpoint 1\ncontent backup',
  'nfs: nas\nserver 192.0.2.1\nexport /nas\ncontent backup\noptions vers=4.2',
];

const NFS = [
  'mount -t tmpfs tmpfs /srv',
  'mkdir /srv/nas',
  'echo "/srv 192.0.2.0/24(rw,no_root_squash,no_subtree_check,insecure,fsid=0)" > /etc/exports',
  'mkdir -p /var/lib/nfs/v4recovery /run/rpcbind',
  'modprobe -a nfsd nfs nfsv4',
  'mount -t nfsd nfsd /proc/fs/nfsd',
  'rpcbind -w',
  'exportfs -ra',
  'rpc.nfsd -N 3 -G 10 -L 10 2',
  'rpc.mountd',
];

const run = (lab: Lab, ...argv: readonly string[]): void => {
  lab.journal.run(argv);
};

const steps = {
  start(lab) {
    lab.cluster.start();
    lab.three.startNetwork();
    lab.cluster.storage(SHARED);
    new SharedLuns(lab).start();
  },
  trust: (lab) => lab.three.trust('pinned'),
  login: (lab) => new SharedLuns(lab).login(),
  publish: (lab) => lab.three.publish(lab),
  withStorages: (lab) => lab.cluster.storage(SHARED, ...EVERYWHERE),
  /** What pve3 has not: both storages, the new size of a LUN, the settings of LVM, the time. */
  comply(lab) {
    run(lab, 'mkdir', '-p', '/srv/disk', '/mnt/pve/nas');
    run(lab, 'mount', '-t', 'tmpfs', 'tmpfs', '/srv/disk');
    run(lab, 'modprobe', '-a', 'nfs', 'nfsv4');
    run(lab, 'mount', '-t', 'nfs', '-o', 'vers=4.2,soft', '192.0.2.1:/nas', '/mnt/pve/nas');
    new SharedLuns(lab).lookAgain();
  },
  differ(lab) {
    lab.storage.showLvm('all');
    lab.three.passTime(600);
  },
  comeBack: (lab) => lab.three.passTime(-600),
  leaveLun: (lab) => new SharedLuns(lab).logout('san'),
  /** An array's copy of the LUN from some time ago takes its place. */
  takeCopy(lab) {
    const luns = new SharedLuns(lab);
    const copy = lab.storage.disk('copy', 64);
    lab.storage.copyOnto(luns.disk('san'), copy);
    luns.logout('san');
    run(lab, 'vgs', '-o', '+vg_seqno');
  },
  /** As `vgimportclone` leaves it, under the old name. */
  newUuid: (lab) => run(lab, 'vgchange', '-u', 'san'),
  onTwo: (lab) => lab.cluster.storage(lvmStorage('san', 'san', 'shared 1', 'nodes pve1,pve3')),
} satisfies Readonly<Record<string, (lab: Lab) => void>>;

const all = (lab: Lab, ...names: readonly (keyof typeof steps)[]): void => {
  for (const name of names) lab.three.everywhere(lab, steps, name);
};

/** LIO makes it of the serial number. */
const WWID = '36001405abcd000200000000000000000';

export const labCase: LabCase = {
  about:
    'Three kernels that share a LUN by iSCSI and differ: storages without a lock or with two, what one node lacks, an old copy of the VG, another VG of its name, and silence.',
  limitSeconds: 1200,
  steps,
  run(lab) {
    all(lab, 'start', 'trust');
    const luns = new SharedLuns(lab);
    luns.serve({ san: 64, other: 16 });
    luns.login();
    lab.storage.groupOn('san', luns.disk('san'));
    for (const node of ['pve2', 'pve3']) lab.three.on(node, 'login');
    all(lab, 'publish');
    lab.expectAcross('healthy', { judged: ALL, findings: [] });

    lab.cluster.storage(lvmStorage('san', 'san'), lvmStorage('again', 'san'));
    const everywhere = ALL.join(',');
    lab.expectAcross('one LUN without a common lock', {
      judged: ALL,
      findings: [`CL004 san ${everywhere}`, `CL004 again ${everywhere}`, `CL008 san ${everywhere}`],
    });

    all(lab, 'withStorages');
    run(lab, 'sh', '-ec', NFS.join('; '));
    luns.grow('other', 32);
    steps.comply(lab);
    lab.three.on('pve2', 'comply');
    lab.three.on('pve3', 'differ');
    lab.expectAcross(
      'a node that lacks things',
      {
        judged: ALL,
        findings: [
          `CL009 disk ${everywhere}`,
          `CL010 ${WWID} ${everywhere}`,
          `CL011 nas ${everywhere}`,
          'CL012 pve3 pve1,pve3',
          `CL013 san ${everywhere}`,
        ],
      },
      '--fresh',
    );
    lab.three.on('pve3', 'comeBack');

    all(lab, 'onTwo');
    lab.three.on('pve2', 'leaveLun');
    lab.three.on('pve3', 'takeCopy');
    lab.storage.thick('san', 'vm-102-disk-0');
    lab.expectAcross(
      'an old copy',
      { judged: ALL, findings: [`CL010 ${WWID} ${everywhere}`, 'CL006 san pve1,pve3'] },
      '--fresh',
    );
    lab.three.on('pve3', 'newUuid');
    lab.expectAcross(
      'another VG of the name',
      { judged: ALL, findings: [`CL010 ${WWID} ${everywhere}`, 'CL005 san pve1,pve3'] },
      '--fresh',
    );

    lab.three.passTime(26 * HOUR);
    const silent = ['CL014 pve2 pve1,pve2', 'CL014 pve3 pve1,pve3'];
    lab.expectAcross('silence', { judged: ['pve1'], findings: silent, open: ACROSS_NODES });
  },
};
