/** `lxc.*` keys that PVE passes on to LXC (pve-container src/PVE/LXC/Config.pm is_valid_lxc_conf_key). */

const VALID = new Set(
  [
    'apparmor.profile apparmor.allow_incomplete apparmor.allow_nesting apparmor.raw selinux.context include arch',
    'uts.name signal.halt signal.reboot signal.stop init.cmd init.cwd init.uid init.gid init.groups pty.max',
    'console.logfile console.path tty.max devtty.dir hook.autodev autodev kmsg mount.fstab mount.entry mount.auto',
    'rootfs.mount cap.drop cap.keep seccomp.profile seccomp.notify.proxy seccomp.notify.cookie idmap',
    'hook.pre-start hook.pre-mount hook.mount hook.start hook.stop hook.post-stop hook.clone hook.destroy',
    'hook.version log.level log.file start.auto start.delay start.order group environment environment.runtime',
    'environment.hooks sysctl.fs.mqueue sysctl.kernel.msgmax sysctl.kernel.msgmnb sysctl.kernel.msgmni',
    'sysctl.kernel.sem sysctl.kernel.shmall sysctl.kernel.shmmax sysctl.kernel.shmmni',
    'sysctl.kernel.shm_rmid_forced',
    // Deprecated with LXC 3.0, still passed on.
    'aa_profile aa_allow_incomplete console devttydir haltsignal rebootsignal stopsignal id_map init_cmd loglevel',
    'logfile mount network.type network.flags network.link network.mtu network.name network.hwaddr network.ipv4',
    'network.ipv4.gateway network.ipv6 network.ipv6.gateway network.script.up network.script.down pts se_context',
    'seccomp tty utsname',
  ]
    .join(' ')
    .split(' '),
);

/** The key without its `lxc.`; rootfs.path and rootfs.options are PVE's own and refused. */
export const isPassedOn = (key: string): boolean =>
  VALID.has(key.slice('lxc.'.length)) || /^lxc\.(?:limit|cgroup|cgroup2|prlimit|net)\./.test(key);
