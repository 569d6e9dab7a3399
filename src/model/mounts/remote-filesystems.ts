/** Which file systems live on another machine, which are no data at all, and where a server listens. */

/** Kernel file systems with a server. `nfsd` and `rpc_pipefs` are the kernel's own and no mounts of a share. */
const REMOTE = new Set(
  'nfs nfs4 cifs smb3 smbfs ceph glusterfs 9p virtiofs afs coda lustre beegfs orangefs pvfs2 ncpfs gpfs'.split(' '),
);

/** What stands behind `fuse.`, or before it in fstab, for programs that talk to a server. */
const REMOTE_PROGRAMS = new Set(
  (
    'sshfs glusterfs rclone s3fs davfs davfs2 ceph ceph-fuse cephfs juicefs goofys geesefs gcsfuse blobfuse blobfuse2 ' +
    'mount-s3 mountpoint-s3 curlftpfs seaweedfs weed mfs mfsmount moosefs lizardfs saunafs afpfs smbnetfs cvmfs cvmfs2 ' +
    'xtreemfs quobyte hdfs google-drive-ocamlfuse onedriver nfs fuse-nfs smb'
  ).split(' '),
);

export const isRemoteProgram = (name: string): boolean => REMOTE_PROGRAMS.has(name);

/** FUSE over what is on this machine, whatever its source looks like. */
const LOCAL_PROGRAMS = new Set(
  'lxcfs mergerfs bindfs unionfs unionfs-fuse gvfsd-fuse portal encfs gocryptfs cryfs squashfuse snapfuse zfs'.split(
    ' ',
  ),
);

/** `host:/path`, `//host/share`, `https://…`, `remote:path`. */
const looksRemote = (source: string): boolean => /^\/\/[^/]|^[a-z0-9+.-]+:\/\/|^[^/\s#]+:(?!$)/i.test(source);

export function isRemote(fsType: string, source: string): boolean {
  if (REMOTE.has(fsType)) return true;
  if (fsType !== 'fuse' && !fsType.startsWith('fuse.')) return false;
  const program = fsType.slice('fuse.'.length);
  if (REMOTE_PROGRAMS.has(program)) return true;
  return !LOCAL_PROGRAMS.has(program) && looksRemote(source);
}

/** Kernel file systems that several nodes mount from one disk at the same time. */
const CLUSTERED = new Set('ocfs2 gfs2 gfs cvfs acfs vxfs wekafs'.split(' '));

/**
 * Whether another node may see the same files: those of a server or a shared disk, and whatever a program shows, which may be a server's
 * behind it (mergerfs and bindfs over NFS).
 */
export const mayBeSharedBy = (fsType: string, source: string): boolean =>
  isRemote(fsType, source) || CLUSTERED.has(fsType) || /^fuse(?:\.|$)/.test(fsType);

/** `isRemote` for a line of configuration, where the type may be the program's and the source `sshfs#user@host:`. */
export const isRemoteConfigured = (fsType: string, source: string): boolean =>
  isRemote(fsType, source) || REMOTE_PROGRAMS.has(fsType) || (fsType === 'fuse' && source.includes('#'));

/** File systems that the kernel makes up or keeps in memory: their size is nobody's disk. */
const PSEUDO = new Set(
  (
    'proc sysfs devpts devtmpfs tmpfs ramfs mqueue pstore cgroup cgroup2 bpf tracefs debugfs configfs securityfs ' +
    'fuse.lxcfs fusectl autofs binfmt_misc hugetlbfs efivarfs rpc_pipefs nfsd nsfs overlay rootfs selinuxfs ' +
    'squashfs iso9660 udf erofs fuse.snapfuse fuse.gvfsd-fuse fuse.portal resctrl'
  ).split(' '),
);

/** A file system that can run full: on a disk, or with a server. */
export const holdsData = (fsType: string): boolean => !PSEUDO.has(fsType);

/** FUSE and what mounts on demand: looking below it may start a program, or wait for one. */
export const isOnThisMachine = (fsType: string, source: string): boolean =>
  !isRemote(fsType, source) && !fsType.startsWith('fuse') && fsType !== 'autofs';

const words = (names: ReadonlySet<string>): readonly string[] => [...names].flatMap((name) => name.split(/[.-]/));

const TYPE_WORDS = new Set([REMOTE, REMOTE_PROGRAMS, LOCAL_PROGRAMS, PSEUDO].flatMap(words));

/** A word of the types above. */
export const isFsTypeWord = (word: string): boolean => TYPE_WORDS.has(word);

export interface Server {
  readonly host: string;
  readonly port: number;
}

const NFS_PORT = 2049;
const SMB_PORT = 445;

const optionOf = (options: readonly string[], name: string): string | null =>
  options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;

/** Where the server of an NFS or SMB mount listens; null for others, whose ports cannot be told from the mount. */
export function serverOf(fsType: string, source: string, options: readonly string[]): Server | null {
  const isNfs = fsType === 'nfs' || fsType === 'nfs4';
  const isSmb = fsType === 'cifs' || fsType === 'smb3' || fsType === 'smbfs';
  if (!isNfs && !isSmb) return null;
  const named = isNfs ? /^(?:\[([^\]]+)\]|(.+?)):\//.exec(source) : /^\/\/(?:\[([^\]]+)\]|([^/]+))/.exec(source);
  const host = optionOf(options, 'addr') ?? named?.[1] ?? named?.[2] ?? null;
  if (host === null || !/^[0-9A-Za-z][0-9A-Za-z.:%_-]*$/.test(host)) return null;
  const port = Number(optionOf(options, 'port') ?? 0);
  return { host, port: port > 0 && port < 65_536 ? port : isNfs ? NFS_PORT : SMB_PORT };
}

export const serverKey = ({ host, port }: Server): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
