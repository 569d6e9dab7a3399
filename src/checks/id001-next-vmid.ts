import { append } from '../model/append.ts';
import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { hasCanonicalName } from '../model/device-mapper/duplicate-sets.ts';
import { listed, SOURCE } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { entryMeets, leftoverOf, nextFreeVmids, volumeMeets } from '../model/guests/leftover-impact.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { unknownStorages } from '../model/needs/references.ts';

const NEEDS = ['guests', 'datacenter', 'stack', 'lvm', 'coverage', 'storage', 'storagesByVg', 'groups'] as const;

/** How many of the VMIDs that come next are looked at. */
const LOOKED_AHEAD = 10;

export const id001 = defineCheck({
  code: 'ID001',
  title: 'the next free VMIDs meet leftovers',
  harms: { operation: 'making the next guest fails, in part or whole', housekeeping: 'its disks get other numbers' },
  needs: NEEDS,
  unjudged: ({ guests, storage }) =>
    unknownStorages(guests, storage).map(
      (storeid) => `storage ${storeid} keeps volumes of guests and is not configured`,
    ),
  examine: (facts) => {
    const next = nextFreeVmids(facts.guests, facts.datacenter, LOOKED_AHEAD);
    const leftovers = leftoversOf(facts, new Set(next));
    return next.flatMap((vmid, index) => {
      const met = leftovers.get(vmid);
      return met === undefined ? [] : [findingFor(vmid, index, met.toSorted(byVolume))];
    });
  },
});

/** PVE passes over these when it names a new disk (pve-storage Plugin.pm get_next_vm_diskname). */
const COUNTED: ReadonlySet<string> = new Set(['disk', 'base', 'custom']);

interface Met {
  readonly volume: string;
  readonly storages: readonly string[];
  /** `entry`: nothing but a device-mapper entry; creating a volume of that name fails. */
  readonly kind: 'entry' | 'volume';
  /** Something that the next guest does fails: a volume whose name PVE counts on only shifts the next number. */
  readonly blocks: boolean;
  readonly consequence: string;
  readonly source: string;
}

/** Only where PVE would put a guest's volume: a VG that a storage names, and that no other one can be taken for. */
function leftoversOf(
  facts: Facts<(typeof NEEDS)[number]>,
  vmids: ReadonlySet<number>,
): ReadonlyMap<number, readonly Met[]> {
  const isForeign = (vgUuid: string) => facts.groups.foreign(vgUuid) !== null;
  const found = new Map<number, Met[]>();
  for (const { device, vgName, lvName, vmid } of facts.stack.entries) {
    const storages = facts.storagesByVg.get(vgName);
    if (storages === undefined || !vmids.has(vmid) || !hasCanonicalName(device)) continue;
    const identity = identifyUuid(device.uuid);
    if (identity.kind === 'lvm' && isForeign(identity.vgUuid)) continue;
    if (leftoverOf(device, facts.coverage) !== 'entry') continue;
    const [volume, consequence] = [volumePath({ vgName, lvName }), entryMeets(device, lvName)];
    append(found, vmid, { volume, storages, kind: 'entry', blocks: true, consequence, source: SOURCE.dmInfo });
  }
  for (const lv of facts.lvm.lvs) {
    const { kind, vmid } = decodeGuestVolume(lv.lvName) ?? {};
    const storages = facts.storagesByVg.get(lv.vgName);
    if (kind === undefined || vmid === undefined || storages === undefined || !vmids.has(vmid)) continue;
    if (lv.role.includes('private') || isForeign(lv.vgUuid)) continue;
    const [volume, consequence, blocks] = [volumePath(lv), volumeMeets(kind, lv.lvName), !COUNTED.has(kind)];
    append(found, vmid, { volume, storages, kind: 'volume', blocks, consequence, source: SOURCE.lvm });
  }
  return found;
}

const byVolume = (a: Met, b: Met): number => (a.volume < b.volume ? -1 : Number(a.volume > b.volume));

function findingFor(vmid: number, index: number, met: readonly Met[]): Found {
  const fails = met.some(({ kind }) => kind === 'entry');
  const blocks = met.some((one) => one.blocks);
  const names = listed(
    met.map(({ volume }) => volume),
    3,
  );
  return {
    harm: blocks ? 'operation' : 'housekeeping',
    subject: { kind: 'vmid', id: String(vmid) },
    title: fails
      ? `VMID ${vmid} is free, but ${names} is in its way: "Device or resource busy"`
      : `VMID ${vmid} is free, but ${names} has its number`,
    headline: headlines[fails ? 'fails' : blocks ? 'blocks' : 'shifts'](names, vmid),
    evidence: [
      { fact: `VMID ${vmid} is number ${index + 1} of those that PVE assigns next`, source: SOURCE.datacenter },
      ...met.map(describe),
    ],
    impact:
      'PVE assigns the lowest free VMID without checking any storage, so the next guest with this VMID meets what stands there ' +
      `under its number${fails ? ', and creating it on that storage fails' : ''}.`,
    remedy: {
      text: 'Choose another VMID for the next guest. What stands in the way is told by its own finding (DM010, DM013, LV001), with what to find out of it.',
    },
    vmid,
  };
}

const headlines = {
  fails: (names: string, vmid: number) => `left ${names}: creating the next guest ${vmid} will fail here`,
  blocks: (names: string, vmid: number) =>
    `has ${names} under its number: part of setting up the next guest ${vmid} will fail`,
  shifts: (names: string, vmid: number) =>
    `has ${names} under its number: the next guest ${vmid} gets other disk numbers`,
} as const;

const describe = ({ volume, storages, consequence, source }: Met): Evidence => ({
  fact: `${volume}, storage ${listed(storages)}: ${consequence}`,
  source,
});
