import type { Readings } from '../check.ts';
import type { DevNo } from '../device-mapper/device-mapper.ts';
import { counted, listed, SOURCE } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import { knownOrNull } from '../reading.ts';
import { size } from '../size.ts';
import { ABOVE, type Carried, carriedBy } from './carried.ts';

/** `VG san (storage san), guests 100 and 101, 16 MiB`; empty where nothing lies on it. */
function carriedWords({ devices, groups, vmids, bytes, raw, storages }: Carried): string {
  // Said of each by a fact of its own.
  if (devices.length === 0 && groups.length === 0 && raw.length > 0) return '';
  const named = groups.map((vgName) => {
    const of = storages.get(vgName) ?? [];
    return of.length === 0 ? `VG ${vgName}` : `VG ${vgName} (storage ${listed(of, 4)})`;
  });
  const guests = vmids.length === 0 ? [] : [guestWords(vmids, 10)];
  const parts = [...named, ...guests, ...(bytes === 0 ? [] : [`${size(bytes)} of guests’ volumes`])];
  if (parts.length > 0) return listed(parts);
  return devices.length === 0
    ? ''
    : `${counted(devices.length, 'device')} (${listed(
        devices.map(({ name }) => name),
        4,
      )})`;
}

const guestWords = (vmids: readonly number[], most: number): string =>
  `guest${vmids.length === 1 ? '' : 's'} ${listed(vmids.map(String), most)}`;

/** What lies on it, as facts of their own; nothing where nothing does. */
export function carriedEvidence(carried: Carried): readonly Evidence[] {
  const words = carriedWords(carried);
  return [
    ...(words === '' ? [] : [{ fact: `above it: ${words}`, source: SOURCE.dmTable }]),
    ...carried.mounts.map((mount) => ({ fact: `mounted from it: ${mountWords(mount)}`, source: '/proc/1/mountinfo' })),
    ...carried.raw.map(({ vmid, key, path, configPath }) => ({
      fact: `guest ${vmid} has ${path} as a disk of its own (${key})`,
      source: configPath,
    })),
  ];
}

function mountWords({ target, storeids, guests }: Carried['mounts'][number]): string {
  const what = [
    ...(storeids.length === 0 ? [] : [`storage ${listed(storeids, 4)}`]),
    ...(guests.length === 0
      ? []
      : [
          guestWords(
            guests.map(({ vmid }) => vmid),
            10,
          ),
        ]),
  ];
  const place = target === '/' ? 'the root file system of this node' : target;
  return what.length === 0 ? place : `${place} (${listed(what)})`;
}

/** What a check wants that says what lies above, where its own finding does not depend on it. */
export const WANTS_ABOVE = ['stack', 'blockDevices', ...ABOVE] as const;

/** The same for such a check: nothing where nobody knows. */
export const evidenceAbove = (
  numbers: readonly DevNo[],
  wanted: Readings<(typeof WANTS_ABOVE)[number]>,
): readonly Evidence[] => {
  const [stack, blockDevices] = [knownOrNull(wanted.stack), knownOrNull(wanted.blockDevices)];
  if (stack === null || blockDevices === null) return [];
  return carriedEvidence(carriedBy(numbers, { stack, blockDevices }, wanted));
};

/** `guests 100, 101`, `storage backup`, `VG san` or `what lies on it`: whom it hits, within a sentence. */
export function carriedWhom({ vmids, mounts, groups, storages }: Carried): string {
  const node = mounts.some(({ target }) => target === '/') ? ['this node itself'] : [];
  if (vmids.length > 0) return listed([...node, guestWords(vmids, 6)], 2, ' and ');
  const storeids = [
    ...mounts.flatMap((mount) => mount.storeids),
    ...groups.flatMap((name) => storages.get(name) ?? []),
  ];
  if (storeids.length > 0) return listed([...node, `storage ${listed([...new Set(storeids)], 4)}`], 2, ' and ');
  const places = [
    ...mounts.flatMap(({ target }) => (target === '/' ? [] : [target])),
    ...groups.map((name) => `VG ${name}`),
  ];
  const [first] = [...node, ...places];
  return first === undefined ? 'what lies on it' : listed([...node, ...places], 4);
}

/** `guest 100 stops`, `guests 100, 101 stop`, `what lies on it stops`: the verb agrees. */
export const carriedDo = (carried: Carried, one: string, many: string): string => {
  const whom = carriedWhom(carried);
  return `${whom} ${/^guests| and |, /.test(whom) ? many : one}`;
};
