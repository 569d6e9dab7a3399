import type { Changes } from './command.ts';

/**
 * A unit is active while anything is mounted at its place, and starting it then does nothing (systemd src/core/mount.c mount_start, unit.c
 * unit_start). Files that were written there since would be hidden, so the directory is read again.
 */
export const startMountUnit = (unit: string, target: string, what: string): Changes => ({
  kind: 'changes',
  change: 'start-mount-unit',
  does: `mounts ${target} as its unit says`,
  guard: `the unit is for ${what}, and nothing is mounted on ${target} or in it`,
  conditions: [
    { pipe: [['systemctl', 'show', '--property=What', '--value', '--', unit]], prints: what, limitSeconds: 5 },
    { pipe: [['ls', '-A', '--', target]], prints: '', limitSeconds: 5 },
  ],
  argv: ['systemctl', 'start', '--', unit],
  limitSeconds: 20,
  endedBy: 'KILL',
});
