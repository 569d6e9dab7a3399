import { STORAGE_TYPES } from '../parse/storage-cfg.ts';
import { isKernelDevice, type Keep, VOLUME } from './vocabulary.ts';

/** Words that mean the same on every node: keys and values of configurations, programs, and what commands say. */

/** A name such as `queue_if_no_path` is looked at part by part. */
const words = (text: string): readonly string[] => text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');

/** What the checks look for in messages, and what says that something was taken out before. */
const PHRASES = [
  'removed-by-pve-doctor',
  'Permission denied',
  'Operation not permitted',
  'Running as a non-root user',
  'Unrecognised field',
  'Failure to communicate with kernel device-mapper driver',
  'No such device or address',
  'No such device',
  'No such file or directory',
  'Device or resource busy',
  'Stale file handle',
  'Stale NFS file handle',
  'Input/output error',
  'Transport endpoint is not connected',
  'Host is down',
  'Connection timed out',
  'Connection refused',
  'Connection reset by peer',
  'Software caused connection abort',
  'No route to host',
  'Network is unreachable',
  'Resource temporarily unavailable',
  'Remote I/O error',
  'Cannot send after transport endpoint shutdown',
  'Required key not available',
  'Link has been severed',
  'Function not implemented',
  'Operation not supported',
  'No devices found',
];

export const KNOWN_PHRASE = PHRASES.map((phrase) => phrase.replaceAll('.', '\\.')).join('|');

/** qemu-server src/PVE/QemuServer.pm, src/PVE/QemuServer/Drive.pm; pve-container src/PVE/LXC/Config.pm. */
export const CONFIG_KEYS = words(`
  acpi affinity agent allow ksm amd sev arch args audio audio0 autostart balloon bios boot bootdisk cdrom cicustom
  cipassword citype ciupgrade ciuser cores cpu cpulimit cpuunits description efidisk freeze hookscript hostpci hotplug
  hugepages ide intel tdx ipconfig ivshmem keephugepages keyboard kvm localtime lock machine memory meta migrate
  downtime migrate_downtime migrate_speed name nameserver net numa numad onboot ostype parallel parent protection reboot
  rng sata scsi scsihw searchdomain serial shares smbios smbios1 smp snapstate snaptime sockets spice enhancements
  spice_enhancements sshkeys startdate startup tablet tags tdf template tpmstate unused usb vcpus vga virtio virtiofs
  vmgenid vmstate vmstatestorage watchdog runningmachine runningcpu running nets host cpu delete digest
  rootfs mp dev cmode console entrypoint env features hostname swap timezone tty unprivileged fleecing images
  volume file format media cache rerror werror aio discard snapshot backup replicate detect_zeroes shared wwn ssd model
  iothread ro scsiblock product vendor queues size bps rd wr bps_rd bps_wr mbps mbps_rd mbps_wr iops iops_rd iops_wr
  mbps_max mbps_rd_max mbps_wr_max iops_max iops_rd_max iops_wr_max bps_max_length bps_rd_max_length bps_wr_max_length
  iops_max_length iops_rd_max_length iops_wr_max_length bps_rd_length bps_wr_length iops_rd_length iops_wr_length
  cyls heads secs trans efitype pre enrolled keys ms cert version acl quota mountoptions idmap keepattrs path mode uid
  gid deny write max length`);

/** Values that decide whether PVE keeps a line. */
const CONFIG_VALUES = words(`
  none cdrom disk writethrough writeback unsafe directsync ignore report stop enospc native threads io_uring on off yes
  no true false raw qcow qed qcow2 vmdk cloop subvol 2023w 2023k passthrough lazytime noatime nodev noexec nosuid
  prepare suspending suspended create clone migrate rollback destroyed fstrim mounted nodump
  l26 l24 win11 win10 win8 win7 w2k8 w2k3 w2k wvista wxp solaris other linux debian ubuntu alpine centos fedora arch
  gentoo nixos opensuse devuan unmanaged amd64 i386 arm64 armhf riscv32 riscv64 x86_64 aarch64
  virtio e1000 e1000e rtl8139 vmxnet3 veth bridge vmbr0 vmbr1 firewall hwaddr ip ip6 gw gw6 dhcp auto manual tag trunks
  rate mtu link_down type ifname nocloud configdrive2 opennebula seabios ovmf q35 i440fx pc pve viommu host kvm64
  max x86 v2 v3 v4 AES flags hidden order up down lsi lsi53c810 megasas pvscsi single std qxl cirrus vmware serial0
  virtio-gl memory pcie rombar mapping socket spice usb3 de us en fr nesting fuse keyctl mknod mount force_rw_sys uuid
  manufacturer sku family base64 creation qemu ctime enabled fstrim_cloned_disks source urandom random
  qxl2 isa freebsd`);

const GUEST_KEY =
  /^(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|net|mp|dev|usb|serial|hostpci|ipconfig|vmbr|parallel|virtiofs|audio|numa|rng)\d+$/;

/** pve-storage src/PVE/Storage/*.pm properties. */
const STORAGE_PROPERTIES = new Set(
  `allowtwoprimaries apica apicrt apikey base blocksize bwlimit comstar_hg comstar_tg content content-dirs
  controller controllervm create-base-path create-subdirs data-pool datastore disable domain encryption-key
  exactsize export fingerprint format fs-name fuse is_mountpoint iscsiprovider keyring krbd lio_tpg master-pubkey
  maxfiles max-protected-backups mkdir monhost mountpoint namespace nocow nodes nowritecache options password path
  pool port portal preallocation preferlocal prune-backups redundancy resourcegroup saferemove saferemove-stepsize
  saferemove_throughput server server2 share shared skip-cert-verification smbversion snapshot-as-volume-chain
  sparse statuscache subdir tagged_only target thinpool transport username vgname volume zfs-base-path`.split(/\s+/),
);

const STORAGE_VALUES = words(`
  raw qcow2 subvol vmdk off metadata falloc full default tcp rdma unix images rootdir vztmpl iso backup snippets
  none import`);

/** pve-cluster, pve-manager and pmxcfs. */
const CLUSTER_WORDS = words(`
  nodename nodelist cluster quorate nodes online ip id ids node version type qemu lxc openvz starttime clinfo vmlist
  cfg crush_map user corosync conf jobs datacenter storage vzdump cron ha status resources groups manager_status
  fence rules firewall sdn zones vnets controllers subnets ipams dns mapping pci usb dir notifications domains
  replication virtual guest cpu models profiles priv shadow tfa token acl lower upper next keyboard console language
  migration bwlimit crs mac_prefix max_workers email_from http_proxy u2f webauthn shutdown_policy notify enabled
  schedule mailto mailnotification mode suspend stop compress zstd lzo gzip all pool exclude quiet repeat missed prune
  keep last hourly daily weekly monthly yearly comment starttime dow notes storage root realm sync ext2 fleecing`);

const TASK_TYPES = words(`
  qmcreate qmclone qmrestore qmdestroy qmmove qmigrate qmtunnel qmsnapshot qmrollback qmdelsnapshot qmtemplate qmstart
  qmstop qmshutdown qmreboot qmreset qmsuspend qmresume qmpause qmconfig qmtdisk resize vzcreate vzrestore vzclone vzdestroy vzmigrate
  vzmtunnel move_volume vzsnapshot vzrollback vzdelsnapshot vztemplate vzstart vzstop vzshutdown vzreboot vzsuspend vzresume vzdump imgdel imgcopy download prunebackups ociregistrypull pull_file push_file
  lvmcreate lvmremove lvmthincreate lvmthinremove stopall startall migrateall bulk bulkstart bulkshutdown vncproxy
  vncshell spiceproxy termproxy srvstart srvstop srvrestart srvreload aptupdate OK`);

/** Programs whose processes the checks look at, and those that often hold a volume. */
const PROGRAMS = words(`
  kvm qemu system x86_64 aarch64 lxc start monitor lxcfs swtpm socket storage daemon nbd img task vzdump pvestatd
  pvedaemon pveproxy pvescheduler pmxcfs qmeventd dmeventd lvmpolld multipathd iscsid systemd udevd init
  lvm lvs vgs pvs lvscan vgscan pvscan lvdisplay vgdisplay pvdisplay lvcreate vgcreate pvcreate lvchange vgchange
  pvchange lvconvert vgconvert lvextend vgextend lvreduce vgreduce lvresize pvresize lvremove vgremove pvremove
  lvrename vgrename pvck vgck dmsetup mount umount dd cp rsync tar sleep bash sh cat find ls df stat flock busybox perl
  python3 node bun usr sbin bin var run incoming pidfile pid vmid CPU KVM kworker jbd2 nfsd nfsiod cifsd ext4 xfs`);

const TARGETS = words(`
  linear striped thin pool error zero crypt multipath raid cache snapshot origin merge mirror integrity verity writecache era delay flakey
  dust switch log service time queue length round robin historical clone vdo zoned ebs unstriped io affinity
  raid0 raid1 raid4 raid5 raid6 raid10 raid5_la raid5_ls raid5_ra raid5_rs raid6_n_6 raid6_nc raid6_nr raid6_zr raid5_n core nosync sync region_size rebuild
  queue_if_no_path retain_attached_hw_handler pg_init_retries pg_init_delay_msecs alua emc rdac hp_sw queue_mode bio mq rq
  P N PO error_if_no_space no_discard_passdown discard_passdown ignore_discard read_only skip_block_zeroing needs_check
  partition file rw ro out_of_data_space Fail Error metadata2 writethrough writeback passthrough smq cleaner default policy
  allow_discards same_cpu_crypt submit_from_crypt_cpus no_read_workqueue no_write_workqueue sector_size iv_large_sectors
  aes xts plain64 plain essiv cbc sha256 logon user trusted encrypted keyring missing enabled public private data metadata
  sparse external virtual multiple history locked unknown spare volume group logical physical device map of type
  chunk origin thinorigin thinsnapshot snapshotorigin thickorigin`);

/** What our own reasons and the commands' messages are made of. */
const MESSAGES = words(`
  a an and answer access after at be been by can cannot command could denied does did do down end ended exit failed
  file files find found for from gone has have in into is it its lacks line lines list lists limit may missing more
  ms no not of on open or out output over path permission printed process processes read reading s same second set
  signal started status than that the there this time timed to was were which with within would x yet input error
  invalid Volume volume volumes group groups Logical logical physical Physical device devices Device WARNING Warning
  warning Failed Cannot Could Couldn Skipping skipping already exists active inactive PV VG LV PVs VGs LVs UUID uuid name name used
  unused reads writes Internal internal lock locking Locking metadata checksum Incorrect header trailing bytes offset stat
  regular address answers connection port`);

const isKnown = new Set([
  ...STORAGE_TYPES.keys(),
  ...[...STORAGE_PROPERTIES].flatMap((key) => [...key.split('-'), key]),
  ...['2.0', '2.1', '3', '3.0', '3.11', '1', '2', '4', '8', '16', '32'],
  ...STORAGE_VALUES,
  ...CONFIG_KEYS,
  ...CONFIG_VALUES,
  ...CLUSTER_WORDS,
  ...TASK_TYPES,
  ...PROGRAMS,
  ...TARGETS,
  ...MESSAGES,
]);

/** `32G`, `4096M`, `512kB`, `10s`. */
const AMOUNT = /^\d+(?:[KMGTPkmgtps]|[KMGTP]i?B|kB|ms|e\d+)$/;

export const KNOWN_WORD: Keep = (word) =>
  isKnown.has(word) ||
  VOLUME(word) ||
  isKernelDevice(word) ||
  AMOUNT.test(word) ||
  GUEST_KEY.test(word) ||
  /^E[A-Z]{2,}\d?$/.test(word);

/** Words of storage.cfg's own grammar. */
export const isStorageProperty = (key: string): boolean => STORAGE_PROPERTIES.has(key) || key === 'type';
export const isStorageType = (type: string): boolean => STORAGE_TYPES.has(type.toLowerCase());

const GUEST_KEYS = new Set(CONFIG_KEYS);
const KEBAB_KEYS = new Set(['allow-ksm', 'amd-sev', 'intel-tdx', 'running-nets-host-mtu', 'fleecing-images']);

/** A key of a guest's configuration or of a property string in it. */
export const isGuestKey = (key: string): boolean =>
  GUEST_KEYS.has(key) ||
  KEBAB_KEYS.has(key) ||
  GUEST_KEY.test(key) ||
  (/^(.*\D)\d+$/.test(key) && GUEST_KEYS.has(key.replace(/\d+$/, '')));
