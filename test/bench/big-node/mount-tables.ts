import type { Capture, CapturedProbe } from '../../../src/model/capture.ts';
import { times } from '../../data/made-up-numbers.ts';
import type { Amounts } from './amounts.ts';

/** One line of mountinfo without its numbers. */
interface Line {
  readonly devNo: string;
  readonly root?: string;
  readonly target: string;
  readonly options?: string;
  readonly fsType: string;
  readonly source: string;
  readonly superOptions: string;
}

/** What every node has. The first line is the root, and all others stand on it. */
const OWN: readonly Line[] = [
  { devNo: '8:3', target: '/', fsType: 'ext4', source: '/dev/sda3', superOptions: 'rw,errors=remount-ro' },
  { devNo: '0:20', target: '/sys', fsType: 'sysfs', source: 'sysfs', superOptions: 'rw' },
  { devNo: '0:21', target: '/proc', fsType: 'proc', source: 'proc', superOptions: 'rw' },
  { devNo: '0:5', target: '/dev', fsType: 'devtmpfs', source: 'udev', superOptions: 'rw,size=65536k,mode=755' },
  {
    devNo: '0:22',
    target: '/dev/pts',
    fsType: 'devpts',
    source: 'devpts',
    superOptions: 'rw,gid=5,mode=620,ptmxmode=000',
  },
  { devNo: '0:23', target: '/run', fsType: 'tmpfs', source: 'tmpfs', superOptions: 'rw,size=13169484k,mode=755' },
  { devNo: '0:26', target: '/sys/fs/cgroup', fsType: 'cgroup2', source: 'cgroup2', superOptions: 'rw' },
  { devNo: '8:2', target: '/boot/efi', fsType: 'vfat', source: '/dev/sda2', superOptions: 'rw,fmask=0022,dmask=0022' },
  {
    devNo: '0:45',
    target: '/etc/pve',
    fsType: 'fuse',
    source: '/dev/fuse',
    superOptions: 'rw,user_id=0,group_id=0,default_permissions,allow_other',
  },
];

const server = (at: number): string => `192.0.2.${100 + (at % 12)}`;

const KINDS: readonly ((at: number) => Line)[] = [
  (at) => nfs(`/mnt/pve/nas${at}`, at),
  (at) => nfs(`/mnt/work/export-${at}`, at),
  (at) => nfs(`/mnt/archive/${at}`, at),
  (at) => cifs(`/mnt/pve/files${at}`, at),
  (at) => cifs(`/mnt/office/share-${at}`, at),
  (at) => ({ ...ROOT, root: `/var/lib/data/${at}`, target: `/srv/bind/${at}` }),
  (at) => ({ ...ROOT, root: `/opt/app/${at}`, target: `/srv/app/${at}`, options: 'ro,relatime' }),
  (at) => ({
    ...{ devNo: `0:${3000 + at}`, target: `/srv/overlay/${at}/merged`, fsType: 'overlay', source: 'overlay' },
    superOptions: `rw,lowerdir=/srv/overlay/${at}/lower,upperdir=/srv/overlay/${at}/upper,workdir=/srv/overlay/${at}/work`,
  }),
  (at) => ({
    devNo: `0:${4000 + at}`,
    target: `/srv/tmp/${at}`,
    fsType: 'tmpfs',
    source: 'tmpfs',
    superOptions: 'rw,size=65536k',
  }),
  (at) => {
    const name = `rpool/data/subvol-${100 + at}-disk-0`;
    return {
      devNo: `0:${5000 + at}`,
      target: `/${name}`,
      fsType: 'zfs',
      source: name,
      superOptions: 'rw,xattr,posixacl',
    };
  },
];

const ROOT = { devNo: '8:3', fsType: 'ext4', source: '/dev/sda3', superOptions: 'rw,errors=remount-ro' };

const nfs = (target: string, at: number): Line => ({
  ...{ devNo: `0:${1000 + at}`, target, fsType: 'nfs4', source: `${server(at)}:/export/${at}` },
  superOptions: `rw,vers=4.2,rsize=1048576,wsize=1048576,namlen=255,hard,proto=tcp,timeo=600,retrans=2,sec=sys,clientaddr=192.0.2.1,local_lock=none,addr=${server(at)}`,
});

const cifs = (target: string, at: number): Line => ({
  ...{ devNo: `0:${2000 + at}`, target, fsType: 'cifs', source: `//${server(at)}/share${at}` },
  superOptions: `rw,vers=3.1.1,cache=strict,username=backup,uid=0,noforceuid,gid=0,noforcegid,addr=${server(at)},file_mode=0755,dir_mode=0755,soft,nounix,serverino,mapposix,rsize=4194304,wsize=4194304,bsize=1048576,echo_interval=60,actimeo=1`,
});

/** The node's own table, ten kinds in turn. */
export const hostLines = ({ mounts }: Amounts): readonly Line[] => [
  ...OWN,
  ...times(mounts, (at) => (KINDS[at % KINDS.length] ?? nfs.bind(null, ''))(at)),
];

export const isRemote = ({ fsType }: Line): boolean => fsType === 'nfs4' || fsType === 'cifs';

/** Ids count up from a namespace's first; each line stands on the deepest directory before it that holds it. */
export function tableText(lines: readonly Line[], firstId: number): readonly string[] {
  const ids = new Map<string, number>();
  return lines.map((line, at) => {
    const { devNo, root = '/', target, options = 'rw,relatime', fsType, source, superOptions } = line;
    const parent = at === 0 ? firstId - 1 : parentOf(target, ids);
    ids.set(target, firstId + at);
    return `${firstId + at} ${parent} ${devNo} ${root} ${target} ${options} shared:${firstId + at} - ${fsType} ${source} ${superOptions}`;
  });
}

function parentOf(target: string, ids: ReadonlyMap<string, number>): number {
  for (let path = target; path.length > 1; path = path.slice(0, Math.max(1, path.lastIndexOf('/')))) {
    const id = path === target ? undefined : ids.get(path);
    if (id !== undefined) return id;
  }
  return ids.get('/') ?? 1;
}

/** A container sees its own root, what LXC mounts for every one, and perhaps a volume and a share of the node. */
export function containerLines(root: Line, more: readonly Line[], vmid: number): readonly Line[] {
  const proc = { devNo: `0:${10_000 + 3 * vmid}`, fsType: 'proc', source: 'proc', superOptions: 'rw' };
  const dev = {
    devNo: `0:${10_001 + 3 * vmid}`,
    fsType: 'tmpfs',
    source: 'none',
    superOptions: 'rw,size=492k,mode=755',
  };
  const pts = {
    devNo: `0:${10_002 + 3 * vmid}`,
    fsType: 'devpts',
    source: 'devpts',
    superOptions: 'rw,gid=5,mode=620,ptmxmode=666,max=1026',
  };
  const lxcfs = {
    devNo: '0:60',
    fsType: 'fuse.lxcfs',
    source: 'lxcfs',
    superOptions: 'rw,user_id=0,group_id=0,allow_other',
  };
  const files = ['cpuinfo', 'diskstats', 'loadavg', 'meminfo', 'slabinfo', 'stat', 'swaps', 'uptime'];
  return [
    { ...root, target: '/' },
    { ...dev, target: '/dev' },
    { ...proc, target: '/proc' },
    { ...proc, root: '/sys', target: '/proc/sys', options: 'ro,relatime' },
    { ...proc, root: '/sysrq-trigger', target: '/proc/sysrq-trigger', options: 'ro,relatime' },
    {
      devNo: '0:20',
      target: '/sys',
      options: 'ro,nosuid,nodev,noexec,relatime',
      fsType: 'sysfs',
      source: 'sysfs',
      superOptions: 'rw',
    },
    {
      devNo: '0:26',
      root: `/lxc/${vmid}/ns`,
      target: '/sys/fs/cgroup',
      fsType: 'cgroup2',
      source: 'none',
      superOptions: 'rw',
    },
    ...files.map((name) => ({ ...lxcfs, root: `/proc/${name}`, target: `/proc/${name}` })),
    { ...pts, target: '/dev/pts' },
    { ...pts, root: '/ptmx', target: '/dev/ptmx' },
    { ...pts, root: '/0', target: '/dev/console' },
    ...more,
  ];
}

export type { Line };

const ANSWER: CapturedProbe = { stdout: ['1048576 102400 51200 48128 6553600 6000000 nfs'], durationMs: 3 };

/** Every remote mount answers but the stale ones; below is nothing; servers accept connections. */
export function recordProbes(
  lines: readonly Line[],
  stale: number,
): Required<Pick<Capture, 'probes' | 'beneath' | 'servers'>> {
  const remote = lines.filter(isRemote);
  const refused = ({ target }: Line): CapturedProbe => ({
    ...{ exitCode: 1, durationMs: 3 },
    stderr: [`stat: cannot read file system information for '${target}': Stale file handle`],
  });
  const beneath = { files: 0, bytes: 0, newestPath: '', newestAt: '', complete: true };
  const hosts = remote.map((line) => `${/[\d.]{7,}/.exec(line.source)?.[0]}:${line.fsType === 'cifs' ? 445 : 2049}`);
  return {
    probes: Object.fromEntries(
      remote.map((line, at) => [`statfs ${line.target}`, at < stale ? refused(line) : ANSWER]),
    ),
    beneath: Object.fromEntries(remote.map(({ target }) => [target, beneath])),
    servers: Object.fromEntries(hosts.map((host) => [host, { answers: true, detail: 'accepts connections' }])),
  };
}
