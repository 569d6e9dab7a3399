import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { parseVolumeId } from '../parse/loose-targets.ts';
import { decodePercent } from '../parse/perl-text.ts';
import { rawVolumeNames } from '../parse/raw-volume-names.ts';
import { redactText } from './free-text.ts';
import { redactLvName } from './names.ts';
import { redactVolume } from './property-list.ts';
import type { TokenBook } from './token-book.ts';

/**
 * A line that PVE does not read as configuration: a comment, a description, what it cannot parse. Only the volumes and
 * devices that it mentions survive, since each of them may be in use (parse/guest-lines.ts noteUnreadLine).
 */

/** Keys whose value is a volume, as parse/guest-lines.ts knows them. */
const VOLUME_LINE =
  /^(#*[ \t]*(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp|dev)\d+|vmstate|cdrom|hookscript|rootfs|fleecing-images))(?::|%3A)/i;

export function redactUnreadLine(book: TokenBook, line: string): string {
  const key = VOLUME_LINE.exec(line.slice(0, 100));
  const body = decodePercent(key ? line.slice(key[0].length) : line);
  const mentions = body
    .split(/[\s,;"'=(){}[\]<>]+/)
    .filter((token) => isMention(token, key !== null))
    .map((token) =>
      parseVolumeId(token) && !token.includes('/dev/') ? redactVolume(book, token) : redactText(book, token),
    );
  const start = key ? `${key[1]}:` : `${/^(?:#+|description:\s)?/.exec(line)?.[0] ?? ''}-`;
  const kept = encode([start, ...mentions].join(' '));
  const names = new Set(rawVolumeNames(kept));
  const missing = rawVolumeNames(line)
    .map((name) => redactLvName(book, name))
    .filter((name) => !names.has(name));
  // A key at the front must find something behind it, as it did.
  return [kept, ...missing].join(' ');
}

const encode = (text: string): string => text.replaceAll('%', '%25');

function isMention(token: string, anyVolume: boolean): boolean {
  const volume = parseVolumeId(token);
  if (volume && (anyVolume || isGuestVolume(volume.volname))) return true;
  return token.includes('/dev/') || rawVolumeNames(token).length > 0;
}

const isGuestVolume = (volname: string): boolean =>
  decodeGuestVolume(volname.slice(volname.lastIndexOf('/') + 1)) !== null;
