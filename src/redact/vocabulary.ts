import { isFsTypeWord } from '../model/mounts/remote-filesystems.ts';

/** Words that say nothing of anybody, by the place where they may stay. What is in none of these becomes a token. */

/** A name such as `queue_if_no_path` is looked at part by part. */
const words = (text: string): readonly string[] => text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');

export type Keep = (word: string) => boolean;

const among = (...lists: readonly (readonly string[])[]): Keep => {
  const set = new Set(lists.flat());
  return (word) => set.has(word);
};

export const NOTHING: Keep = () => false;

/** Process ids, sectors and sizes, where no name can stand. */
export const isNumber: Keep = (word) => /^\d+$/.test(word);

/** `local` is the one storage that is the same everywhere (pve-storage src/PVE/Storage/Plugin.pm parse_config). */
export const STORAGE_ID = among(['local']);

/** The parts of volume names that PVE and LVM give. */
const VOLUME_PARTS = words(`
  vm base disk cloudinit state fleece snap del suspend vzdump raw qcow2 vmdk subvol basevol pvmove lvol
  tdata tmeta tpool pool pmspare rimage rmeta mimage mlog mimagetmp mlogtmp cdata cmeta cvol corig wcorig vdata vpool
  imeta iorig vorigin real cow`);
const NUMBERED_PART = /^(?:pvmove|lvol|part)\d+$/;
const isVolumePart = among(VOLUME_PARTS);
export const VOLUME: Keep = (word) => isVolumePart(word) || NUMBERED_PART.test(word);

/** What people append to a name. */
const isSuffix = among(words('dup copy old new bak backup orig tmp temp test clone'));
export const LAYER: Keep = (word) => VOLUME(word) || isSuffix(word);

/** Names that the kernel gives to block devices. */
export const isKernelDevice = (word: string): boolean =>
  /^(?:(?:[shv]d|xvd|ubd)[a-z]{1,3}\d*|(?:dm|loop|md|zd|rbd|nbd|sr|sg|st|ram|zram|drbd|bcache|fd|pmem|mmcblk|nvme)\d+(?:[npcs]\d+)*)$/.test(
    word,
  );

/** Directories that udev and the kernel make in /dev. */
export const isDeviceDirectory = among(
  words(
    'block bsg bus cciss char cpu disk dma_heap dri drbd fd hugepages input mapper md mqueue net pts rbd shm snd vfio zvol',
  ),
);

/** Directories that every system has. */
export const ROOT_DIRECTORY = among(
  words('bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var'),
);

const isSystemWord = among(
  words(`
  bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var share perl5 local
  pve PVE nodes priv lock locks openvz qemu server lxc conf cfg storage datacenter vmlist members version clusterlog
  jobs vzdump cron user domains replication firewall ha sdn mapping virtual guest corosync authkey status
  pvecfg pm manager migrate diskmanage lck config pid serial qmp vnc swtpm qga monitor migrate qsd cleanup cloudinit
  vz images private template iso cache dump snippets import cgroup procs slice scope service ns init system systemd
  user payload unified process fd fdinfo net unix self thread stat status comm cmdline cwd exe mountinfo mounts
  swaps loadavg meminfo uptime cpuinfo hostname osrelease kernel passwd fstab fib trie wchan task tasks active index log
  class dmi id vendor product name uuid block holders slaves partition size ro suspended dm dmi device state wwid
  loop backing file target core iblock fileio pscsi rd mcp alua udev path devices virtual char disk by partuuid
  partlabel label mapper zvol lvm cciss shm mqueue pts null zero full random urandom kvm fuse ptmx tty console
  vhost hugepages input snd dri hpet rtc watchdog nvram mem port kmsg ppp vfio mount automount wants requires
  multi target remote fs all archive backup
  cluster if inet6 kvm qemu configfs pci0000 pnp0 platform session host command rootfs devices sock`),
);
export const SYSTEM: Keep = (word) =>
  isNumber(word) || isSystemWord(word) || isKernelDevice(word) || /^(?:host|session|target)\d+$/.test(word);

/** What names in /dev/disk/by-id and its neighbours begin with, and partitions end in. */
export const LINK_PREFIX = among(
  words(
    'dm name uuid LVM mpath part lvm pv md scsi ata nvme wwn usb virtio eui nvme0 ip iscsi pci fc lun sas CRYPT LUKS1 LUKS2 PLAIN DMRAID',
  ),
);

const isLocalType = among(
  words('ext2 ext3 ext4 xfs btrfs vfat exfat ntfs ntfs3 f2fs fuse fuseblk none auto smb2 fuseblk'),
);

/** File systems, so that local and remote ones stay apart. */
export const FS_TYPE: Keep = (word) => isLocalType(word) || isFsTypeWord(word) || isNumber(word);
