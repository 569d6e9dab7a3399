import { access, readdir } from 'node:fs/promises';

/** Whether this machine has any device-mapper device, or is a Proxmox VE node. */
export async function hasSomethingToCheck(): Promise<boolean> {
  const blocks = await readdir('/sys/block').catch(() => []);
  if (blocks.some((name) => name.startsWith('dm-'))) return true;
  return await access('/etc/pve').then(
    () => true,
    () => false,
  );
}
