import { defineCheck, type Readings } from '../model/check.ts';
import { type DmDevice, SECTOR_BYTES, tableLength } from '../model/device-mapper/device-mapper.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { comparedTables, findDifference, type TableDifference } from '../model/device-mapper/table-difference.ts';
import { deviceEvidence, SOURCE, tableEvidence } from '../model/evidence.ts';
import type { Evidence, Finding, Remedy } from '../model/finding.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { type LogicalVolume, volumePath } from '../model/lvm/lvm.ts';

const WANTS = ['guests', 'cluster', 'running'] as const;

export const dm020 = defineCheck({
  code: 'DM020',
  slug: 'stale-table',
  title: 'stale table: the live table differs from LVM metadata',
  needs: ['deviceMapper', 'lvm'],
  wants: WANTS,
  examine: ({ deviceMapper, lvm }, wanted) => {
    const compared = comparedTables(deviceMapper, lvm);
    const riskOf = riskRule(wanted);
    return deviceMapper.devices.flatMap((device) => {
      const identity = identifyUuid(device.uuid);
      if (identity.kind !== 'lvm' || (identity.layer !== '' && identity.layer !== 'real')) return [];
      const lv = compared.index.lv(identity.vgUuid, identity.lvUuid);
      const difference = lv && findDifference(device, lv, identity.layer, compared);
      if (lv === null || difference === null) return [];
      // A stale name alone misleads nobody until the old name is a volume again.
      const isHarmless = difference.kind === 'name' && !difference.blocksOldName;
      const vmid = decodeGuestVolume(lv.lvName)?.vmid ?? null;
      return [findingFor(device, lv, difference, isHarmless || vmid === null ? [] : riskOf(vmid))];
    });
  },
});

/** Why the guest of a VMID is at risk now; empty when that is not known. */
function riskRule({
  guests,
  cluster,
  running,
}: Readings<(typeof WANTS)[number]>): (vmid: number) => readonly Evidence[] {
  const runs = new Set(running.state === 'known' ? running.value.guests.map(({ vmid }) => vmid) : []);
  const node = cluster.state === 'known' ? cluster.value.nodeName : null;
  const configs = guests.state === 'known' ? guests.value.configs.filter((config) => config.node === node) : [];
  const paths = new Map(configs.map(({ vmid, path }) => [vmid, path]));
  return (vmid) => {
    const path = paths.get(vmid);
    return [
      ...(runs.has(vmid) ? [{ fact: `guest ${vmid} is running on this node`, source: SOURCE.running }] : []),
      ...(path === undefined ? [] : [{ fact: `guest ${vmid} belongs to this node`, source: path }]),
    ];
  };
}

function findingFor(
  device: DmDevice,
  lv: LogicalVolume,
  difference: TableDifference,
  why: readonly Evidence[],
): Finding {
  return {
    code: 'DM020',
    severity: why.length > 0 ? 'critical' : 'warning',
    subject: { kind: 'device', id: device.name },
    title: `${device.name} is out of date: ${difference.words}`,
    evidence: [
      deviceEvidence(device),
      tableEvidence(device),
      { fact: difference.expected, source: SOURCE.lvm },
      ...why,
    ],
    impact: impacts[difference.kind],
    remedy: remedyFor(device, lv, difference),
    repairAction: null,
    certainty: 'certain',
    vmid: decodeGuestVolume(lv.lvName)?.vmid ?? null,
  };
}

const impacts = {
  error: 'Every read and write of the part with the error target fails; the volume on disk is as it was.',
  length:
    'A guest that uses it here sees the wrong size. If it is too short, a filesystem that was grown elsewhere is damaged; ' +
    'if it is too long, writes past the end reach sectors of other volumes.',
  extents:
    'Reads and writes on this node go to sectors that are not this volume’s any more, so they can destroy others.',
  'thin-id': 'Reads and writes on this node go to another thin volume of the pool.',
  name:
    'The old name still leads to this volume. A new volume of the old name, as PVE makes one for a snapshot of a qcow2 ' +
    'volume, cannot be activated here: "Device or resource busy".',
} as const;

function remedyFor(device: DmDevice, lv: LogicalVolume, { kind }: TableDifference): Remedy {
  const refresh = ['lvchange', '--refresh', volumePath(lv)];
  if (device.openCount === 0)
    return { text: 'Nothing has it open: let LVM load the table that metadata describes.', commands: [refresh] };
  if (kind === 'error')
    return {
      text:
        'It is open, and what has it open meets errors. A refresh gives it its sectors back; a filesystem that went ' +
        'read-only in between needs a check first, so prefer to stop the guest.',
      commands: [refresh],
    };
  if (kind === 'name')
    return { text: 'A refresh gives the entry its new name and leaves its sectors as they are.', commands: [refresh] };
  if (kind === 'length' && tableLength(device) < lv.sizeBytes / SECTOR_BYTES)
    return {
      text:
        'It is open and only too short, so a refresh adds what is missing; PVE does the same at every activation. Where a ' +
        'guest runs on it, prefer to stop that guest first.',
      commands: [refresh],
    };
  return {
    text:
      'It is open: stop the guest and whatever else uses it first. A refresh exchanges the sectors under whoever has it ' +
      'open, and what they hold in memory belongs to the old ones.',
    commands: [refresh],
  };
}
