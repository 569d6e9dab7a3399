import { decodeText } from '../../../src/model/capture.ts';
import { parseDevicePath } from '../../../src/model/device-mapper/device-path.ts';
import { decodeGuestVolume, snapshotVolumeName } from '../../../src/model/guests/guest-volume.ts';
import { unescapeHex, unescapeOctal } from '../../../src/parse/escaped-bytes.ts';
import { decodePercent } from '../../../src/parse/perl-text.ts';
import { canonicalPath } from '../../../src/parse/storage-cfg.ts';
import { filesOf, outputsOf } from '../corpus.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';

/** As the kernel and device-mapper write the bytes of a name. */
const escaped = (text: string, prefix: string, radix: number, digits: number): string =>
  [...new TextEncoder().encode(text)].map((byte) => `${prefix}${byte.toString(radix).padStart(digits, '0')}`).join('');

const octal = target({
  name: 'octal-escapes',
  share: 0.5,
  texts: () => filesOf(/mountinfo$/).slice(0, 10),
  words: ['\\040', '\\134', '\\303\\251', '\\3', '\\400', '\\', '\\x20', '\\xc3\\xa9', '\\x2', 'a', 'é'],
  read: (text) => [unescapeOctal(text), unescapeHex(text), decodePercent(text)],
  laws: (_, text) => {
    const whole = text.toWellFormed();
    expectSame(unescapeOctal(escaped(whole, '\\', 8, 3)), whole, 'octal escapes do not lead back');
    expectSame(unescapeHex(escaped(whole, '\\x', 16, 2)), whole, 'hexadecimal escapes do not lead back');
    expectSame(decodeText({ base64: Buffer.from(whole).toString('base64') }), whole, 'captured bytes do not lead back');
    if (!text.includes('\\')) expectSame([unescapeOctal(text), unescapeHex(text)], [text, text], 'changed');
  },
});

const path = target({
  name: 'device-path',
  share: 1,
  texts: () => outputsOf('dmsetup-info').flatMap((text) => text.split(/[\t\n]/).map((name) => `/dev/mapper/${name}`)),
  words: [
    ...['/dev/', '/dev/mapper/', '/dev/disk/by-id/dm-name-', 'dm-uuid-LVM-', '/dev/block/', '253:5', '/dev/dm-1', '..'],
    ...['/', '/./', '//', 'pve-vm--100--disk--0', 'p1', '-part1', '\\x2d', 'vm-100-disk-0', 'a'.repeat(64)],
  ],
  read: (text) => [parseDevicePath(text), canonicalPath(text)],
  laws: ([device, canonical], text) => {
    expectSame(canonicalPath(canonicalPath(text)), canonical, 'the canonical path of it is another one');
    if (text.startsWith('/') && text.length < 2000 && !text.split('/').includes('..'))
      expectSame(parseDevicePath(canonicalPath(text)), device, 'the canonical path is another device');
    // A path of more than 4 096 characters is none.
    if (text.length < 2000) expectSame(parseDevicePath(text.replaceAll('/', '//')), device, 'slashes count');
  },
});

const volume = target({
  name: 'guest-volume',
  share: 1,
  texts: () => ['vm-100-disk-0', 'base-100-disk-1', 'snap_vm-100-disk-0_before', 'del-vm-100-disk-2', 'vm-7-cloudinit'],
  words: ['vm-', 'base-', '100', '-disk-0', 'snap_', 'del-', '.qcow2', '-state-a', '-fleece-1', '_tdata', '-cloudinit'],
  read: decodeGuestVolume,
  laws: (decoded, text) => {
    if (decoded === null) return;
    expectTrue(Number.isSafeInteger(decoded.vmid) && decoded.vmid >= 0, `the VMID is ${decoded.vmid}`);
    expectTrue(decoded.disk === undefined || Number.isSafeInteger(decoded.disk), `the disk is ${decoded.disk}`);
    expectTrue(text.includes(`-`) && /\d/.test(text), 'a VMID that nobody wrote');
    const snapshot = decodeGuestVolume(snapshotVolumeName(text, 'before'));
    if (text.length < 100) expectSame(snapshot?.vmid, decoded.vmid, 'its snapshot belongs to another guest');
  },
});

export const ESCAPES: readonly Target[] = [octal, path, volume];
