/** Words that say nothing of anybody, by the place where they may stay. What is in none of these becomes a token. */

/** A name such as `queue_if_no_path` is looked at part by part. */
const words = (text: string): readonly string[] => text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');

export type Keep = (word: string) => boolean;

const among = (...lists: readonly (readonly string[])[]): Keep => {
  const set = new Set(lists.flat());
  return (word) => set.has(word);
};

export const NOTHING: Keep = () => false;

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

/** Directories that every system has. */
export const ROOT_DIRECTORY = among(
  words('bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var'),
);

const isSystemWord = among(
  words(`
  bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var share perl5 local
  pve PVE nodes priv lock locks openvz qemu server lxc conf cfg storage datacenter vmlist members version clusterlog
  jobs vzdump cron user domains replication firewall ha sdn mapping virtual guest corosync authkey status acme
  pvecfg pm manager migrate diskmanage lck config pid serial qmp vnc swtpm qga monitor migrate qsd cleanup cloudinit
  vz images private template iso cache dump snippets import cgroup procs slice scope service ns init system systemd
  user payload unified process fd fdinfo net unix self thread stat status comm cmdline cwd exe mountinfo mounts
  swaps loadavg meminfo uptime cpuinfo hostname osrelease kernel passwd fstab fib trie wchan task tasks active log
  class dmi id vendor product name uuid block holders slaves partition size ro suspended dm dmi device state wwid
  loop backing file target core iblock fileio pscsi rd mcp alua udev path devices virtual char disk by partuuid
  partlabel label mapper zvol lvm cciss shm mqueue pts null zero full random urandom kvm fuse ptmx tty console
  vhost hugepages input snd dri hpet rtc watchdog nvram mem port kmsg ppp vfio mount automount wants requires
  multi target remote fs all archive backup
  cluster if inet6 kvm qemu configfs pci0000 pnp0 platform session host command rootfs devices sock`),
);
export const SYSTEM: Keep = (word) =>
  isSystemWord(word) || isKernelDevice(word) || /^(?:host|session|target)\d+$/.test(word);

/** What names in /dev/disk/by-id and its neighbours begin with, and partitions end in. */
export const LINK_PREFIX = among(
  words(
    'dm name uuid LVM mpath part lvm pv md scsi ata nvme wwn usb virtio eui nvme0 ip iscsi pci fc lun sas CRYPT LUKS1 LUKS2 PLAIN DMRAID',
  ),
);

const isMountWord = among(
  words(`
  ro rw relatime noatime nodiratime strictatime lazytime nosuid suid nodev dev noexec exec sync async dirsync bind rbind
  create dir file optional defaults auto noauto nofail netdev user users nouser owner group remount shared master
  propagate from unbindable private hard soft softerr softreval bg fg intr nointr rsize wsize bsize timeo retrans vers
  nfsvers minorversion proto port mountport mountproto mountvers mountaddr mounthost clientaddr addr local lock nolock
  sec cto nocto ac noac acl noacl acregmin acregmax acdirmin acdirmax actimeo namlen fsc nofsc sharecache nosharecache
  rdirplus nordirplus nconnect trunkdiscovery resvport noresvport lookupcache cache credentials cred username password
  domain uid gid forceuid forcegid noforceuid noforcegid mode dmode fmode file_mode dir_mode iocharset unc cruid
  mfsymlinks serverino noserverino nounix unix mapposix mapchars nobrl perm noperm setuids nosetuids snapshot snapdirname
  sfu idsfromsid modefromsid seal sign max credits echo interval closetimeo persistenthandles resilienthandles multiuser
  nohandlecache handletimeout handlecache snapshots soft rwpidforward x systemd automount mount idle timeout requires
  before after device wanted by comment size nr inodes nr_inodes inode64 inode32 huge data ordered writeback journal
  errors continue panic barrier nobarrier discard nodiscard quota noquota usrquota grpquota prjquota attr2 logbufs
  logbsize sunit swidth stripe xattr noxattr posixacl user_xattr nouser_xattr subvol subvolid space_cache v2 ssd
  compress nsdelegate memory recursiveprot memory_recursiveprot fd pgrp pipe ino minproto maxproto direct indirect
  allow other allow_other default permissions default_permissions max_read blksize user_id group_id context hidepid
  ptmxmode newinstance gid emergency_ro seclabel lowerdir upperdir workdir trans virtio msize access client any cephfs
  name secret secretfile fsid mds_namespace noshare wsync nowsync ms_mode rbytes norbytes dirstat nodirstat
  reconnect IdentityFile ServerAliveInterval ServerAliveCountMax nonempty follow symlinks password stdin backupvolfile
  backup volfile servers log level transport`),
);
export const MOUNT_OPTION: Keep = (word) => isMountWord(word);

const isMountValue = among(
  words(`
  sys krb5 krb5i krb5p ntlm ntlmv2 ntlmssp ntlmsspi ntlmv2i none tcp tcp6 udp udp6 rdma posix all pos strict loose
  default utf8 on off yes no mmap fscache readahead ordered writeback journal continue remount ro lz4 zstd zlib lzo
  within_size always never advise legacy crc secure prefer file dir systemd automount mount`),
);
export const MOUNT_VALUE: Keep = (word) => isMountValue(word) || /^\d+[smhdkKMG]$/.test(word);

/** File systems, so that local and remote ones stay apart (model/remote-filesystems.ts). */
export const FS_TYPE = among(
  words(`
  nfs nfs4 cifs smb3 smbfs ceph glusterfs 9p virtiofs afs coda lustre beegfs orangefs pvfs2 ncpfs gpfs fuse fuseblk
  sshfs rclone s3fs davfs davfs2 cephfs juicefs goofys geesefs gcsfuse blobfuse blobfuse2 mount s3 mountpoint curlftpfs
  seaweedfs weed mfs mfsmount moosefs lizardfs saunafs afpfs smbnetfs cvmfs cvmfs2 xtreemfs quobyte hdfs google drive
  ocamlfuse onedriver smb lxcfs mergerfs bindfs unionfs gvfsd portal encfs gocryptfs cryfs squashfuse snapfuse zfs
  ext2 ext3 ext4 xfs btrfs vfat exfat ntfs ntfs3 f2fs jfs reiserfs iso9660 udf squashfs erofs overlay aufs
  proc sysfs devpts devtmpfs tmpfs ramfs mqueue pstore cgroup cgroup2 bpf tracefs debugfs configfs securityfs fusectl
  autofs binfmt_misc binfmt misc hugetlbfs efivarfs rpc_pipefs rpc pipefs nfsd nsfs rootfs selinuxfs resctrl swap none
  auto hostfs bdev sockfs pipefs`),
);
