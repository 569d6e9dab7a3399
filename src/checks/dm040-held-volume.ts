import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { takesAway } from '../model/command/device-changes.ts';
import { deactivateGroup } from '../model/command/lvm-changes.ts';
import { devNo } from '../model/device-mapper/device-mapper.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { type Child, type ChildKind, type HeldVolume, partitionMaps } from '../model/device-mapper/held-volumes.ts';
import { counted, deviceEvidence, SOURCE } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { volumePath } from '../model/lvm/lvm.ts';

/** More children are counted, not listed. */
const LISTED_CHILDREN = 20;

export const dm040 = defineCheck({
  code: 'DM040',
  dependsOnStack: true,
  title: 'guest volume held open by a partition map or by its own VG',
  harms: { operation: '' },
  needs: ['heldVolumes'],
  examine: ({ heldVolumes }) => [...heldVolumes.values()].map(findingFor),
});

function findingFor({ entry, children }: HeldVolume): Found {
  const volume = volumePath(entry);
  const onlyPartitions = children.every(({ kind }) => kind === 'partition-map');
  return {
    harm: 'operation',
    subject: { kind: 'device', id: entry.device.name },
    title: `${volume} is held open on the host by ${describeHolders(children)}`,
    headline: `cannot migrate, and ${entry.lvName} cannot be deleted: the host holds it open through ${describeHolders(children)}`,
    evidence: [deviceEvidence(entry.device), ...childEvidence(children)],
    impact:
      `Until they are gone, ${volume} cannot be deactivated or removed: migrating guest ${entry.vmid}, deleting the volume ` +
      'and rolling back fail or leave it behind. Mounting through them while the guest runs corrupts its filesystem.',
    remedy: remedyFor(children, onlyPartitions),
    repairAction: onlyPartitions ? 'remove-partition-map' : null,
    vmid: entry.vmid,
  };
}

const nouns: Readonly<Record<ChildKind, string>> = {
  'partition-map': 'partition map',
  'guest-vg': 'volume',
  'hand-made': 'map',
  other: 'other device',
};

function describeHolders(children: readonly Child[]): string {
  const count = (wanted: ChildKind) => children.filter(({ kind }) => kind === wanted).length;
  const words: readonly (readonly [ChildKind, string])[] = [
    ['partition-map', ''],
    ['guest-vg', ' of a VG inside the guest'],
    ['hand-made', ' made by hand'],
    ['other', ''],
  ];
  return words
    .filter(([kind]) => count(kind) > 0)
    .map(([kind, after]) => `${counted(count(kind), nouns[kind])}${after}`)
    .join(' and ');
}

function childEvidence(children: readonly Child[]): readonly Evidence[] {
  const left = children.length - LISTED_CHILDREN;
  const rows = children.slice(0, LISTED_CHILDREN).map(({ device, kind }) => ({
    fact: `${device.name} (${devNo(device)}, ${nouns[kind]}) lies on it, open count ${device.openCount}`,
    source: SOURCE.dmTable,
  }));
  return left > 0 ? [...rows, { fact: `and ${left} more`, source: SOURCE.dmTable }] : rows;
}

/** A VG is named by UUID: a guest's own may be called like one of the host. */
function remedyFor(children: readonly Child[], onlyPartitions: boolean): Advice {
  const last =
    'remove the maps that no guest’s configuration names, children before parents. The guest’s data is not touched by that.';
  if (onlyPartitions) return { text: `Unmount whatever the host has mounted from it, then ${last}` };
  const vgUuids = new Set(
    children.flatMap(({ device }) => {
      const identity = identifyUuid(device.uuid);
      return identity.kind === 'lvm' ? [identity.vgUuid] : [];
    }),
  );
  const groups = [...vgUuids].map(deactivateGroup);
  const maps = partitionMaps(children).map((device) => takesAway(device, null));
  const deactivate = vgUuids.size > 0 ? 'deactivate the VG inside the guest, ' : '';
  return {
    text: `Unmount whatever the host has mounted from it, ${deactivate}then ${last}`,
    commands: [...groups, ...maps].slice(0, LISTED_CHILDREN),
  };
}
