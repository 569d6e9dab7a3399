import { defineCheck, type Readings } from '../model/check.ts';
import { type DmDevice, SECTOR_BYTES, tableLength } from '../model/device-mapper.ts';
import { type DeviceStack, stackDevices } from '../model/device-stack.ts';
import { buildDmName } from '../model/dm-name.ts';
import { identifyUuid } from '../model/dm-uuid.ts';
import { deviceEvidence, listed, SOURCE, tableEvidence } from '../model/evidence.ts';
import {
  agreeWhereBothMap,
  describeRun,
  liveRuns,
  type MetadataTables,
  metadataTables,
  type SameDisk,
  sameDiskRule,
} from '../model/expected-table.ts';
import type { Evidence, Finding, Remedy } from '../model/finding.ts';
import { decodeGuestVolume } from '../model/guest-volume.ts';
import { type LogicalVolume, volumePath } from '../model/lvm.ts';
import { indexLvm } from '../model/lvm-index.ts';

const WANTS = ['guests', 'cluster', 'running'] as const;

export const dm020 = defineCheck({
  code: 'DM020',
  slug: 'stale-table',
  title: 'stale table: the live table differs from LVM metadata',
  needs: ['deviceMapper', 'lvm'],
  wants: WANTS,
  examine: ({ deviceMapper, lvm }, wanted) => {
    const index = indexLvm(lvm);
    const context = {
      stack: stackDevices(deviceMapper),
      tables: metadataTables(lvm),
      sameDisk: sameDiskRule(deviceMapper),
    };
    return deviceMapper.devices.flatMap((device) => {
      const identity = identifyUuid(device.uuid);
      if (identity.kind !== 'lvm' || (identity.layer !== '' && identity.layer !== 'real')) return [];
      const lv = index.lv(identity.vgUuid, identity.lvUuid);
      const difference = lv && findDifference(device, lv, identity.layer, context);
      return lv && difference ? [findingFor(device, lv, difference, whyCritical(lv, wanted))] : [];
    });
  },
});

interface Context {
  readonly stack: DeviceStack;
  readonly tables: MetadataTables;
  readonly sameDisk: SameDisk;
}

interface Difference {
  readonly kind: 'length' | 'extents' | 'thin-id' | 'name';
  /** What differs, ends the title. */
  readonly words: string;
  /** What metadata says. */
  readonly expected: string;
}

function findDifference(device: DmDevice, lv: LogicalVolume, layer: string, context: Context): Difference | null {
  // No live table, or an error target: nothing to compare (DM031). A thick snapshot shows its origin's length.
  const types = new Set(device.table.map((target) => target.type));
  if (types.size === 0 || types.has('error') || types.has('snapshot') || types.has('snapshot-merge')) return null;
  return (
    extentDifference(device, lv, context) ??
    lengthDifference(device, lv) ??
    thinDifference(device, lv) ??
    nameDifference(device, lv, layer)
  );
}

function lengthDifference(device: DmDevice, lv: LogicalVolume): Difference | null {
  const [live, expected] = [tableLength(device), lv.sizeBytes / SECTOR_BYTES];
  if (live === expected) return null;
  return {
    kind: 'length',
    words: `${live} sectors live, ${expected} in metadata`,
    expected: `metadata gives ${volumePath(lv)} ${expected} sectors (${lv.sizeBytes} bytes)`,
  };
}

function extentDifference(device: DmDevice, lv: LogicalVolume, context: Context): Difference | null {
  const [live, expected] = [liveRuns(device), context.tables.runsOf(lv)];
  if (live === null || expected === null || isLaidOnOwnLayer(device, context.stack)) return null;
  if (agreeWhereBothMap(live, expected, context.sameDisk)) return null;
  return {
    kind: 'extents',
    words: 'other sectors live than in metadata',
    expected: `metadata maps it as ${listed(expected.map(describeRun), 4)}`,
  };
}

/** A volume with a layer below it (thick snapshots, external origins): its extents are the layer's. */
function isLaidOnOwnLayer(device: DmDevice, stack: DeviceStack): boolean {
  const own = identifyUuid(device.uuid);
  return (liveRuns(device) ?? []).some((run) =>
    run.legs.some((leg) => {
      const below = identifyUuid(stack.at(leg.devNo)?.uuid ?? '');
      return own.kind === 'lvm' && below.kind === 'lvm' && below.vgUuid === own.vgUuid;
    }),
  );
}

function thinDifference(device: DmDevice, lv: LogicalVolume): Difference | null {
  const [target, ...moreTargets] = device.table;
  const [segment, ...moreSegments] = lv.segments;
  if (target?.type !== 'thin' || segment?.segType !== 'thin' || segment.thinId === null) return null;
  const live = Number(target.args[1]);
  if (moreTargets.length > 0 || moreSegments.length > 0 || live === segment.thinId) return null;
  return {
    kind: 'thin-id',
    words: `thin id ${live} live, ${segment.thinId} in metadata`,
    expected: `metadata gives ${volumePath(lv)} thin id ${segment.thinId}`,
  };
}

function nameDifference(device: DmDevice, lv: LogicalVolume, layer: string): Difference | null {
  if (layer !== '' || device.name === buildDmName(lv.vgName, lv.lvName)) return null;
  return {
    kind: 'name',
    words: `metadata calls it ${volumePath(lv)} now`,
    expected: `the LV with this UUID is ${volumePath(lv)}: it was renamed on another node`,
  };
}

/** Why a guest is at risk now; empty when none is known to be. */
function whyCritical(lv: LogicalVolume, wanted: Readings<(typeof WANTS)[number]>): readonly Evidence[] {
  const vmid = decodeGuestVolume(lv.lvName)?.vmid;
  if (vmid === undefined) return [];
  const { guests, cluster, running } = wanted;
  const runs = running.state === 'known' && running.value.guests.some((guest) => guest.vmid === vmid);
  const node = cluster.state === 'known' ? cluster.value.nodeName : null;
  const config =
    guests.state === 'known' && guests.value.configs.find((guest) => guest.vmid === vmid && guest.node === node);
  return [
    ...(runs ? [{ fact: `guest ${vmid} is running on this node`, source: SOURCE.running }] : []),
    ...(config ? [{ fact: `guest ${vmid} belongs to this node`, source: config.path }] : []),
  ];
}

function findingFor(device: DmDevice, lv: LogicalVolume, difference: Difference, why: readonly Evidence[]): Finding {
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

function remedyFor(device: DmDevice, lv: LogicalVolume, { kind }: Difference): Remedy {
  const refresh = ['lvchange', '--refresh', volumePath(lv)];
  if (device.openCount === 0)
    return { text: 'Nothing has it open: let LVM load the table that metadata describes.', commands: [refresh] };
  if (kind === 'name' || (kind === 'length' && tableLength(device) < lv.sizeBytes / SECTOR_BYTES))
    return {
      text:
        'It is open, and what it maps now is still right, so refreshing only adds to it; PVE does the same at every ' +
        'activation. Where a guest runs on it, prefer to stop that guest first.',
      commands: [refresh],
    };
  return {
    text:
      'It is open: stop the guest and whatever else uses it first. A refresh exchanges the sectors under whoever has it ' +
      'open, and what they hold in memory belongs to the old ones.',
    commands: [refresh],
  };
}
