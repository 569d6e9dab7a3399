/** What documents may tell a reader to run. A program, subcommand or option that is not here fails the test. */
export interface KnownCommand {
  /** `reads`: run in the lab. `changes`: never run by a test. `waits`: reads, and needs what the lab has not. */
  readonly effect: 'reads' | 'changes' | 'waits';
  /** As getopt has them; a colon behind one that takes a value. */
  readonly options?: readonly string[];
}

export interface KnownProgram extends KnownCommand {
  /** Debian's package, or `pve` for those of Proxmox VE. */
  readonly from: string;
  /** Words that print every option, for the lab to look the options up; none: see `source`. */
  readonly help?: readonly string[];
  readonly subcommands?: Readonly<Record<string, KnownCommand>>;
  /** Where the options were looked up when no program can be asked. */
  readonly source?: string;
}

const reads = (...options: readonly string[]): KnownCommand => ({ effect: 'reads', options });
const changes = (...options: readonly string[]): KnownCommand => ({ effect: 'changes', options });
const waits = (...options: readonly string[]): KnownCommand => ({ effect: 'waits', options });

const HELP = { help: ['--help'] } as const;
const coreutils = (command: KnownCommand): KnownProgram => ({ ...command, from: 'coreutils', ...HELP });
const utilLinux = (command: KnownCommand): KnownProgram => ({ ...command, from: 'util-linux', ...HELP });
const lvm = (command: KnownCommand): KnownProgram => ({ ...command, from: 'lvm2', help: ['--longhelp'] });

/** Tools of Proxmox VE are not in Debian: their words come from their sources, at the commits of 2026-05 to 2026-08. */
const pve = (source: string, subcommands: Readonly<Record<string, KnownCommand>>): KnownProgram => ({
  ...{ effect: 'waits', from: 'pve', subcommands, source },
});

const DEBIAN: Readonly<Record<string, KnownProgram>> = {
  mdadm: { ...waits('--detail', '--add', '--examine'), from: 'mdadm', source: 'mdadm(8)' },
  awk: { ...reads('-F:'), from: 'mawk', source: 'POSIX awk' },
  bash: { ...reads('-c:'), from: 'bash', source: 'bash(1)' },
  blockdev: utilLinux(reads('--getsize64', '--setro')),
  btrfs: {
    ...waits(),
    from: 'btrfs-progs',
    source: 'btrfs(8)',
    subcommands: {
      check: changes('--repair'),
      device: changes('--reset'),
      filesystem: waits(),
      replace: changes(),
      scrub: changes(),
    },
  },
  cat: coreutils(reads('-v')),
  cd: { ...reads(), from: 'bash', source: 'POSIX' },
  tune2fs: { ...waits('-l'), from: 'e2fsprogs', source: 'tune2fs(8)' },
  chattr: { ...changes('-R', '-i'), from: 'e2fsprogs', source: 'chattr(1)' },
  chmod: coreutils(changes()),
  chronyc: { ...waits(), from: 'chrony', source: 'chronyc(1)', subcommands: { tracking: waits() } },
  chown: coreutils(changes()),
  cp: coreutils(changes('-a')),
  crontab: { ...changes('-e', '-l'), from: 'cron', source: 'crontab(1)' },
  curl: {
    ...waits('-f', '-s', '-S', '-L', '-O', '-o:', '-d:', '-H:', '-m:', '--retry:'),
    from: 'curl',
    source: 'curl(1)',
  },
  df: coreutils(reads('-h', '-i', '-T')),
  dmesg: utilLinux(reads('-T')),
  dmsetup: {
    ...reads(),
    from: 'dmsetup',
    ...HELP,
    subcommands: {
      create: changes('--table:', '-r', '--readonly', '-u:', '--uuid:'),
      info: reads('-c', '-o:', '--manglename:', '--noheadings', '--separator:'),
      ls: reads('--tree'),
      remove: changes('--retry', '--uuid:', '--select:', '--force', '-f', '--deferred'),
      rename: changes(),
      resume: changes(),
      status: reads('--manglename:', '--noflush', '--target:'),
      suspend: changes(),
      table: reads('--inactive', '--manglename:', '--target:'),
    },
  },
  echo: { ...reads(), from: 'bash', source: 'POSIX' },
  findmnt: utilLinux(reads('-r', '-n', '-o:', '-T:', '-R', '-t:')),
  fuser: { ...reads('-v', '-m', '-s'), from: 'psmisc', ...HELP },
  git: { ...changes(), from: 'git', source: 'git(1)', subcommands: { clone: changes() } },
  grep: { ...reads('-r', '-n', '-h', '-E', '-A:', '-i', '-c', '-v', '-q', '-F', '-l'), from: 'grep', ...HELP },
  head: coreutils(reads('-n:', '-c:')),
  install: coreutils(changes('-d', '-m:', '-o:', '-g:')),
  ip: { ...reads('-brief'), from: 'iproute2', source: 'ip(8)' },
  journalctl: {
    ...waits('-k', '--since:', '--grep:', '-u:', '-b', '-e', '-f', '-t:', '-n:', '--no-pager'),
    from: 'systemd',
    ...HELP,
  },
  jq: { ...reads('-r', '-e', '-c', '-s'), from: 'jq', ...HELP },
  kill: { ...changes('-9', '-STOP'), from: 'procps', source: 'kill(1)' },
  kpartx: { ...changes('-a', '-d', '-l', '-p:'), from: 'kpartx', source: 'kpartx(8)' },
  less: { ...reads(), from: 'less', source: 'less(1)' },
  ls: coreutils(reads('-l', '-a', '-d', '-A', '-n')),
  lsblk: utilLinux(reads('-d', '-f', '-o:')),
  lsof: { ...reads(), from: 'lsof', source: 'lsof(8)' },
  lvchange: lvm(
    changes(
      '-a:',
      '-K',
      '-f',
      '-k:',
      '-p:',
      '--refresh',
      '--select:',
      '--config:',
      '--setautoactivation:',
      '--syncaction:',
      '--monitor:',
      '--metadataprofile:',
    ),
  ),
  lvcreate: lvm(changes('-s')),
  lvm: {
    ...reads(),
    from: 'lvm2',
    source: 'lvm(8)',
    subcommands: { fullreport: reads(), lvmconfig: reads('--typeconfig:') },
  },
  lvmconfig: lvm(reads('--typeconfig:')),
  lvremove: lvm(changes('-f')),
  lvs: lvm(reads('-a', '-o:', '--units:', '--noheadings', '-S:')),
  'lxc-info': { ...reads('-n:', '-p', '-H'), from: 'lxc', ...HELP },
  mail: { ...waits('-s:'), from: 'bsd-mailx', source: 'mail(1)' },
  mkdir: coreutils(changes('-p', '-m:')),
  mount: utilLinux(changes('-o:', '--bind', '-t:', '-a')),
  mountpoint: utilLinux(reads('-q')),
  multipath: { ...waits('-ll', '-f', '-F', '-a', '-r', '-C'), from: 'multipath-tools', source: 'multipath(8)' },
  multipathd: {
    ...waits(),
    from: 'multipath-tools',
    source: 'multipathd(8)',
    subcommands: { del: changes(), resize: changes(), disablequeueing: changes() },
  },
  mv: coreutils(changes('-n')),
  nslookup: { ...waits(), from: 'bind9-dnsutils', source: 'nslookup(1)' },
  ps: { ...reads('-e', '-f', '-o:', '-p:'), from: 'procps', help: ['--help', 'all'] },
  pvmove: lvm(changes()),
  pvs: lvm(reads('-a', '-o:', '--units:', '--noheadings')),
  'qemu-img': {
    ...waits(),
    from: 'qemu-utils',
    source: 'qemu-img(1)',
    subcommands: { convert: changes(), info: waits('-U', '-f:'), snapshot: changes('-U', '-l', '-f:', '-d:') },
  },
  rados: {
    ...waits(),
    from: 'ceph-common',
    source: 'rados(8)',
    subcommands: { listomapvals: waits('-p:'), listwatchers: waits('-p:') },
  },
  rbd: {
    ...waits(),
    from: 'ceph-common',
    source: 'rbd(8)',
    subcommands: {
      children: waits('-p:', '--snap:'),
      du: waits('-p:'),
      export: waits('-p:'),
      info: waits('-p:', '--image-id:'),
      lock: waits('-p:'),
      ls: waits('-l', '-p:'),
      map: changes('-p:'),
      rm: changes(),
      snap: changes('-p:', '--snap:'),
      status: waits('-p:'),
      trash: changes('--all', '-l', '-p:'),
    },
  },
  rm: coreutils(changes('-f', '-r')),
  sha256sum: coreutils(reads('-c')),
  showmount: { ...waits('-e'), from: 'nfs-common', source: 'showmount(8)' },
  sleep: coreutils(reads()),
  sort: coreutils(reads('-n', '-u')),
  sqlite3: { ...waits(), from: 'sqlite3', source: 'sqlite3(1)' },
  stat: coreutils(reads('-f', '-c:')),
  systemctl: {
    ...waits(),
    from: 'systemd',
    ...HELP,
    subcommands: {
      '--failed': waits('--type:'),
      'daemon-reload': changes(),
      cat: waits(),
      disable: changes('--now'),
      edit: changes(),
      enable: changes('--now'),
      'is-enabled': waits(),
      'list-timers': waits('--all'),
      reload: changes(),
      restart: changes(),
      show: waits('-p:'),
      start: changes(),
      status: waits('--no-pager'),
      stop: changes(),
    },
  },
  'systemd-creds': {
    ...changes('--name:'),
    from: 'systemd',
    source: 'systemd-creds(1)',
    subcommands: { encrypt: changes('--name:') },
  },
  tail: coreutils(reads('-n:', '-f')),
  tee: coreutils(changes('-a')),
  test: { ...reads('-e', '-f'), from: 'bash', source: 'POSIX' },
  timeout: coreutils(reads('-s:', '-k:')),
  timedatectl: { ...waits(), from: 'systemd', source: 'timedatectl(1)', subcommands: { status: waits() } },
  touch: coreutils(changes()),
  udevadm: { ...changes(), from: 'udev', source: 'udevadm(8)', subcommands: { settle: changes() } },
  umount: utilLinux(changes('-l', '-f')),
  unshare: utilLinux(reads('-m', '--propagation:')),
  vgcfgrestore: lvm(changes()),
  vgchange: lvm(changes('-a:', '--select:', '--setautoactivation:')),
  vgck: lvm(changes()),
  zabbix_sender: {
    ...waits('-c:', '-z:', '-s:', '-k:', '-o:', '-i:', '-T', '-r'),
    from: 'zabbix-sender',
    source: 'zabbix_sender(1)',
  },
  vgs: lvm(reads('-a', '-o:', '--units:', '--noheadings')),
  zpool: {
    ...waits(),
    from: 'zfsutils-linux',
    source: 'zpool(8)',
    subcommands: {
      clear: changes(),
      import: changes(),
      list: waits(),
      replace: changes(),
      status: waits('-v', '-L', '-P'),
    },
  },
  zfs: {
    ...waits(),
    from: 'zfsutils-linux',
    source: 'zfs(8)',
    subcommands: {
      destroy: changes(),
      get: waits(),
      list: waits('-H', '-p', '-r', '-t:', '-o:', '-S:'),
      snapshot: changes(),
    },
  },
};

/** Ways to get programs, each in one page. */
const INSTALLERS: Readonly<Record<string, KnownProgram>> = {
  apt: {
    ...changes(),
    from: 'apt',
    source: 'apt(8)',
    subcommands: {
      install: changes('--allow-downgrades'),
      remove: changes(),
      purge: changes(),
      update: changes(),
      upgrade: changes(),
    },
  },
  'apt-get': {
    ...changes(),
    from: 'apt',
    source: 'apt-get(8)',
    subcommands: { install: changes(), remove: changes(), purge: changes() },
  },
  'ansible-playbook': {
    ...changes('-i:', '--ask-vault-pass', '--check'),
    from: 'ansible-core',
    source: 'ansible-playbook(1)',
  },
  gpg: {
    ...changes('--quick-generate-key', '--armor', '--export-secret-keys'),
    from: 'gpg',
    source: 'gpg(1)',
  },
  rsync: { ...changes('-r', '--delete'), from: 'rsync', source: 'rsync(1)' },
  scp: { ...changes('-q', '-p'), from: 'openssh-client', source: 'scp(1)' },
  ssh: { ...changes(), from: 'openssh-client', source: 'ssh(1)' },
  dpkg: { ...changes('-i', '-l', '-L', '-c', '-s', '-r', '-P'), from: 'dpkg', source: 'dpkg(1)' },
};

const PVE: Readonly<Record<string, KnownProgram>> = {
  'ha-manager': pve('pve-ha-manager src/PVE/CLI/ha_manager.pm', { config: waits(), rules: waits() }),
  pct: pve('pve-container src/PVE/CLI/pct.pm', {
    config: waits('--snapshot:', '--current'),
    exec: waits(),
    list: waits(),
    listsnapshot: waits(),
    mount: changes(),
    reboot: changes('--timeout:'),
    resize: changes(),
    set: changes('--mp0:', '-mp0:', '--startup:'),
    shutdown: changes('--timeout:'),
    start: changes('--debug'),
    stop: changes(),
    unlock: changes(),
    unmount: changes(),
    destroy: changes('--purge', '--destroy-unreferenced-disks'),
  }),
  pve8to9: { effect: 'waits', from: 'pve', options: ['--full'], source: 'pve-manager PVE/CLI/pve8to9.pm' },
  pvecm: pve('pve-cluster src/PVE/CLI/pvecm.pm', { delnode: changes(), expected: changes(), status: waits() }),
  pvenode: pve('pve-manager PVE/CLI/pvenode.pm', { task: waits('--vmid:', '--source:') }),
  pvesr: pve('pve-guest-common src/PVE/ReplicationConfig.pm, pve-manager PVE/CLI/pvesr.pm', {
    list: waits(),
    'schedule-now': changes(),
    status: waits('--guest:'),
  }),
  pvesh: pve('pve-manager PVE/CLI/pvesh.pm', {
    get: waits('--output-format:'),
    set: changes('--next-id:'),
  }),
  pvesm: pve('pve-storage src/PVE/CLI/pvesm.pm', {
    alloc: changes(),
    free: changes(),
    list: waits('--vmid:', '--content:'),
    path: waits(),
    'prune-backups': changes('--dry-run:'),
    scan: waits(),
    set: changes(
      '--is_mountpoint:',
      '--options:',
      '--create-base-path:',
      '--create-subdirs:',
      '--mkdir:',
      '--prune-backups:',
      '--disable:',
      '--nodes:',
      '--shared:',
    ),
    status: waits('--storage:'),
  }),
  qm: pve('qemu-server src/PVE/CLI/qm.pm', {
    cleanup: changes(),
    clone: changes('--target:'),
    config: waits('--current', '--snapshot:'),
    create: changes(),
    delsnapshot: changes('--force:'),
    destroy: changes('--purge:'),
    disk: changes('--vmid:', '--dryrun:', '--delete:', '--target-vmid:', '--target-disk:'),
    list: waits(),
    listsnapshot: waits(),
    migrate: changes('--online', '--with-local-disks'),
    monitor: changes(),
    set: changes('--delete:', '--boot:', '--vmgenid:', '--template:', '--scsi1:'),
    shutdown: changes('--timeout:'),
    start: changes(),
    status: waits('--verbose'),
    stop: changes(),
    template: changes(),
    unlock: changes(),
  }),
  vzdump: { effect: 'changes', from: 'pve', options: [], source: 'pve-manager PVE/API2/VZDump.pm' },
  'pve-lvm-disable-autoactivation': {
    ...changes('--assume-yes', '-y'),
    from: 'pve',
    source: 'pve-manager bin/pve-lvm-disable-autoactivation',
  },
};

export const KNOWN_PROGRAMS: ReadonlyMap<string, KnownProgram> = new Map(
  Object.entries({ ...DEBIAN, ...INSTALLERS, ...PVE }),
);
