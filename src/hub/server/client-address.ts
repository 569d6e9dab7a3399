import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** `::ffff:10.0.0.1` is `10.0.0.1`. */
const plain = (address: string): string => address.trim().replace(/^::ffff:(?=[\d.]+$)/i, '');

/** Where requests come from. Only proxies that the configuration names are believed about whom they speak for. */
export function clientAddress(trustedProxies: readonly string[]): (incoming: IncomingMessage) => string {
  const trusted = new BlockList();
  for (const network of trustedProxies) {
    const [address = '', prefix] = network.split('/');
    if (prefix === undefined) trusted.addAddress(address, family(address));
    else trusted.addSubnet(address, Number(prefix), family(address));
  }
  const isTrusted = (address: string): boolean => isIP(address) !== 0 && trusted.check(address, family(address));
  return ({ socket, headers }) => {
    const direct = plain(socket.remoteAddress ?? 'unknown');
    if (!isTrusted(direct)) return direct;
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().flatMap((line) => line.split(',').map(plain));
    // The last address that is none of ours was written by one of ours; what stands before it, anybody may have written.
    const last = forwarded.findLast((address) => !isTrusted(address));
    return last !== undefined && isIP(last) !== 0 ? last : direct;
  };
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1)$/;

/** From this machine, and not through a proxy on it. */
export const isFromHere = ({ socket, headers }: IncomingMessage): boolean =>
  LOOPBACK.test(plain(socket.remoteAddress ?? '')) &&
  headers['x-forwarded-for'] === undefined &&
  headers['forwarded'] === undefined &&
  headers['x-real-ip'] === undefined;
