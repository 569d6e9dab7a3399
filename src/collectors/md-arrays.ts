import { type Host, readFile } from '../host/host.ts';
import type { BlockDevices } from '../model/device-mapper/block-devices.ts';
import type { MdArray, MdArrays } from '../model/paths/md-arrays.ts';
import { known, type Reading, whyNot } from '../model/reading.ts';
import { type ConfiguredArray, parseMdadmConf } from '../parse/mdadm-conf.ts';
import { parseMdstat } from '../parse/mdstat.ts';

const MDSTAT = '/proc/mdstat';

/** Arrays of the kernel's md driver. A kernel without it has no such file. No disk is asked. */
export async function collectMdArrays(host: Host, blockDevices: Reading<BlockDevices>): Promise<Reading<MdArrays>> {
  const text = await readFile(host, MDSTAT);
  if (text.state === 'absent') {
    if (blockDevices.state !== 'known') return blockDevices;
    const array = [...blockDevices.value.devices.values()].find(({ kernelName }) => /^md(?:\d|_)/.test(kernelName));
    const why = array === undefined ? [] : [`${MDSTAT} is not there, and ${array.kernelName} is`];
    return known({ arrays: [], unread: why });
  }
  if (text.state === 'unreadable') return known({ arrays: [], unread: [whyNot(text)] });
  const { value, problems } = parseMdstat(text.value);
  const unread = problems.map((problem) => `${MDSTAT}: ${problem}`);
  if (value.length === 0) return known({ arrays: [], unread });
  const { arrays, why } = await withStates(host, value);
  return known({ arrays, unread: [...unread, ...why] });
}

/** Debian's place, and the one that mdadm looks at when that is not there (mdadm.conf(5)). */
const CONFIGURATIONS = ['/etc/mdadm/mdadm.conf', '/etc/mdadm.conf'];

interface Completed {
  readonly arrays: readonly MdArray[];
  readonly why: readonly string[];
}

async function withStates(host: Host, arrays: readonly MdArray[]): Promise<Completed> {
  const [texts, configurations] = await Promise.all([
    host.readFiles(arrays.flatMap(({ name }) => [`/sys/block/${name}/md/array_state`, `/sys/block/${name}/md/uuid`])),
    host.readFiles(CONFIGURATIONS),
  ]);
  const first = configurations.find(({ state }) => state !== 'absent');
  const configured = first?.state === 'known' ? parseMdadmConf(first.value) : [];
  const names = await kernelNames(host, configured);
  const completed = arrays.map((array, at) => {
    const uuid = textOf(texts[2 * at + 1]).replaceAll('-', '');
    const own = configured.find((one) => (one.uuid === '' ? names.get(one.path) === array.name : one.uuid === uuid));
    return { ...array, state: textOf(texts[2 * at]), wantedSpares: own?.spares ?? null };
  });
  return {
    arrays: completed,
    why: first?.state === 'unreadable' ? [`how many spares the arrays should have: ${whyNot(first)}`] : [],
  };
}

/** `/dev/md/boot` is a link of udev to `../md127`. */
async function kernelNames(host: Host, configured: readonly ConfiguredArray[]): Promise<ReadonlyMap<string, string>> {
  const paths = configured.flatMap(({ path, uuid }) => (uuid === '' && path !== '' ? [path] : []));
  const links = await host.readLinks(paths.filter((path) => path.startsWith('/dev/md/')));
  const targets = new Map(
    paths
      .filter((path) => path.startsWith('/dev/md/'))
      .map((path, at) => {
        const link = links[at];
        return [path, link?.state === 'known' ? link.value : ''];
      }),
  );
  return new Map(paths.map((path) => [path, (targets.get(path) ?? path).replace(/^.*\//, '')]));
}

const textOf = (reading: Reading<string> | undefined): string =>
  reading?.state === 'known' ? reading.value.trim() : '';
