import { configDamage } from '../model/believable.ts';
import { isDriveKey } from './drive-options.ts';
import type { GuestSection } from './guest-lines.ts';
import { shorten } from './perl-text.ts';

/**
 * Settings of which every guest that PVE made has some (`write_config` of qemu-server and pve-container writes them back on
 * every change). A text with none of them is no guest's configuration.
 */
const USUAL =
  /^(?:agent|arch|bios|boot|bootdisk|cmode|cores|cpu|cpulimit|description|features|hostname|lock|machine|memory|meta|name|numa|onboot|ostype|parent|scsihw|smbios1|sockets|startup|swap|tags|template|unprivileged|vmgenid|(?:net|mp|dev|rootfs|ide|sata|scsi|virtio|efidisk|tpmstate|unused)\d*):/m;

/** Why a text cannot be a guest's configuration as PVE wrote it; null when it can. */
export function guestConfigDamage(text: string): string | null {
  if (text === '') return 'it is empty, so what it referred to is lost';
  return configDamage(text) ?? (USUAL.test(text) ? null : 'no line of it is a setting that guests have');
}

interface Parts {
  readonly text: string;
  readonly current: GuestSection;
  readonly sections: readonly GuestSection[];
  /** Line numbers that PVE cannot read. */
  readonly unread: readonly number[];
}

/**
 * Why something may be missing in a virtual machine's configuration; empty where nothing says so. PVE takes a drive out of
 * the boot order when it takes it out of the configuration, and writes `smbios1` and, but for ARM, `vmgenid` into every one
 * that it makes, beside `meta` (qemu-server PVE/API2/Qemu.pm update_vm_api, create_vm). Keys are sorted, so these two stand
 * behind most drives.
 */
export function qemuGap(parts: Parts): string {
  const has = (key: string): boolean => parts.current.values.has(key);
  if (has('meta') && !has('smbios1')) return 'it has no smbios1, which PVE wrote when it made the guest';
  if (has('meta') && !has('vmgenid') && !has('arch'))
    return 'it has no vmgenid, which PVE wrote when it made the guest';
  const order = /(?:^|,)\s*order=([^,]*)/.exec(parts.current.values.get('boot')?.value ?? '')?.[1] ?? '';
  const keys = new Set([...parts.text.matchAll(/^([a-z]+\d+):/gm)].map(([, key]) => key));
  const lost = order.split(';').find((key) => isDriveKey(key.trim()) && !keys.has(key.trim()));
  return lost === undefined ? commonGap(parts) : `its boot order has ${lost.trim()}, which no line of it describes`;
}

/** The same for a container, which has a root file system always. */
export const lxcGap = (parts: Parts): string =>
  /^rootfs:/m.test(parts.text) ? commonGap(parts) : 'it has no rootfs, which every container has';

function commonGap({ current, sections, unread }: Parts): string {
  const [line] = unread;
  if (line !== undefined) return `line ${line} cannot be read`;
  const snapshots = new Set(sections.map(({ snapshot }) => snapshot));
  const parents = [current, ...sections].map((section) => section.values.get('parent')?.value ?? '');
  const lost = parents.find((parent) => parent !== '' && !snapshots.has(parent));
  return lost === undefined ? '' : `it goes back to the snapshot ${shorten(lost)}, of which it has no section`;
}
