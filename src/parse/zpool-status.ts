import type { PoolDevice, PoolStatus } from '../model/paths/zfs-pools.ts';

/**
 * `zpool status -LP` (zpool-status(8); OpenZFS cmd/zpool/zpool_main.c status_callback, print_status_config): a block for each pool, whose last line says
 * its errors. null where the text is not whole, or not what it prints.
 */
export function parseZpoolStatus(text: string): ReadonlyMap<string, PoolStatus> | null {
  if (/^no pools available\n?$/.test(text)) return new Map();
  if (!text.endsWith('\n')) return null;
  const pools = new Map<string, PoolStatus>();
  for (const block of text.split(/^ {2}pool: /m).slice(1)) {
    const [name = ''] = block.split('\n', 1);
    const state = /^ state: ([A-Z]+)$/m.exec(block)?.[1];
    const config = /^config:\n\n([\s\S]*?)\n\n/m.exec(block)?.[1];
    const errors = /^errors: (.+)$/m.exec(block)?.[1];
    if (state === undefined || config === undefined || errors === undefined) return null;
    const devices = devicesOf(config);
    if (devices === null) return null;
    pools.set(name, { state, devices, ...scanOf(block), dataErrors: NO_ERRORS.has(errors) ? '' : errors });
  }
  return pools.size === 0 ? null : pools;
}

/** The second one: nobody looked yet, as in a pool that was just imported. */
const NO_ERRORS: ReadonlySet<string> = new Set(['No known data errors', 'List of errors unavailable']);

/** `	    /dev/sda1  UNAVAIL      3   146    12  was /dev/sdb1`; classes of devices stand alone in a line. */
const DEVICE =
  /^\t( *)(\S+(?: \S+)*?) +([A-Z]+)(?: +([\d.]+[A-Z]?|-) +([\d.]+[A-Z]?|-) +([\d.]+[A-Z]?|-))?(?: {2}(.*))?$/;

function devicesOf(config: string): readonly PoolDevice[] | null {
  const lines = config.split('\n');
  if (!/^\tNAME +STATE +READ +WRITE +CKSUM(?: .*)?$/.test(lines[0] ?? '')) return null;
  const devices: PoolDevice[] = [];
  let use: PoolDevice['use'] = 'data';
  for (const line of lines.slice(1)) {
    const [, heading] = /^\t(logs|cache|spares|special|dedup)\s*$/.exec(line) ?? [];
    if (heading !== undefined) {
      use = heading as PoolDevice['use'];
      continue;
    }
    const [, indent, name, state, read = '', write = '', checksum = '', note = ''] = DEVICE.exec(line) ?? [];
    if (indent === undefined || name === undefined || state === undefined) return null;
    devices.push({ name, state, use, read, write, checksum, note: note.trim(), depth: indent.length / 2 });
  }
  return devices;
}

/** What it did last, or does now: a scrub or a resilver, with what it found. */
function scanOf(block: string): Pick<PoolStatus, 'scan' | 'scrubErrors'> {
  const [, first = '', rest = ''] = /^ {2}scan: (.+)\n((?:\t.*\n)*)/m.exec(block) ?? [];
  const percent = /([\d.]+)% done/.exec(rest)?.[1];
  const resilver = /^resilver\b.* in progress/.test(first);
  return {
    scan: resilver ? `resilver${percent === undefined ? '' : ` ${percent} %`}` : '',
    scrubErrors: Number(/^scrub repaired \S+ in .* with (\d+) errors/.exec(first)?.[1] ?? 0),
  };
}
