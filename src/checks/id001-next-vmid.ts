import { defineCheck, type Facts } from '../model/check.ts';
import { hasCanonicalName } from '../model/device-mapper/duplicate-sets.ts';
import { listed, SOURCE } from '../model/evidence.ts';
import type { Evidence, Finding } from '../model/finding.ts';
import { guestDevices } from '../model/guests/guest-devices.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { entryMeets, leftoverOf, volumeMeets } from '../model/guests/leftover-impact.ts';
import { nextFreeVmids } from '../model/guests/next-vmids.ts';
import { unknownStorages } from '../model/guests/references.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { indexLvm } from '../model/lvm/lvm-index.ts';
import { storagesByVg } from '../model/lvm/storages-by-vg.ts';

const NEEDS = ['guests', 'datacenter', 'deviceMapper', 'lvm', 'storage'] as const;

/** How many of the VMIDs that come next are looked at. */
const LOOKED_AHEAD = 10;

export const id001 = defineCheck({
  code: 'ID001',
  slug: 'next-vmid',
  title: 'the next free VMIDs meet leftovers',
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

interface Met {
  readonly volume: string;
  readonly storages: readonly string[];
  /** `entry`: nothing but a device-mapper entry; creating a volume of that name fails. */
  readonly kind: 'entry' | 'volume';
  readonly consequence: string;
  readonly source: string;
}

/** Only where PVE would put a guest's volume: a VG that a storage names. */
function leftoversOf(
  facts: Facts<(typeof NEEDS)[number]>,
  vmids: ReadonlySet<number>,
): ReadonlyMap<number, readonly Met[]> {
  const storages = storagesByVg(facts.storage);
  const index = indexLvm(facts.lvm);
  const found = new Map<number, Met[]>();
  const note = (vmid: number, met: Met) => {
    const list = found.get(vmid);
    if (list) list.push(met);
    else found.set(vmid, [met]);
  };
  for (const entry of guestDevices(facts.deviceMapper)) {
    const on = storages.get(entry.vgName);
    if (on === undefined || !vmids.has(entry.vmid) || !hasCanonicalName(entry.device)) continue;
    if (leftoverOf(entry.device, index) !== 'entry') continue;
    const consequence = entryMeets(entry.device, entry.lvName);
    note(entry.vmid, { volume: volumePath(entry), storages: on, kind: 'entry', consequence, source: SOURCE.dmInfo });
  }
  for (const lv of facts.lvm.lvs) {
    const volume = decodeGuestVolume(lv.lvName);
    const on = storages.get(lv.vgName);
    if (volume === null || on === undefined || !vmids.has(volume.vmid) || lv.role.includes('private')) continue;
    const consequence = volumeMeets(volume.kind, lv.lvName);
    note(volume.vmid, { volume: volumePath(lv), storages: on, kind: 'volume', consequence, source: SOURCE.lvm });
  }
  return found;
}

const byVolume = (a: Met, b: Met): number => (a.volume < b.volume ? -1 : Number(a.volume > b.volume));

function findingFor(vmid: number, index: number, met: readonly Met[]): Finding {
  const fails = met.some(({ kind }) => kind === 'entry');
  const names = listed(
    met.map(({ volume }) => volume),
    3,
  );
  return {
    code: 'ID001',
    severity: 'warning',
    subject: { kind: 'vmid', id: String(vmid) },
    title: fails
      ? `VMID ${vmid} is free, but ${names} is in its way: "Device or resource busy"`
      : `VMID ${vmid} is free, but ${names} is left over from it`,
    evidence: [
      { fact: `VMID ${vmid} is number ${index + 1} of those that PVE hands out next`, source: SOURCE.datacenter },
      ...met.map(describe),
    ],
    impact:
      'PVE chooses the lowest free VMID from the configurations alone and looks at no storage, so the next guest with ' +
      `this VMID meets what is left of the last one${fails ? ', and creating it on that storage fails' : ''}.`,
    remedy: {
      text:
        'Clear the leftovers as their own findings say (DM010, DM013, LV001), or give the next guest another VMID by hand ' +
        'until then.',
      commands: [],
    },
    repairAction: null,
    certainty: 'certain',
    vmid,
  };
}

const describe = ({ volume, storages, consequence, source }: Met): Evidence => ({
  fact: `${volume}, storage ${listed(storages)}: ${consequence}`,
  source,
});
