import { isProgram, isStorageProperty } from '../host/secrets.ts';
import { COMMON_VALUE, DRIVE_KEY, LIST_KEY, OPTION, VOLUME_KEY, WORD_KEY } from '../model/guests/guest-settings.ts';
import { REMOVED } from '../model/mounts/mount-secrets.ts';
import { isFsTypeWord } from '../model/mounts/remote-filesystems.ts';
import { ERROR_TEXTS } from '../parse/stat-filesystem.ts';
import { STORAGE_TYPES } from '../parse/storage-cfg.ts';

/** Words that say nothing of anybody, by the place where they may stay. What is in none of these becomes a token. */

export type Keep = (word: string) => boolean;

/** A name such as `queue_if_no_path` is looked at part by part. */
const parts = (text: string): readonly string[] => text.split(/[^A-Za-z0-9]+/);

const among = (...texts: readonly string[]): Keep => {
  const set = new Set(texts.flatMap(parts));
  return (word) => set.has(word);
};

export const NOTHING: Keep = () => false;

/** Process ids, sectors and sizes, where no name can stand. */
export const isNumber: Keep = (word) => /^\d+$/.test(word);

/** The parts of volume names that PVE and LVM give. */
const isVolumePart = among(`
  vm base disk cloudinit state fleece snap del suspend vzdump raw qcow2 vmdk subvol basevol pvmove lvol
  tdata tmeta tpool pool pmspare rimage rmeta mimage mlog mimagetmp mlogtmp cdata cmeta cvol corig wcorig vdata vpool
  imeta iorig vorigin real cow`);
export const VOLUME: Keep = (word) => isVolumePart(word) || /^(?:pvmove|lvol|part)\d+$/.test(word);

/** What people append to a name. */
export const LAYER: Keep = (word) =>
  VOLUME(word) || /^(?:dup|copy|old|new|bak|backup|orig|te?mp|test|clone)$/.test(word);

/** Names that the kernel gives to block devices. */
export const isKernelDevice: Keep = (word) =>
  /^(?:(?:[shv]d|xvd|ubd)[a-z]{1,3}\d*|(?:dm|loop|md|zd|rbd|nbd|sr|sg|st|ram|zram|drbd|bcache|fd|pmem|mmcblk|nvme)\d+(?:[npcs]\d+)*)$/.test(
    word,
  );

/** Directories that udev and the kernel make in /dev. */
export const isDeviceDirectory = among(
  'block bsg bus cciss char cpu disk dma heap dri drbd fd hugepages input mapper md mqueue net pts rbd shm snd vfio zvol',
);

const ROOT_DIRECTORIES = 'bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var';

/** Directories that every system has. */
export const ROOT_DIRECTORY = among(ROOT_DIRECTORIES);

/** The parts of the paths that are read, and of those that everybody has beside them. */
const isSystemWord = among(
  ROOT_DIRECTORIES,
  `share perl5 local pve PVE nodes priv lock locks openvz qemu server lxc conf cfg storage datacenter vmlist members version
  ha resources rules groups jobs replication state json vzdump cron user cluster pvecfg pm manager config pid serial qmp vnc swtpm qga monitor qsd cleanup vz images private
  template iso cache dump snippets import cgroup procs slice scope service ns init system systemd payload unified
  ext4 fs errors count first last error time features fdinfo mdstat self task stat status comm cmdline cwd exe mountinfo mounts swaps loadavg meminfo uptime cpuinfo hostname
  osrelease kernel passwd fstab fib trie if inet6 unix wchan tasks active index log class dmi id vendor product name
  uuid holders slaves partition size ro suspended device state wwid loop backing file target core iblock fileio pscsi
  rd mcp alua udev path devices virtual by partuuid partlabel label lvm null zero full random urandom kvm fuse ptmx tty
  console vhost rtc watchdog mem port kmsg ppp mount automount wants requires multi remote fs all archive backup
  configfs command rootfs dm sock ceph keyring crypttab rtslib fb saveconfig json targets tgt res linstor swap
  btrfs devices devinfo missing stats md array mdadm`,
);
export const SYSTEM: Keep = (word) =>
  isNumber(word) ||
  isSystemWord(word) ||
  isDeviceDirectory(word) ||
  isKernelDevice(word) ||
  /^(?:host|session|target)\d+$/.test(word);

/** What names in /dev/disk/by-id and its neighbours begin with, and partitions end in. */
export const LINK_PREFIX = among(
  'dm name uuid LVM mpath part lvm pv md scsi ata nvme wwn usb virtio eui ip iscsi pci fc lun sas CRYPT LUKS1 LUKS2 PLAIN',
);

const isLocalType = among('ext2 ext3 ext4 xfs btrfs vfat exfat ntfs ntfs3 f2fs swap fuse fuseblk none auto smb2');

/** File systems, so that local and remote ones stay apart. */
export const FS_TYPE: Keep = (word) => isLocalType(word) || isFsTypeWord(word) || isNumber(word);

/** What the checks look for in messages, and what says that something was taken out before. */
export const KNOWN_PHRASE = [
  REMOVED,
  ...ERROR_TEXTS.map(([text]) => text),
  'Running as a non-root user',
  'Unrecognised field',
  'Failure to communicate with kernel device-mapper driver',
  'Device or resource busy',
  'Function not implemented',
  'Operation not supported',
  'No devices found',
].join('|');

/** Targets of device-mapper and their arguments, segments and roles of LVM. */
const TARGETS = `
  linear striped thin pool error zero crypt multipath raid cache snapshot origin merge mirror integrity verity writecache
  era delay flakey vdo raid0 raid1 raid4 raid5 raid6 raid10 core nosync sync region size queue if no path round robin
  service time length retain attached hw handler alua P N PO space discard passdown ignore read only rw ro out of data
  skip block zeroing needs check Fail Error metadata metadata2 writethrough writeback passthrough smq default allow
  discards aes xts plain64 logon cryptsetup keyring missing enabled public private sparse multiple history spare
  volume group thinorigin thinsnapshot thickorigin external virtual unknown`;

/** Programs of PVE beside those that hold volumes. */
const PROGRAMS =
  'lxc start monitor lxcfs swtpm nbd task pvestatd pvedaemon pveproxy pvescheduler pmxcfs qmeventd dmeventd lvmpolld multipathd systemd udevd init sleep qemu system storage daemon';

/** What our own reasons and the commands' messages are made of, and the files of pmxcfs. */
const MESSAGES = `
  a an and answer at be by cannot could denied did does exit failed file found from has in is it its line lines more ms not
  of on open output path permission process read s signal stat system that the there time timed to was with within
  Volume volume group groups Logical logical physical device devices WARNING Warning Failed Cannot already exists active
  VG LV PV UUID uuid name information regular
  address answers connection port qemu lxc openvz id pidfile vmid incoming storage vzdump OK usr bin run var`;

const isCommonWord = among(
  ...STORAGE_TYPES.keys(),
  'images rootdir vztmpl iso backup snippets import metadata falloc full keep last hourly daily weekly monthly yearly all',
  ...[TARGETS, PROGRAMS, MESSAGES],
);

/** `32G`, `4096M`, `512kB`, `10s`. */
const AMOUNT = /^\d+(?:[KMGTPkmgtps]|[KMGTP]i?B|kB|ms|e\d+)$/;

export const KNOWN_WORD: Keep = (word) =>
  isCommonWord(word) ||
  COMMON_VALUE.test(word) ||
  VOLUME(word) ||
  isKernelDevice(word) ||
  isProgram(word) ||
  isStorageProperty(word) ||
  AMOUNT.test(word) ||
  /^(?:E[A-Z]{2,}\d?|[rwm]{1,3})$/.test(word);

/** A key of a guest's configuration. */
export const isGuestKey: Keep = (key) =>
  [DRIVE_KEY, VOLUME_KEY, WORD_KEY, LIST_KEY].some((pattern) => pattern.test(key)) || key === 'fleecing-images';

/** An option in a list of a guest's configuration. */
export const isGuestOption: Keep = (name) =>
  OPTION.test(name) || name === REMOVED || /^(?:file|volume|mp|path)$/.test(name);

export const isStorageType: Keep = (type) => STORAGE_TYPES.has(type.toLowerCase());
