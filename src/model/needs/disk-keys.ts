import { decodeGuestVolume } from '../guests/guest-volume.ts';

/** Keys whose value is a volume; in any other, `fe80::1` has the form of a volume id too. */
const VOLUME_KEY = /^(?:(?:ide|sata|scsi|virtio|nvme|efidisk|tpmstate|unused|mp)\d+|vmstate|rootfs|fleecing-images)$/;

/** Whether it may be a logical volume: ISO images and the like, and images in a guest's directory, are files on any storage. */
export const isVolumeOf = (volname: string, key: string): boolean =>
  !/^(?:iso|vztmpl|snippets|backup|import|\d+)\//.test(volname) &&
  (VOLUME_KEY.test(key) || lvNamesOf(volname).some(isGuestVolume));

/** Drives of a VM: what they name is opened, whatever it is. */
export const DRIVE_KEY = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused)\d+$/;

/** `base-1-disk-0/vm-2-disk-0` is a linked clone and refers to both; `100/vm-100-disk-0.raw` is a file's form. */
export function lvNamesOf(volname: string): readonly string[] {
  const parts = volname.split('/').filter((part) => part !== '');
  const guestVolumes = parts.filter((part) => decodeGuestVolume(part) !== null);
  return guestVolumes.length > 0 ? guestVolumes : parts.slice(-1);
}

export const isGuestVolume = (lvName: string): boolean => decodeGuestVolume(lvName) !== null;
