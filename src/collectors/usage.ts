import { type Host, listDir, OPEN_FILES_MS } from '../host/host.ts';
import { append } from '../model/append.ts';
import type { BlockDevice, BlockDevices } from '../model/device-mapper/block-devices.ts';
import { type DeviceMapper, type DevNo, devNo } from '../model/device-mapper/device-mapper.ts';
import type { Holder, Usage } from '../model/device-mapper/device-use.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { harmlessName } from '../model/mounts/mount-secrets.ts';
import { absent, describeProblem, known, type Reading, unreadable, whyNot } from '../model/reading.ts';
import { unescapeHex } from '../parse/escaped-bytes.ts';
import { parsePasswd } from '../parse/machine-files.ts';
import { type MountedPlace, parseMountedPlaces } from '../parse/mountinfo.ts';
import { parseProcSwaps } from '../parse/proc-tables.ts';
import { parseProcessOwner } from '../parse/processes.ts';

/** What is found so far. A device path that leads to no device is left out by the kernel's own account of holders. */
interface Findings {
  readonly add: (devNo: DevNo, holder: Holder) => void;
  readonly gap: (sentence: string) => void;
}

/** Holders that name a device by a path: swap areas, loop devices, LIO backstores, file systems without a number. */
interface ByPath {
  readonly path: string;
  readonly holder: Holder;
}

/** What tells whose open files are worth reading: left out where all must be read, since something is to be changed. */
export interface UsageHints {
  readonly processes: Reading<ProcessTable>;
  readonly deviceMapper: Reading<DeviceMapper>;
}

/**
 * Who uses the block devices, in one pass over the node: open descriptors, mounts of every mount namespace, swap, and
 * kernel devices on top. A process that ends meanwhile holds nothing; what could not be looked at is a gap. With hints the
 * open files of guests' processes are read first, and those of others only as long as some open count is not explained.
 */
export async function collectUsage(
  host: Host,
  blockDevices: Reading<BlockDevices>,
  hints: UsageHints | null = null,
): Promise<Reading<Usage>> {
  const processes = await listPids(host, hints);
  if (processes.state !== 'known') return processes;
  const pids = processes.value;
  const others = new Map<DevNo, Holder[]>();
  const gaps: string[] = [];
  const found: Findings = {
    add: (devNo, holder) => append(others, devNo, holder),
    gap: (sentence) => void gaps.push(sentence),
  };
  const devices = devicesOf(blockDevices, found);
  const sources = await addMounts(host, pids, found);
  await addStackedDevices(host, devices, hints, found);
  const byPath = [
    ...sources,
    ...(await readSwaps(host, found)),
    ...(await readLoops(host, devices, found)),
    ...(await readTargets(host, found)),
  ];
  await addByPath(host, byPath, devices, found);
  const holding = await readProcesses(host, pids, hints, found, (open) => isExplained(hints, others, open));
  const holders = new Map<DevNo, readonly Holder[]>(holding);
  for (const [devNo, list] of others) holders.set(devNo, [...(holding.get(devNo) ?? []), ...list]);
  return known({ holders, gaps });
}

async function listPids(host: Host, hints: UsageHints | null): Promise<Reading<readonly number[]>> {
  if (hints?.processes.state === 'known') return known([...hints.processes.value.byPid.keys()].sort((a, b) => a - b));
  const names = await listDir(host, '/proc');
  if (names.state !== 'known') return names;
  const pids = names.value.filter((name) => /^\d+$/.test(name)).map(Number);
  return known(pids.sort((a, b) => a - b));
}

function devicesOf(blockDevices: Reading<BlockDevices>, found: Findings): readonly BlockDevice[] {
  if (blockDevices.state === 'known') return [...blockDevices.value.devices.values()];
  found.gap(whyNot(blockDevices));
  return [];
}

/** A gap for what could not be read; nothing for what is not there. */
function value<T>(reading: Reading<T> | undefined, found: Findings): T | null {
  if (reading?.state === 'unreadable') found.gap(describeProblem(reading.problem));
  return reading?.state === 'known' ? reading.value : null;
}

/** Several of a kind: one gap for all that could not be read. */
function values<T>(readings: readonly Reading<T>[], found: Findings): readonly (T | null)[] {
  const problems = readings.flatMap((reading) => (reading.state === 'unreadable' ? [reading.problem] : []));
  const [first, ...others] = problems;
  if (first) found.gap(`${describeProblem(first)}${others.length === 0 ? '' : `, and ${others.length} more like it`}`);
  return readings.map((reading) => (reading.state === 'known' ? reading.value : null));
}

type OpenDevices = ReadonlyMap<DevNo, ReadonlySet<number>>;

/** A short name, which the kernel cuts after 15 characters: QEMU, its helpers, and what backs a guest up. */
const OF_GUESTS = /^(?:kvm|qemu.*|swtpm|vzdump|pbs-restore.*)$/;

/** How many other processes are looked at before the open counts are compared again; four times as many each time. */
const FIRST_OTHERS = 64;

/**
 * Whether everybody is seen who has a device open, as far as the kernel counts it. A mounted file system opens it once; where
 * a process has it open as well, that may be the one open of the mount (FUSE), so the mount explains nothing then.
 */
function isExplained(
  hints: UsageHints | null,
  others: ReadonlyMap<DevNo, readonly Holder[]>,
  open: OpenDevices,
): boolean {
  if (hints?.deviceMapper.state !== 'known') return false;
  return hints.deviceMapper.value.devices.every((device) => {
    if (device.openCount === 0) return true;
    const number = devNo(device);
    const kinds = others.get(number) ?? [];
    const processes = open.get(number)?.size ?? 0;
    const mounted = processes === 0 && kinds.some(({ kind }) => kind === 'mount') ? 1 : 0;
    const stacked = kinds.filter(({ kind }) => kind !== 'mount').length;
    return processes + mounted + stacked >= device.openCount;
  });
}

async function readProcesses(
  host: Host,
  pids: readonly number[],
  hints: UsageHints | null,
  found: Findings,
  isEnough: (open: OpenDevices) => boolean,
): Promise<ReadonlyMap<DevNo, readonly Holder[]>> {
  const open = new Map<DevNo, Set<number>>();
  const until = host.elapsedMs() + OPEN_FILES_MS;
  for (const some of inTurns(pids, hints)) {
    const reading = await host.openBlockDevices(some, until);
    if (reading.state === 'absent') found.gap(`open files of processes: ${reading.reason}`);
    for (const [pid, number] of value(reading, found) ?? []) open.set(number, (open.get(number) ?? new Set()).add(pid));
    if (reading.state !== 'known' || isEnough(open)) break;
  }
  return describeProcesses(host, open);
}

function* inTurns(pids: readonly number[], hints: UsageHints | null): Generator<readonly number[]> {
  if (hints?.processes.state !== 'known') {
    yield pids;
    return;
  }
  const { byPid } = hints.processes.value;
  const isOfGuest = (pid: number): boolean => OF_GUESTS.test(byPid.get(pid)?.command ?? '');
  yield pids.filter(isOfGuest);
  const others = pids.filter((pid) => !isOfGuest(pid));
  for (let from = 0, count = FIRST_OTHERS; from < others.length; from += count, count *= 4)
    yield others.slice(from, from + count);
}

async function describeProcesses(host: Host, open: OpenDevices): Promise<ReadonlyMap<DevNo, readonly Holder[]>> {
  const holding = [...new Set([...open.values()].flatMap((pids) => [...pids]))];
  const names = parsePasswd((await textsOf(host, ['/etc/passwd']))[0] ?? '').value;
  const [commands, commandLines, statuses] = await Promise.all(
    ['comm', 'cmdline', 'status'].map((file) =>
      textsOf(
        host,
        holding.map((pid) => `/proc/${pid}/${file}`),
      ),
    ),
  );
  const described = new Map(
    holding.map((pid, at): [number, Holder] => {
      const owner = parseProcessOwner(commandLines?.[at] ?? '', statuses?.[at] ?? '').value;
      const user = owner.uid === null ? '' : (names.get(owner.uid) ?? `${owner.uid}`);
      return [
        pid,
        { kind: 'process', pid, command: harmlessName(commands?.[at]?.trim() ?? ''), user, vmid: owner.vmid },
      ];
    }),
  );
  return new Map(
    [...open].map(([number, pids]) => [
      number,
      [...pids].sort((a, b) => a - b).flatMap((pid) => described.get(pid) ?? []),
    ]),
  );
}

/** Texts that only describe a holder: what cannot be read is empty. */
const textsOf = async (host: Host, paths: readonly string[]): Promise<readonly string[]> =>
  (await host.readFiles(paths)).map((reading) => (reading.state === 'known' ? reading.value : ''));

/** Mounts of every namespace, by device number; those of file systems without one come back with their source. */
async function addMounts(host: Host, pids: readonly number[], found: Findings): Promise<readonly ByPath[]> {
  const bySource: ByPath[] = [];
  for (const { devNo, target, source, pid } of await readNamespaces(host, pids, found)) {
    const holder: Holder = { kind: 'mount', target, pid };
    if (!devNo.startsWith('0:')) found.add(devNo, holder);
    else bySource.push({ path: source, holder });
  }
  return bySource;
}

interface NamespaceMount extends MountedPlace {
  readonly pid: number;
  /** Its line in the table. */
  readonly line: number;
}

/** So many tables are in memory at once: each container's monitor has a copy of the node's hundreds of mounts. */
const TABLES_AT_ONCE = 16;

/** For all of them. Root in a container may make thousands of namespaces, each with a table that takes the kernel long. */
const TABLES_MS = 10_000;

/** btrfs has an anonymous number, and one of its devices as source. */
const isOfDevice = ({ devNo, source }: MountedPlace): boolean => !devNo.startsWith('0:') || source.startsWith('/dev/');

/** The same mount is in most namespaces; the lowest pid stands for all of them. */
async function readNamespaces(
  host: Host,
  pids: readonly number[],
  found: Findings,
): Promise<readonly NamespaceMount[]> {
  const links = values(await host.readLinks(pids.map((pid) => `/proc/${pid}/ns/mnt`)), found);
  const members = Map.groupBy(
    pids.map((pid, at) => ({ pid, namespace: links[at] ?? null })).filter(({ namespace }) => namespace !== null),
    ({ namespace }) => namespace,
  );
  if (members.size === 0) found.gap('mounts: no mount namespace could be seen');
  const mounts = new Map<string, NamespaceMount>();
  const until = host.elapsedMs() + TABLES_MS;
  // A member may end before its mounts are read; then the next one is asked, for all such namespaces together.
  for (let waiting = [...members.values()], turn = 0; waiting.length > 0; turn += 1) {
    const asked = waiting.map((namespace) => namespace[turn]?.pid ?? 0);
    const readings = await readTables(host, asked, until, { mounts, found });
    waiting = waiting.filter((namespace, at) => readings[at]?.state === 'absent' && turn + 1 < namespace.length);
  }
  return [...mounts.values()].sort((a, b) => a.pid - b.pid || a.line - b.line);
}

async function readTables(
  host: Host,
  pids: readonly number[],
  until: number,
  { mounts, found }: { readonly mounts: Map<string, NamespaceMount>; readonly found: Findings },
): Promise<readonly Reading<null>[]> {
  const readings: Reading<null>[] = [];
  const problems: string[] = [];
  for (let from = 0; from < pids.length; from += TABLES_AT_ONCE) {
    const some = pids.slice(from, from + TABLES_AT_ONCE);
    const paths = some.map((pid) => `/proc/${pid}/mountinfo`);
    const texts = host.elapsedMs() < until ? await host.readFiles(paths) : paths.map(notInTime);
    for (const [at, pid] of some.entries()) {
      const text = texts[at] ?? absent(`/proc/${pid}/mountinfo`);
      readings.push(text.state === 'known' ? known(null) : text);
      if (text.state === 'known') problems.push(...addTable(pid, text.value, mounts));
    }
  }
  values(readings, found);
  for (const problem of problems) found.gap(problem);
  return readings;
}

const notInTime = (source: string): Reading<string> =>
  unreadable({ kind: 'timed-out', source, detail: `not all tables were read within ${TABLES_MS / 1000} s` });

function addTable(pid: number, text: string, mounts: Map<string, NamespaceMount>): readonly string[] {
  const { value: places, problems } = parseMountedPlaces(text);
  for (const [line, place] of places.entries()) {
    if (!isOfDevice(place)) continue;
    const key = `${place.devNo} ${place.source} ${place.target}`;
    const other = mounts.get(key);
    if (other === undefined || pid < other.pid) mounts.set(key, { ...place, pid, line });
  }
  return problems.length === 0 ? [] : [`/proc/${pid}/mountinfo: ${problems[0]}`];
}

/** Devices that the kernel lists as holders of a device-mapper device. */
async function addStackedDevices(
  host: Host,
  devices: readonly BlockDevice[],
  hints: UsageHints | null,
  found: Findings,
): Promise<void> {
  const mapped = [...new Set(devices.flatMap((device) => device.holders))].filter((name) => /^dm-\d+$/.test(name));
  const names = namesIn(hints) ?? (await dmNames(host, mapped));
  for (const { devNo, holders } of devices) {
    for (const kernelName of holders)
      found.add(devNo, { kind: 'device', kernelName, name: names.get(kernelName) ?? kernelName });
  }
}

const namesIn = (hints: UsageHints | null): ReadonlyMap<string, string> | null =>
  hints?.deviceMapper.state === 'known'
    ? new Map(hints.deviceMapper.value.devices.map(({ minor, name }) => [`dm-${minor}`, name]))
    : null;

async function dmNames(host: Host, kernelNames: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = await textsOf(
    host,
    kernelNames.map((name) => `/sys/block/${name}/dm/name`),
  );
  const named = kernelNames.map((kernelName, at): [string, string] => [
    kernelName,
    unescapeHex(texts[at]?.trim() ?? ''),
  ]);
  return new Map(named.filter(([, name]) => name !== ''));
}

async function readSwaps(host: Host, found: Findings): Promise<readonly ByPath[]> {
  const [reading] = await host.readFiles(['/proc/swaps']);
  // A kernel without swap has no such file.
  const text = value(reading, found);
  if (text === null) return [];
  const { value: swaps, problems } = parseProcSwaps(text);
  if (problems.length > 0) found.gap(`/proc/swaps: ${problems[0]}`);
  return swaps
    .filter((swap) => swap.type === 'partition')
    .map(({ path }) => ({ path, holder: { kind: 'swap', path } }));
}

/** Below /dev/shm are files of memory, and no devices. */
const isDevicePath = (path: string): boolean => path.startsWith('/dev/') && !path.startsWith('/dev/shm/');

/** Loop devices whose backing file is itself a device. */
async function readLoops(host: Host, devices: readonly BlockDevice[], found: Findings): Promise<readonly ByPath[]> {
  const loops = devices.map((device) => device.kernelName).filter((name) => /^loop\d+$/.test(name));
  const readings = await host.readFiles(loops.map((name) => `/sys/block/${name}/loop/backing_file`));
  return loops.flatMap((kernelName, at) => {
    const path =
      value(readings[at], found)
        ?.replace(/\n$/, '')
        .replace(/ \(deleted\)$/, '') ?? '';
    return isDevicePath(path) ? [{ path, holder: { kind: 'loop', kernelName } as const }] : [];
  });
}

const LIO = '/sys/kernel/config/target/core';

/** LIO backstores (kernel drivers/target/target_core_configfs.c): `core/<HBA>/<backstore>/udev_path`. */
async function readTargets(host: Host, found: Findings): Promise<readonly ByPath[]> {
  const hbas = value(await listDir(host, LIO), found) ?? [];
  const listings = values(await host.listDirs(hbas.map((hba) => `${LIO}/${hba}`)), found);
  const stores = hbas.flatMap((hba, at) => (listings[at] ?? []).map((name) => `${LIO}/${hba}/${name}`));
  const paths = values(await host.readFiles(stores.map((store) => `${store}/udev_path`)), found);
  return stores.flatMap((store, at) => {
    const path = paths[at]?.trim() ?? '';
    return isDevicePath(path) ? [{ path, holder: { kind: 'target', path: store } as const }] : [];
  });
}

/** Finds the devices that paths lead to: by kernel name, by the link that udev made, or by the name in /dev/mapper. */
async function addByPath(
  host: Host,
  byPath: readonly ByPath[],
  devices: readonly BlockDevice[],
  found: Findings,
): Promise<void> {
  if (byPath.length === 0) return;
  // A slash in a kernel name is `!` in sysfs (drivers/base/core.c): /dev/cciss/c0d0.
  const numbers = new Map(devices.map((device) => [device.kernelName.replaceAll('!', '/'), device.devNo]));
  const paths = [...new Set(byPath.map(({ path }) => path))];
  const links = await host.readLinks(paths);
  const resolved = new Map<string, DevNo>();
  for (const [at, path] of paths.entries()) {
    const link = links[at];
    const target = link?.state === 'known' ? link.value : path;
    const devNo = numbers.get(target.replace(/^(?:\.\.\/)+|^\/dev\//, '')) ?? numbers.get(path.slice('/dev/'.length));
    if (devNo !== undefined) resolved.set(path, devNo);
  }
  if (paths.some((path) => path.startsWith('/dev/mapper/') && !resolved.has(path))) {
    const mapped = devices.map((device) => device.kernelName).filter((name) => /^dm-\d+$/.test(name));
    for (const [kernelName, name] of await dmNames(host, mapped)) {
      const devNo = numbers.get(kernelName);
      if (devNo !== undefined) resolved.set(`/dev/mapper/${name}`, devNo);
    }
  }
  for (const { path, holder } of byPath) {
    const devNo = resolved.get(path);
    if (devNo !== undefined) found.add(devNo, holder);
    else if (holder.kind !== 'mount') found.gap(`${path}, in use as ${holder.kind}, leads to no known device`);
  }
}
