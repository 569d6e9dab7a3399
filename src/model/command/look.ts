/**
 * Every command that is printed and only reads, by its first words: nothing else compiles. Whoever adds one makes sure that no option
 * of it that a check gives changes anything.
 */
export type Look =
  /** LVM's reports, lists of the kernel and of udev, and what a disk says of itself. */
  | readonly ['lvs' | 'vgs' | 'pvs' | 'lvmconfig' | 'lsblk' | 'blkid' | 'lsscsi' | 'smartctl', ...string[]]
  | readonly ['blockdev', '--getro', string]
  | readonly ['dmsetup', 'info' | 'table' | 'status' | 'deps', ...string[]]
  | readonly ['multipath', '-ll', ...string[]]
  | readonly ['multipathd', 'show', ...string[]]
  | readonly ['iscsiadm', '-m', 'session', '-P', '1']
  | readonly ['nvme', 'list-subsys']
  | readonly ['drbdadm', 'status', ...string[]]
  | readonly ['mdadm', '--detail', string]
  | readonly ['zpool', 'status' | 'list', ...string[]]
  | readonly ['btrfs', 'filesystem', 'usage', string]
  | readonly ['btrfs', 'device', 'stats', string]
  | readonly ['btrfs', 'scrub', 'status', string]
  | readonly ['cat' | 'grep' | 'ls' | 'df' | 'findmnt', ...string[]]
  | readonly ['stat', '-f', string]
  | readonly ['ps' | 'pgrep' | 'fuser', ...string[]]
  | readonly ['ping', '-c', string, string]
  | readonly ['showmount', '-e', string]
  | readonly ['smbclient', '-N', '-L', string]
  | readonly ['journalctl' | 'dmesg', ...string[]]
  | readonly ['systemctl', 'status' | 'list-timers', ...string[]]
  | readonly ['chronyc', 'tracking']
  | readonly ['timedatectl', 'status']
  | readonly ['qm' | 'pct', 'config' | 'status' | 'listsnapshot', ...string[]]
  | readonly ['pvenode', 'task', 'list', ...string[]]
  | readonly ['pvesr', 'status', ...string[]]
  | readonly ['pvecm', 'status']
  | readonly ['ha-manager', 'config']
  | readonly ['qemu-img', 'info', '-U', string]
  /** Tries a storage as pvestatd does every few seconds: what it mounts is mounted by itself. */
  | readonly ['pvesm', 'status', '--storage', string]
  | readonly ['rbd', 'status' | 'info' | 'children', ...string[]]
  | readonly ['rbd', 'lock', 'ls', ...string[]]
  | readonly ['rbd', 'trash', 'ls', ...string[]]
  /** Ours, which ask and change nothing of the node. */
  | readonly ['pve-doctor', 'check' | 'cluster' | 'leftovers' | 'explain' | 'stack' | 'acknowledge', ...string[]];
