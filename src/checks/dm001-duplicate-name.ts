import { type Advice, defineCheck, type Found } from '../model/check.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import type { DuplicateSet } from '../model/device-mapper/duplicate-sets.ts';
import { deviceEvidence, listed, tableEvidence } from '../model/evidence.ts';
import { volumePath } from '../model/lvm/lvm.ts';

export const dm001 = defineCheck({
  code: 'DM001',
  title: 'duplicate by name: several entries for one guest volume',
  harms: { data: '' },
  needs: ['duplicates'],
  examine: ({ duplicates }) => duplicates.flatMap((set) => set.extras.map((extra) => findingFor(extra, set))),
});

function findingFor(extra: DmDevice, set: DuplicateSet): Found {
  const open = [set.keep, ...set.extras].filter((device) => device.openCount > 0);
  return {
    harm: 'data',
    subject: { kind: 'device', id: extra.name },
    title: `${extra.name} is a second entry for ${volumePath(set)}, beside ${set.keep.name}`,
    headline: `can lose data: this node has two entries for its disk ${set.lvName}`,
    evidence: [deviceEvidence(extra), deviceEvidence(set.keep), tableEvidence(extra), tableEvidence(set.keep)],
    impact:
      `Programs that open the volume by name may get either entry. Where both map the same sectors, each has its own cache, ` +
      `and writes through both corrupt the disk of guest ${set.vmid} without an error.`,
    remedy: remedyFor(extra, set, open),
    repairAction: open.length > 1 ? null : extra.uuid === '' ? 'remove-device' : 'deactivate-volume',
    vmid: set.vmid,
  };
}

function remedyFor(extra: DmDevice, set: DuplicateSet, open: readonly DmDevice[]): Advice {
  if (open.length > 1)
    return {
      text:
        `${listed(open.map((device) => device.name))} are open at the same time, so nothing of this set can go. ` +
        `Stop guest ${set.vmid} and whatever else holds them, then check again.`,
    };
  return {
    text: `Keep ${set.keep.name} and remove ${extra.name}; removing an entry touches no data on the volume.`,
  };
}
