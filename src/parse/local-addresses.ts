/**
 * IP addresses of this machine. /proc/net/fib_trie lists each under its leaf (kernel net/ipv4/fib_trie.c:
 * `|-- 10.0.0.1` then `/32 host LOCAL`), /proc/net/if_inet6 one a line as 32 hex digits (net/ipv6/addrconf.c).
 */
export function parseFibTrie(text: string): readonly string[] {
  const found = new Set<string>();
  let leaf = '';
  for (const line of text.split('\n')) {
    leaf = /\|-- (\d+\.\d+\.\d+\.\d+)$/.exec(line)?.[1] ?? leaf;
    if (/\/32 host LOCAL$/.test(line)) found.add(leaf);
  }
  return [...found];
}

export const parseIfInet6 = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const digits = /^([0-9a-f]{32}) /.exec(line)?.[1];
    return digits === undefined ? [] : [shortIpv6(digits.replace(/.{4}(?!$)/g, '$&:'))];
  });

/** RFC 5952: no leading zeros, the longest run of zero groups as `::`. Other text comes back unchanged. */
export function shortIpv6(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const split = (part: string) => part.split(':').filter((group) => group !== '');
  const after = split(tail ?? '');
  const missing = tail === undefined ? 0 : 8 - split(head).length - after.length;
  const groups = [...split(head), ...Array<string>(Math.max(missing, 0)).fill('0'), ...after].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  );
  const text = `:${groups.join(':')}:`;
  const runs = text.match(/:(?:0:){2,}/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups.join(':');
  return text
    .replace(longest, '::')
    .replace(/^:(?!:)/, '')
    .replace(/(?<!:):$/, '');
}
