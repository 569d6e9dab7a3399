import type { Damage } from './damaged.ts';

/** What damage may do to an answer, and is forbidden otherwise. */
export type Allowance = 'accuses' | 'removes' | 'resolves' | 'clears' | 'silent';

/**
 * Damage that leaves what may be true of another node, so that nobody can tell it from the truth. Each is as narrow as
 * it can be, and one that no capture needs any more fails `npm run faults`. docs/troubleshooting.md says what users should
 * know of them.
 */
export interface Exemption {
  readonly source: RegExp;
  readonly damage: readonly Damage[];
  /** How exactly; anyhow if left out. */
  readonly how?: RegExp;
  readonly allows: readonly Allowance[];
  /** Findings and steps that may come or go; any if left out. */
  readonly items?: RegExp;
  readonly because: string;
}

const CLEAN_CUT = /ends with a line/;

/** A file that somebody may edit, or of which the kernel's table has no end mark. */
const ENDS = 'a text that ends with a line has no mark of what stood behind it';

const OPEN_COUNT =
  'the open count of device-mapper still says that the device is open, and the report that the holder was not seen';

export const EXEMPTIONS: readonly Exemption[] = [
  {
    source: /^directory \/proc\/spl\/kstat\/zfs$/,
    damage: ['half', 'garbage', 'invalid UTF-8'],
    allows: ['resolves', 'silent'],
    items: /^PATH013 /,
    because: 'the kernel lists a directory whole or fails; a list of other names is one of another machine',
  },
  {
    source: /^directory \/sys\/fs\/btrfs(?:\/.*)?$/,
    damage: ['half', 'garbage', 'empty', 'invalid UTF-8'],
    allows: ['resolves', 'silent'],
    items: /^PATH014 /,
    because: 'the kernel lists a directory whole or fails; a list of other names is one of another machine',
  },
  {
    source: /^file \/sys\/fs\/btrfs\/[^/]+\/label$/,
    damage: ['missing', 'denied', 'exit 5', 'timeout', 'killed', 'empty', 'half', 'garbage', '10 MB', 'invalid UTF-8'],
    allows: ['silent'],
    because: 'it only says what a file system is called, which is then called by its UUID alone',
  },
  {
    source: /^file \/sys\/fs\/btrfs\/[^/]+\/devinfo\/[^/]+\/error_stats$/,
    damage: ['missing'],
    allows: ['resolves', 'silent'],
    items: /^PATH014 /,
    because: 'a kernel of before 5.14 has no such file',
  },
  {
    source: /^directory \/proc(?:\/spl(?:\/kstat(?:\/zfs(?:\/[^/]+)?)?)?)?$/,
    damage: ['missing'],
    allows: ['resolves', 'silent'],
    items: /^PATH013 /,
    because: 'a kernel without ZFS has no such directory, and a pool that was exported none of its own',
  },
  {
    source: /^directory \/sys\/kernel\/debug\/drbd\/resources\/[^/]+\/connections\/[^/]+$/,
    damage: ['missing'],
    how: /gone with all in it/,
    allows: ['accuses', 'silent'],
    items: /^PATH008 /,
    because:
      'a peer of DRBD 9 that is gone with all of its files is one that the resource does not have (`drbdadm del-peer`)',
  },
  {
    source: /^(?:file \/var\/log\/pve\/tasks\/active|directory \/var\/log\/pve\/tasks)$/,
    damage: ['missing', 'empty', 'half'],
    how: /^(?:file.*(?:gone|not there)|directory)/,
    allows: ['accuses', 'removes', 'silent'],
    items: /^DM01[02] |lvchange -aln/,
    because:
      'the lab’s workers are `sleep`. A worker of PVE is seen by its name even where the list is lost (activity.test.ts)',
  },
  {
    source:
      /^(?:file \/proc\/locks|(?:directory|stat) \/(?:run\/lock\/lxc|var\/lock\/qemu-server).*|directory \/run(?:\/lock)?|directory \/var\/lock)$/,
    damage: ['missing', 'empty', 'half', 'garbage', 'invalid UTF-8'],
    how: /^(?!file)|ends with a line/,
    allows: ['accuses', 'silent'],
    items: /^DM012 /,
    because:
      'a lock file that is not there is not held, and a table of the kernel has no end mark. Nothing becomes removable: a ' +
      'repair takes these locks itself',
  },
  {
    source: /^probe volumes$/,
    damage: ['missing'],
    allows: ['resolves', 'silent'],
    items: /^VOL\d+ /,
    because: 'a capture of before directories were listed has no list, and is no reason to call every volume unknown',
  },
  {
    source: /^probe access$/,
    damage: ['missing'],
    allows: ['resolves', 'silent'],
    items: /^MNT002 /,
    because: 'a capture of before this probe was made has none, and is no reason to call every mount unknown',
  },
  {
    source: /^(?:file \/sys\/block\/\w+\/(?:device\/)?wwid|directory \/sys\/block\/\w+\/device)$/,
    damage: ['missing', 'denied', 'exit 5', 'timeout', 'killed', 'empty', 'half', 'garbage', '10 MB', 'invalid UTF-8'],
    allows: ['silent'],
    because: 'the name of a disk only chooses the words of LV002: whether two of its disks are paths or copies',
  },
  {
    source: /^file \/sys\/block\/\w+\/device\/(?:vendor|model)$/,
    damage: ['missing', 'denied', 'exit 5', 'timeout', 'killed', 'empty', 'half', 'garbage', '10 MB', 'invalid UTF-8'],
    allows: ['silent'],
    because: 'it only says what a disk is called, which is then called by its kernel name alone',
  },
  {
    source: /^file \/sys\/block\/\w+\/device\/wwid$/,
    damage: ['exit 5', 'killed'],
    allows: ['resolves', 'silent'],
    items: /^PATH0(?:0[23]|10) /,
    because:
      'a disk without a name of its own answers with an error, which is no other one than that of a read that fails',
  },
  {
    source: /^(?:file \/var\/log\/pve\/tasks\/index(?:\.1)?|directory \/var\/log\/pve\/tasks)$/,
    damage: ['missing', 'empty', 'half', 'garbage', '10 MB', 'invalid UTF-8'],
    allows: ['resolves', 'silent'],
    items: /^VOL013 /,
    because: 'Proxmox VE throws old lines of this log away, so what is not in it never was',
  },
  {
    source: /^(?:file \/etc\/pve\/replication\.cfg|(?:file|directory) \/var\/lib\/pve-manager.*)$/,
    damage: ['missing'],
    allows: ['resolves', 'silent'],
    items: /^VOL006 /,
    because: 'a node without replication has neither file, and a job that never ran has no state',
  },
  {
    source: /^(?:file \/etc\/pve\/ha\/(?:resources|rules|groups)\.cfg|directory \/etc\/pve\/ha)$/,
    damage: ['missing'],
    allows: ['accuses', 'resolves', 'silent'],
    items: /^VOL019 /,
    because:
      'a cluster without guests under HA, or without rules, has no such file, and every node may start what no rule holds',
  },
  {
    source: /^file \/etc\/pve\/storage\.cfg$/,
    damage: ['missing'],
    allows: ['accuses', 'resolves', 'silent'],
    items: /^(?:MNT\d+|LV0(?:0[13]|18)|VOL\d+) /,
    because: 'without the file PVE has its built-in storage only',
  },
  {
    source: /^ceph rbd du N$/,
    damage: ['missing', 'denied', 'exit 5', 'timeout', 'killed', 'empty', 'half', 'garbage', '10 MB', 'invalid UTF-8'],
    allows: ['silent'],
    items: /^VOL001 /,
    because: 'the evidence then says that what it holds was not counted; its size stands for it',
  },
  {
    source: /^ceph rados listomapvals rbd_trash$/,
    damage: ['empty', 'half'],
    how: /: nothing in it$|ends with a line/,
    allows: ['resolves', 'silent'],
    items: /^VOL0(?:07|14) /,
    because:
      'rados prints an entry after the other, with no mark of what stood behind the last; one that fails says so',
  },
  {
    source: /^file \/etc\/fstab$/,
    damage: ['missing'],
    allows: ['resolves', 'silent'],
    items: /^MNT00[34] /,
    because: 'a machine may have no fstab',
  },
  {
    source:
      /^(?:file|directory) \/etc(?:\/(?:fstab|crypttab|drbd\.(?:conf|d)|target|rtslib-fb-target|tgt|systemd)(?:\/.*)?)?$/,
    damage: ['missing'],
    how: /gone|not there/,
    allows: ['accuses', 'removes', 'silent'],
    items: /^(?:DM010|LV001) |lvchange -aln/,
    because:
      'a machine may have none of the files that name devices, or fewer of them: nothing then says that one is missing',
  },
  {
    source: /^directory \/etc\/(?:drbd\.d|tgt\/conf\.d|systemd\/system)$/,
    damage: ['half', 'garbage', 'empty', 'invalid UTF-8'],
    allows: ['accuses', 'removes', 'silent'],
    items: /^(?:DM010|LV001) |lvchange -aln/,
    because: 'the kernel lists a directory whole or fails; a list of other names is one of another machine',
  },
  {
    source: /^link \/srv\/disks\/\w+\.img$/,
    damage: ['empty', 'half', 'invalid UTF-8'],
    allows: ['accuses', 'removes', 'silent'],
    items: /^(?:DM010|LV001) |lvchange -aln/,
    because: 'readlink(2) gives the target of a link whole or fails; another target is that of another link',
  },
  {
    source: /^probe read \/proc\/N\/root\/etc\/fstab$/,
    damage: ['missing', 'empty', 'half', 'garbage'],
    allows: ['resolves', 'silent'],
    items: /^CT003 /,
    because:
      'a child prints it, so it has no size; it may be empty or not there, and mount(8) passes over a line that is none',
  },
  {
    source: /^file \/etc\/pve\/jobs\.cfg$/,
    damage: ['missing'],
    allows: ['silent'],
    because: 'without jobs there is no such file; it only tells who writes to a mount',
  },
  {
    source: /^(?:file \/proc\/(?:N\/mountinfo|net\/unix))$/,
    damage: ['half'],
    how: CLEAN_CUT,
    allows: ['accuses', 'resolves', 'silent'],
    items: /^(?:CT|MNT)\d+ /,
    because: `${ENDS}, in a table of the kernel neither; a read that fails is an error`,
  },
  {
    source: /^file \/proc\/N\/(?:mountinfo|cmdline|stat|status|comm|cgroup)$/,
    damage: ['missing'],
    allows: ['silent'],
    because: 'a process that has ended holds nothing and runs no guest',
  },
  {
    source: /^(?:file \/proc\/N\/(?:cmdline|stat)|directory \/proc\/N)$/,
    damage: ['missing'],
    allows: ['resolves', 'silent'],
    items: /^VOL012 /,
    because: 'a guest whose process has ended does not run, whatever its configuration still has',
  },
  {
    source: /^stat \/etc\/pve\/nodes\/[^/]+\/(?:qemu-server|lxc)\/\w+\.conf$/,
    damage: ['missing'],
    allows: ['silent'],
    because:
      'a guest that was read and is not there a moment later has gone to another node, and its lock is compared there',
  },
  {
    source: /^file (?:\/etc\/passwd|\/proc\/N\/(?:comm|status|cgroup|wchan))$/,
    damage: ['missing', 'denied', 'exit 5', 'timeout', 'killed', 'empty', 'half', 'garbage', '10 MB', 'invalid UTF-8'],
    allows: ['silent'],
    because: 'it only describes a holder that was found otherwise, which is then named by number',
  },
  {
    source: /^(?:open descriptors|directory \/sys\/block\/dm-N\/holders)$/,
    damage: ['missing', 'killed', 'empty', 'half', 'garbage', 'invalid UTF-8', '10 MB'],
    allows: ['silent'],
    because: OPEN_COUNT,
  },
  {
    source: /^(?:file \/proc\/swaps|(?:file|directory) \/sys\/block\/loopN\/loop(?:\/backing_file)?)$/,
    damage: ['missing', 'empty', 'half', 'garbage', 'invalid UTF-8', '10 MB'],
    allows: ['silent'],
    because: OPEN_COUNT,
  },
  {
    source: /^file \/proc\/mdstat$/,
    damage: ['missing'],
    allows: ['resolves', 'silent'],
    items: /^PATH012 /,
    because: 'a kernel without the md driver has no such file; where a device of the driver is there, it is not judged',
  },
  {
    source: /^(?:file \/sys\/block\/dm-N\/dm\/name|directory \/sys\/block(?:\/dm-N(?:\/dm)?)?)$/,
    damage: ['missing', 'denied', 'exit 5', 'timeout', 'killed', 'empty', 'half', 'garbage', 'invalid UTF-8', '10 MB'],
    allows: ['silent'],
    because: 'it gives a holder its name, which is then its kernel name',
  },
  {
    source: /^file \/etc\/pve\/datacenter\.cfg$/,
    damage: ['missing'],
    allows: ['resolves', 'clears', 'silent'],
    items: /^(?:ID001|VMID) /,
    because: 'without the file its own range of VMIDs counts',
  },
  {
    source: /^probe statfs$/,
    damage: ['timeout'],
    allows: ['accuses', 'resolves', 'silent'],
    items: /^(?:MNT|CT)\d+ /,
    because: 'a mount that does not answer in time is what the checks look for',
  },
  {
    source: /^probe statfs$/,
    damage: ['missing'],
    how: /^probes statfs \/(?:var\/lib\/vz|mnt\/disk): /,
    allows: ['silent'],
    because: 'a local disk behind a storage is shown where it was asked; older captures did not ask',
  },
  {
    source: /^command lvm-settings/,
    damage: ['missing', 'exit 5', 'timeout', 'killed', 'empty', 'half', 'garbage', '10 MB', 'invalid UTF-8'],
    allows: ['silent'],
    because:
      'they are compared with those of other nodes: CL013 is not clean then, it says that it could not compare; without LVM no pool is extended',
  },
  {
    source: /^directory \/proc$/,
    damage: ['half', 'invalid UTF-8'],
    how: /(?:without|in) \d+$/,
    allows: ['accuses', 'resolves', 'silent'],
    items: /^(?:PATH009|LV016) /,
    because:
      'a process that is not listed has ended: no pool is extended without dmeventd, and the lab’s multipathd has no socket of a known name',
  },
  {
    source: /^servers$/,
    damage: ['missing', 'timeout'],
    allows: ['silent'],
    because: 'the answer of a server only adds a sentence to what is said of its mount',
  },
  {
    source: /^beneath$/,
    damage: ['missing'],
    allows: ['resolves', 'silent'],
    items: /^MNT004 /,
    because: 'no directory, nothing beneath',
  },
  {
    source: /^(?:command cluster-records.*|file \/etc\/pve\/\.members)$/,
    damage: ['missing'],
    allows: ['silent'],
    because:
      'a node of no cluster hears of no other one: checks across nodes do not apply to it, and are not clean either',
  },
  {
    source: /^(?:file \/var\/lib\/pve-doctor\/trend\.txt|directory \/var(?:\/lib(?:\/pve-doctor)?)?)$/,
    damage: ['missing'],
    allows: ['silent'],
    items: /^(?:LV015|PATH01[01]) /,
    because: 'a node whose runs are not kept has no such file: what compares with it does not apply, and is not clean',
  },
  {
    source: /^file \/proc\/N\/cmdline$/,
    damage: ['missing'],
    allows: ['accuses', 'resolves'],
    items: /^(?:DM011|CL001) /,
    because: 'a process that has ended runs no guest, here or on two nodes',
  },
  {
    source: /^file \/sys\/block\/\w+\/(?:device\/)?wwid$/,
    damage: ['exit 5', 'killed', 'denied', 'timeout', 'half', 'garbage', 'invalid UTF-8'],
    allows: ['resolves'],
    items: /^CL003 /,
    because: 'a disk without its name cannot be told on other nodes: CL003 says that it could not compare',
  },
];
