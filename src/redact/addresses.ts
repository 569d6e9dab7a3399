import { shortIpv6 } from '../parse/local-addresses.ts';
import { isIpv6 } from '../parse/value-formats.ts';
import type { TokenBook } from './token-book.ts';

/** Addresses, each replaced by one that nobody has. What is the same for everybody stays. */

/** RFC 1112: never given to anybody. */
const IPV4_TOKEN = /^240\./;
const IPV4_COMMON = /^(?:127\.|255\.|0\.0\.0\.0$|224\.0\.0\.)/;

export function redactIpv4(book: TokenBook, address: string): string {
  if (IPV4_TOKEN.test(address) || IPV4_COMMON.test(address)) return address;
  return book.other('ipv4', address, (n) => `240.${(n >> 16) & 0xff}.${(n >> 8) & 0xff}.${n & 0xff}`);
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
