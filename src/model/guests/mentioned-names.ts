import { parseDevicePath } from '../device-mapper/device-path.ts';
import { decodeGuestVolume } from './guest-volume.ts';
import type { VolumeMention } from './pve.ts';

/** `base-1-disk-0/vm-2-disk-0` is a linked clone and refers to both; `100/vm-100-disk-0.raw` is a file's form. */
export function lvNamesOf(volname: string): readonly string[] {
  const parts = volname.split('/').filter((part) => part !== '');
  const guestVolumes = parts.filter((part) => decodeGuestVolume(part) !== null);
  return guestVolumes.length > 0 ? guestVolumes : parts.slice(-1);
}

/** The LV names that a volume id or a path says, wherever its storage is. */
export function mentionedNames(target: VolumeMention['target']): readonly string[] {
  if (target.kind === 'volid') return lvNamesOf(target.volname);
  const device = parseDevicePath(target.path);
  return device?.kind === 'volume' ? device.lvNames : [];
}
