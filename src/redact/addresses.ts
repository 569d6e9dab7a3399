import { shortIpv6 } from '../parse/local-addresses.ts';
import type { TokenBook } from './token-book.ts';

/** Addresses, each replaced by one that nobody has. What is the same for everybody stays. */

/** RFC 1112: never given to anybody. */
const IPV4_TOKEN = /^240\./;
const IPV4_COMMON = /^(?:127\.|255\.|0\.0\.0\.0$|224\.0\.0\.)/;

export function redactIpv4(book: TokenBook, address: string): string {
  if (IPV4_TOKEN.test(address) || IPV4_COMMON.test(address)) return address;
  return book.other('ipv4', address, (n) => `240.${(n >> 16) & 0xff}.${(n >> 8) & 0xff}.${n & 0xff}`);
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** Also with zeros in front, as `036`. */
const PADDED = '(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d)';
const DOTTED_END = new RegExp(`(?:${OCTET}\\.){3}${OCTET}$`);

/** RFC 3986 IPv6address, as pve-common src/PVE/ParseUtils.pm $IPV6RE spells it. */
function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const [head = '', tail, ...more] = text.replace(DOTTED_END, '0:0').split('::');
  const groups = [head, tail ?? ''].flatMap((half) => (half === '' ? [] : half.split(':')));
  if (more.length > 0 || !groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return tail === undefined ? groups.length === 8 : groups.length <= 7;
}

/** RFC 6666: discarded by every router. */
const IPV6_TOKEN = /^100::[0-9a-f]+$/;

/** Also with a dotted end; text that is no address comes back as null. */
export function redactIpv6(book: TokenBook, address: string): string | null {
  if (!isIpv6(address)) return null;
  const short = shortIpv6(address);
  if (short === '::' || short === '::1' || IPV6_TOKEN.test(short)) return short === '::1' ? address : short;
  return book.other('ipv6', short, (n) => `100::${n.toString(16)}`);
}

/** 32 hexadecimal digits of /proc/net/if_inet6. */
export function redactIpv6Digits(book: TokenBook, digits: string): string {
  const address = redactIpv6(book, digits.replace(/.{4}(?!$)/g, '$&:'));
  const last = /^100::([0-9a-f]+)$/.exec(address ?? '')?.[1];
  return last === undefined ? digits : `0100${last.padStart(28, '0')}`;
}

const MAC_TOKEN = /^02[:-]ED[:-]AC[:-]7E/i;

/** Six or more pairs of hexadecimal digits: MAC addresses, WWNs, fingerprints. */
export function redactPairs(book: TokenBook, pairs: string): string {
  if (MAC_TOKEN.test(pairs)) return pairs;
  const separator = pairs.charAt(2);
  const count = (pairs.length + 1) / 3;
  return book.other(`pairs of ${count}`, pairs.toUpperCase(), (n) => {
    const last = n.toString(16).toUpperCase().padStart(4, '0');
    const zeros = Array.from({ length: count - 6 }, () => '00');
    return ['02', 'ED', 'AC', '7E', ...zeros, last.slice(0, 2), last.slice(2, 4)].join(separator);
  });
}

const UUID_TOKEN = /^5eed0000-/i;

/** A UUID of a file system, a guest, a partition. */
export const redactPlainUuid = (book: TokenBook, uuid: string): string =>
  UUID_TOKEN.test(uuid)
    ? uuid
    : book.other('uuid', uuid.toLowerCase(), (n) => `5eed0000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`);

/** `0x5000c500…`: long enough to name one thing. */
export const redactHex = (book: TokenBook, hex: string): string =>
  /^0x5eed0*/i.test(hex)
    ? hex
    : book.other(
        `hex of ${hex.length}`,
        hex.toLowerCase(),
        (n) => `0x5eed${n.toString(16).padStart(hex.length - 6, '0')}`,
      );

/**
 * Addresses within names: `store4-198.51.100.23`, `static.23.100.51.198.clients`, `web-198-51-100-23`, `203.000.113.036`,
 * `mnt_2001:db8::1`, `52:54:00:12:34:56`. More than four numbers between dots may hold one anywhere. Numbers behind `vm-` and its like belong to
 * a volume. Four or more groups of digits in a row are a telephone number, a serial number, or an address as well.
 */
const WITHIN = new RegExp(
  [
    '(?<![0-9]|(?<![A-Za-z0-9])[0-9]+\\.)[0-9]{1,5}(?:\\.[0-9]{1,5}){4,}(?![0-9])',
    `(?<![0-9]|(?<![A-Za-z0-9])[0-9]+\\.)${PADDED}(?:\\.${PADDED}){3}(?![0-9]|\\.[0-9])`,
    '(?<![0-9a-fA-F:])[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5,}(?![0-9a-fA-F:])',
    '(?<![0-9a-fA-F:])(?=[0-9a-fA-F]*:)(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![0-9a-fA-F:])',
    '(?<![0-9A-Za-z]|(?:vm|base|basevol|subvol|disk|state|fleece|del)[-_]{1,2})\\d{1,5}(?:(--?|_)\\d{1,5})(?:\\1\\d{1,5}){2,}(?![0-9A-Za-z])',
  ].join('|'),
  'g',
);

/** Replaces the addresses in a text; `between` redacts the rest. */
export function redactAddressesIn(book: TokenBook, text: string, between: (part: string) => string): string {
  if (!/\d[.:_-]|::/.test(text)) return between(text);
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(WITHIN)) {
    const address = redactWithin(book, match[0], match[1]);
    if (address === null) continue;
    parts.push(between(text.slice(end, match.index)), address);
    end = match.index + match[0].length;
  }
  return [...parts, between(text.slice(end))].join('');
}

function redactWithin(book: TokenBook, text: string, separator: string | undefined): string | null {
  if (/^[0-9a-f]{2}(?::[0-9a-f]{2}){5,}$/i.test(text)) return redactPairs(book, text);
  if (text.includes(':')) return redactIpv6(book, text);
  if (separator === undefined) return text.split('.').length === 4 ? redactIpv4(book, text) : book.serial(text);
  const groups = text.split(separator);
  if (groups.length === 4 && groups.every((group) => Number(group) < 256))
    return redactIpv4(book, groups.join('.')).replaceAll('.', separator);
  return book.serial(text);
}
