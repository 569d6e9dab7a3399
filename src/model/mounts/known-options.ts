/**
 * Options of mounts that say nothing of anybody, whatever stands beside them: names without a value, and names whose value is a
 * number or one of a closed list (mount(8), nfs(5), mount.cifs(8), mount.ceph(8), fuse(8), systemd.mount(5)). Any other may
 * hold a password or token, also under a name that nobody has thought of yet.
 */

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

const FLAGS = set(`
  ro rw relatime norelatime noatime atime nodiratime diratime strictatime lazytime nolazytime nosuid suid nodev dev noexec
  exec sync async dirsync bind rbind move silent loud mand nomand symfollow nosymfollow iversion noiversion optional
  defaults auto noauto nofail _netdev user users nouser owner group remount shared rshared private rprivate slave rslave
  unbindable runbindable hard soft softerr softreval nosoftreval bg fg intr nointr lock nolock cto nocto ac noac acl noacl
  fsc nofsc sharecache nosharecache rdirplus nordirplus resvport noresvport posix noposix tcp udp rdma migration nomigration
  trunkdiscovery notrunkdiscovery forceuid forcegid noforceuid noforcegid cifsacl nocifsacl dynperm mfsymlinks serverino
  noserverino nounix unix linux mapposix nomapposix mapchars nomapchars nobrl brl perm noperm setuids nosetuids sfu
  idsfromsid modefromsid seal sign persistenthandles nopersistenthandles resilienthandles noresilienthandles multiuser
  multichannel nohandlecache handlecache handlecaching nodfs nostrictsync strictsync nodelete rwpidforward noblocksend
  noautotune rootfs guest nosparse tcpnodelay nocase ignorecase signloosely locallease x-systemd.automount
  x-systemd.growfs x-systemd.makefs x-systemd.rw-only x-initrd.mount barrier nobarrier discard nodiscard quota noquota
  usrquota grpquota prjquota uquota gquota pquota attr2 noattr2 ikeep noikeep largeio nolargeio inode64 inode32 xattr
  noxattr posixacl user_xattr nouser_xattr ssd nossd ssd_spread space_cache nospace_cache clear_cache autodefrag
  noautodefrag compress datacow nodatacow datasum nodatasum flushoncommit noflushoncommit treelog notreelog degraded
  delalloc nodelalloc journal_checksum journal_async_commit auto_da_alloc noauto_da_alloc minixdf bsddf errors nsdelegate
  favordynmods memory_localevents memory_recursiveprot memory_hugetlb_accounting pids_localevents direct indirect
  allow_other allow_root default_permissions auto_unmount nonempty kernel_cache noforget big_writes reconnect
  follow_symlinks transform_symlinks no_readahead sshfs_sync emergency_ro seclabel xino noxino volatile userxattr nfs_export
  index metacopy dirstat nodirstat rbytes norbytes noasyncreaddir asyncreaddir dcache nodcache ino32 noino32 noshare
  crc nocrc wsync nowsync copyfrom nocopyfrom pagecache nopagecache noquotadf quotadf sloppy showexec flush quiet
  gid newinstance noswap extent_cache cpuset cpu cpuacct blkio memory devices freezer net_cls net_prio perf_event hugetlb
  pids rdma misc none clone_children xattr noprefix release_agent name background_gc inline_xattr noinline_xattr noextents`);

const VALUED = set(`
  vers nfsvers minorversion rsize wsize bsize timeo retrans retry port mountport mountproto mountvers proto namlen nconnect
  max_connect acregmin acregmax acdirmin acdirmax actimeo acregmax acdirmax lookupcache local_lock sec xprtsec cache
  write uid gid cruid backupuid backupgid user_id group_id mode dmode fmode file_mode dir_mode umask fmask dmask
  iocharset nls codepage max_read max_readers max_channels max_credits echo_interval closetimeo handletimeout
  min_enc_offload blksize rasize wsize esize snapshot reparse symlink upcall_target compress compress-force space_cache
  commit data errors barrier size nr_inodes nr_blocks huge mpol discard subvolid logbufs logbsize sunit swidth allocsize
  stripe init_itable max_batch_time jqfmt inode_readahead_blks max_dir_size_kb delayed_logging metadata_ratio thread_pool
  max_inline check_int fatal_errors rescue notreelog fd pgrp pipe_ino timeout minproto maxproto ptmxmode max hidepid subset
  trans version msize access afid dfltuid dfltgid debug posixacl entry_timeout attr_timeout negative_timeout ac_attr_timeout
  max_background congestion_threshold max_write max_pages ServerAliveInterval ServerAliveCountMax ConnectTimeout
  ConnectionAttempts Compression dcache_timeout cache_timeout log-level direct-io-mode attribute-timeout entry-timeout
  ms_mode recover_session caps_wanted_delay_min caps_wanted_delay_max readdir_max_entries readdir_max_bytes mount_timeout
  osdkeepalive osd_idle_ttl congestion_kb_thresh wsync comment create x-systemd.device-timeout x-systemd.idle-timeout
  x-systemd.mount-timeout redirect_dir uuid xino index metacopy nfs_export verity delegate_cmds delegate_maps
  delegate_progs delegate_attachs active_logs alloc_mode fsync_mode background_gc shortname tz charset utf8 nocase`);

/** Values that hold an address, of this machine or of the server. */
const ADDRESSES = set('addr clientaddr mountaddr');

const WORDS = set(`
  default sys krb5 krb5i krb5p lkey lkeyi lkeyp spkm spkmi spkmp ntlm ntlmi ntlmv2 ntlmv2i ntlmssp ntlmsspi none tls mtls
  tcp tcp6 udp udp6 rdma fd virtio unix all pos positive strict loose singleclient ro yes no on off true false auto any
  mmap fscache readahead lazy eager wait ordered writeback journal continue remount-ro panic lz4 lz4hc zstd zlib lzo
  v1 v2 within_size always never advise deny force legacy crc secure prefer-crc prefer-secure prefer utf8 utf-8
  iso8859-1 ascii cp437 cp850 cp1252 posix flock systemd.automount dir file client user nfs wsl follow nofollow
  async sync noaccess invisible ptraceable pid winnt win95 lower mixed null adaptive lfs clean mount app`);

/** `1048576`, `4.2`, `3.1.1`, `0755`, `-1`, `10%`, `64k`, `30s`, `1min`. */
const NUMBER = /^-?(?:0x[0-9a-f]{1,8}|\d{1,20}(?:\.\d{1,6}){0,2}(?:[kmgtp]i?b?|ms|s|min|h|%)?)$/i;

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?=.*:)[0-9a-f:]{2,39}(?:(?:\d{1,3}\.){3}\d{1,3})?(?:%[\w.-]{1,15})?)$/i;

/** `zstd:3`, `commit=30`: a word may carry a level. */
const isKnownValue = (value: string): boolean => NUMBER.test(value) || WORDS.has(value.replace(/:\d{1,3}$/, ''));

export const isKnownAddress = (text: string): boolean => ADDRESS.test(text);

export function isKnownOption(option: string): boolean {
  const equals = option.indexOf('=');
  if (equals < 0) return FLAGS.has(option);
  const [name, value] = [option.slice(0, equals), option.slice(equals + 1)];
  return ADDRESSES.has(name) ? ADDRESS.test(value) : VALUED.has(name) && isKnownValue(value);
}
