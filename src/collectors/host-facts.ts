import type { Host } from '../host/host.ts';
import { hasLostBytes } from '../model/believable.ts';
import type { HostFacts } from '../model/host-facts.ts';
import { known, type Parsed, type Reading } from '../model/reading.ts';
import { parseCpuinfo, parseLoadavg, parseMeminfo, parsePvecfg } from '../parse/machine-files.ts';

const DMI = '/sys/class/dmi/id';

const PATHS = [
  '/proc/sys/kernel/hostname',
  '/proc/sys/kernel/osrelease',
  '/usr/share/perl5/PVE/pvecfg.pm',
  `${DMI}/sys_vendor`,
  `${DMI}/product_name`,
  '/proc/cpuinfo',
  '/proc/loadavg',
  '/proc/meminfo',
  '/proc/uptime',
] as const;

/** The machine itself. Nothing is judged by it, so a value that cannot be read is null and the rest stays. */
export async function collectHostFacts(host: Host): Promise<Reading<HostFacts>> {
  const [readings, capacity] = await Promise.all([host.readFiles(PATHS), host.rootCapacity()]);
  const text = (path: (typeof PATHS)[number]): string | null => {
    const reading = readings[PATHS.indexOf(path)];
    return reading?.state === 'known' ? reading.value : null;
  };
  const cpu = parsed(text('/proc/cpuinfo'), parseCpuinfo);
  const memory = parsed(text('/proc/meminfo'), parseMeminfo);
  // Seconds since boot, and those that all processors were idle (proc_uptime(5)).
  const uptime = /^(\d+\.\d+) \d+\.\d+\n$/.exec(text('/proc/uptime') ?? '')?.[1];
  const root = capacity.state === 'known' ? capacity.value : null;
  return known({
    hostName: oneLine(text('/proc/sys/kernel/hostname')) ?? '',
    pveVersion: parsed(text('/usr/share/perl5/PVE/pvecfg.pm'), parsePvecfg),
    kernelRelease: oneLine(text('/proc/sys/kernel/osrelease')),
    model: modelName(text(`${DMI}/sys_vendor`), text(`${DMI}/product_name`)),
    cpuModel: cpu?.model ?? null,
    cpuCount: cpu === null || cpu.count === 0 ? null : cpu.count,
    loadAverages: parsed(text('/proc/loadavg'), parseLoadavg),
    memoryTotalBytes: memory?.totalBytes ?? null,
    memoryAvailableBytes: memory?.availableBytes ?? null,
    rootTotalBytes: root?.totalBytes ?? null,
    rootAvailableBytes: root?.availableBytes ?? null,
    uptimeSeconds: uptime === undefined ? null : Number(uptime),
  });
}

const parsed = <T>(text: string | null, parse: (text: string) => Parsed<T>): T | null =>
  text === null ? null : parse(text).value;

/** A value of the kernel is one line with its end; anything else is not the whole of it. */
function oneLine(text: string | null): string | null {
  const line = /^([^\n]+)\n$/.exec(text ?? '')?.[1];
  return line === undefined || hasLostBytes(line) ? null : line.trim();
}

/** Vendor and product; a vendor that the product's name repeats is not said twice. */
function modelName(vendor: string | null, product: string | null): string | null {
  const parts = [vendor, product].map((part) => oneLine(part) ?? '');
  const [vendorName = '', productName = ''] = parts;
  const name = productName.startsWith(vendorName) ? productName : parts.join(' ').trim();
  return name === '' ? null : name;
}
