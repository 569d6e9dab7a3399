/**
 * The guest that a process belongs to, by /proc/<pid>/cgroup: `/lxc/101/ns/…` (pve-container src/PVE/LXC.pm
 * update_lxc_config; LXC's own default is `lxc.payload.101`), `/qemu.slice/100.scope` (qemu-server). The monitor, in
 * `lxc.monitor/101`, is a process of the node.
 */
export function parseCgroupGuest(text: string): number | null {
  const [, container, scope] =
    /\/lxc(?:\.payload\.|\/)(\d{1,10})(?:\/|$)|\/qemu\.slice\/(\d{1,10})\.scope/m.exec(text) ?? [];
  const digits = container ?? scope;
  return digits === undefined ? null : Number(digits);
}
