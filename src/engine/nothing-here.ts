import type { SectionReadings } from '../model/derived.ts';
import { mountRows } from '../model/mounts/mount-rows.ts';
import { knownOrNull, type Reading } from '../model/reading.ts';
import { hidden, NOTHING_HERE, type NotJudged } from '../model/report/not-judged.ts';
import type { Narrowing } from './narrowing.ts';

/** What nobody has, or nobody looked for, is nothing that could be well. */
export function nothingHere(sections: SectionReadings, narrowing: Narrowing, isFound: boolean): readonly NotJudged[] {
  const reason = isFound ? null : (noNode(sections, narrowing) ?? noGuest(sections, narrowing));
  return reason === null
    ? []
    : [{ ...hidden(`${NOTHING_HERE}: ${reason}`), codes: null, node: null, lastJudgedAt: null }];
}

const has = <T>(reading: Reading<T>, some: (value: T) => boolean): boolean =>
  reading.state === 'unreadable' || (reading.state === 'known' && some(reading.value));

/** Neither Proxmox VE, nor a device that is judged, nor a mount. */
function noNode(sections: SectionReadings, { only }: Narrowing): string | null {
  const { cluster, deviceMapper, disks, mdArrays, zfsPools } = sections;
  if (cluster.state !== 'absent' || mountRows(sections).length > 0) return null;
  if (only === 'mounts') return 'no Proxmox VE, and no mount that is looked at';
  const isThere =
    has(deviceMapper, ({ devices }) => devices.length > 0) ||
    has(zfsPools, ({ pools }) => pools.length > 0) ||
    (knownOrNull(mdArrays)?.arrays.length ?? 0) > 0 ||
    (knownOrNull(disks)?.sessions.length ?? 0) > 0;
  return isThere ? null : 'no Proxmox VE, no device-mapper device, and no mount that is looked at';
}

/** A number that no configuration here has, and nothing bears. */
function noGuest({ guests, cluster }: SectionReadings, { vmid }: Narrowing): string | null {
  if (vmid === null || guests.state !== 'known' || cluster.state !== 'known') return null;
  const nodes = guests.value.configs.filter((config) => config.vmid === vmid).map(({ node }) => node);
  if (nodes.includes(cluster.value.nodeName)) return null;
  const [node] = nodes;
  return node === undefined
    ? `no node has a guest ${vmid}, and nothing bears its number`
    : `guest ${vmid} is on node ${node}, which judges it`;
}
