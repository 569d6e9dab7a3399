import { type Advice, defineCheck, type Found, type Readings } from '../model/check.ts';
import { takesAway } from '../model/command/device-changes.ts';
import { refreshVolume } from '../model/command/lvm-changes.ts';
import { type DmDevice, SECTOR_BYTES, tableLength } from '../model/device-mapper/device-mapper.ts';
import type { DeviceStack } from '../model/device-mapper/device-stack.ts';
import { buildDmName, plainName, splitDmName } from '../model/device-mapper/dm-name.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { agreeWhereBothMap, describeRun, liveRuns } from '../model/device-mapper/expected-table.ts';
import { deviceEvidence, listed, SOURCE, tableEvidence } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { type LogicalVolume, lvDmUuid, volumePath } from '../model/lvm/lvm.ts';
import { type LvmCoverage, notAsked } from '../model/lvm/lvm-coverage.ts';
import { type HeldName, heldName, keepsSectors, type RefreshContext, refreshedNames } from '../model/lvm/refresh.ts';
import { sizesApart } from '../model/size.ts';

const WANTS = ['guests', 'cluster', 'running'] as const;

export const dm020 = defineCheck({
  code: 'DM020',
  title: 'stale table: the live table differs from LVM metadata',
  harms: { data: 'its sectors or its length are others', operation: 'its name alone is another' },
  needs: ['stack', 'entryCoverage'],
  wants: WANTS,
  unjudged: ({ entryCoverage }) => notAsked(entryCoverage),
  examine: ({ stack, entryCoverage: coverage }, wanted) => {
    const riskOf = riskRule(wanted);
    return stack.devices.flatMap((device) => {
      const identity = identifyUuid(device.uuid);
      if (identity.kind !== 'lvm' || (identity.layer !== '' && identity.layer !== 'real')) return [];
      // Another copy of the disk may be older than the table.
      const state = coverage.stateOf(device);
      const lv = state?.is === 'in-metadata' ? state.lv : null;
      const difference = lv && findDifference(device, lv, identity.layer, { stack, coverage });
      if (lv === null || difference === null) return [];
      const held = heldName(device, { stack, coverage });
      // A stale name alone misleads nobody until the old name is a volume again, or the new one cannot be had.
      const isHarmless = difference.kind === 'name' && !difference.blocksOldName && held === null;
      const vmid = decodeGuestVolume(lv.lvName)?.vmid ?? null;
      const remedy =
        held === null
          ? refreshAdvice(device, lv, difference, { stack, coverage })
          : adviceWithoutRefresh(device, lv, held, coverage);
      const found = findingFor(device, lv, difference, isHarmless || vmid === null ? [] : riskOf(vmid));
      return [{ ...found, remedy }];
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
): Omit<Found, 'remedy'> {
  return {
    harm: difference.kind === 'name' ? 'operation' : 'data',
    subject: { kind: 'device', id: device.name },
    title: `${device.name} is out of date: ${difference.words}`,
    headline: headlines[difference.kind](device, lv),
    evidence: [
      deviceEvidence(device),
      tableEvidence(device),
      { fact: difference.expected, source: SOURCE.lvm },
      ...why,
    ],
    impact: impacts[difference.kind],
    vmid: decodeGuestVolume(lv.lvName)?.vmid ?? null,
  };
}

type Headline = (device: DmDevice, lv: LogicalVolume) => string;

const headlines: Readonly<Record<TableDifference['kind'], Headline>> = {
  error: (_, { lvName }) => `cannot read all of its disk ${lvName}: part of it has an error target here`,
  length: (device, { lvName, sizeBytes }) => {
    const bytes = tableLength(device) * SECTOR_BYTES;
    const [seen, whole] = sizesApart(bytes, sizeBytes);
    return bytes < sizeBytes
      ? `sees ${seen} of its ${whole} disk ${lvName}: resized elsewhere`
      : `sees ${seen} where its disk ${lvName} has ${whole}: resized elsewhere`;
  },
  extents: (_, { lvName }) =>
    `would overwrite other volumes: its disk ${lvName} was moved, and this node maps the old place`,
  'thin-id': (_, { lvName }) =>
    `would overwrite another volume: its disk ${lvName} was recreated, and this node maps the old one`,
  name: (device, { lvName }) => `still has its disk ${lvName} under the old name ${plainName(device)} here`,
};

const impacts = {
  error: 'Every read and write of the part with the error target fails; the volume on disk is as it was.',
  length:
    'The guest sees the wrong size on this node. Too short: a filesystem that was grown on another node is damaged. Too long: ' +
    'writes past the end reach other volumes.',
  extents:
    'Reads and writes on this node go to sectors that no longer belong to this volume: they can destroy other volumes.',
  'thin-id': 'Reads and writes on this node go to another thin volume of the pool.',
  name:
    'The old name still leads to this volume. A new volume of the old name, as PVE makes one for a snapshot of a qcow2 ' +
    'volume, cannot be activated here: "Device or resource busy".',
} as const;

function refreshAdvice(
  device: DmDevice,
  lv: LogicalVolume,
  { kind }: TableDifference,
  context: RefreshContext,
): Advice {
  const names = refreshedNames(device, context);
  if (device.openCount === 0)
    return {
      text: 'Nothing has it open: reload it from LVM metadata. The command does nothing if it was opened meanwhile.',
      commands: [refreshVolume({ lv, names, when: 'closed' })],
    };
  if (kind === 'error')
    return {
      text:
        'It is open, and its users get errors. Stop the guest and whatever else uses it, then run the check again: once it is ' +
        'closed, a refresh restores it. Check a filesystem that went read-only meanwhile.',
    };
  const keeps = keepsSectors(device, lv, context);
  if (kind === 'name' && keeps)
    return {
      text: 'A refresh gives the entry its new name and leaves its sectors as they are.',
      commands: [refreshVolume({ lv, names, when: 'open too' })],
    };
  if (kind === 'length' && keeps && tableLength(device) < lv.sizeBytes / SECTOR_BYTES)
    return {
      text:
        'It is open and only too short, so a refresh adds what is missing; PVE does the same at every activation. Where a ' +
        'guest runs on it, prefer to stop that guest first.',
      commands: [refreshVolume({ lv, names, when: 'open too' })],
    };
  return {
    text:
      'It is open: stop the guest and whatever else uses it, then check again; once it is closed, a refresh mends it. Not ' +
      `before: it ${keeps || kind === 'name' ? 'could' : 'would'} exchange the sectors under whoever has it open, and what they hold in memory belongs to the old ones.`,
  };
}

/** Where LVM cannot give the entry its name: nothing that would leave it suspended, and what goes first. */
function adviceWithoutRefresh(device: DmDevice, lv: LogicalVolume, held: HeldName, coverage: LvmCoverage): Advice {
  const why =
    `Do not refresh it: ${held.name}, the name that metadata gives, is held by another entry. LVM would suspend ${device.name}, fail ` +
    'to rename it and leave it suspended, and whoever uses it would hang. Proxmox VE refreshes a volume whenever it activates it ' +
    '(start, backup, snapshot, clone, migration) and would do the same. ';
  const order = orderOf(held, coverage);
  if (device.openCount > 0)
    return {
      text: `${why}${device.name} is open: stop the guest and whatever else uses it. Then ${order}, and check again.`,
    };
  const isGuests = decodeGuestVolume(lv.lvName) !== null && device.uuid === lvDmUuid(lv);
  return {
    text: `${why}Nothing has ${device.name} open: deactivate it on this node. Then ${order}; the next activation makes an entry by the metadata.`,
    commands: isGuests ? [takesAway(device, lv)] : [],
  };
}

function orderOf({ name, holder }: HeldName, coverage: LvmCoverage): string {
  if (holder === null) return `run the check again, because ${name} changed while the node was read`;
  const state = coverage.stateOf(holder);
  const opened = holder.openCount > 0 ? ' (it is open: stop what uses it)' : '';
  if (state?.is === 'gone') return `remove the ghost ${name}, of which DM013 tells how${opened}`;
  if (state?.is === 'in-metadata') return `deactivate ${name}, which stands for ${volumePath(state.lv)} now${opened}`;
  return `find out what ${name} is, and take it away${opened}`;
}

/** How a live table differs from the metadata. */
export interface TableDifference {
  readonly kind: 'error' | 'extents' | 'length' | 'thin-id' | 'name';
  /** What differs, ends the title. */
  readonly words: string;
  /** What metadata says. */
  readonly expected: string;
  /** Whether the entry's name belongs to another volume of the metadata now. */
  readonly blocksOldName?: boolean;
}

/** The first difference between an entry and the LV that its UUID names, the most telling one first. */
export function findDifference(
  device: DmDevice,
  lv: LogicalVolume,
  layer: string,
  context: RefreshContext,
): TableDifference | null {
  // No live table: nothing to compare. A thick snapshot shows its origin's length, not its own.
  const types = new Set(device.table.map((target) => target.type));
  if (types.size === 0 || types.has('snapshot') || types.has('snapshot-merge')) return null;
  return (
    (types.has('error') ? errorDifference(lv, context) : null) ??
    extentDifference(device, lv, context) ??
    lengthDifference(device, lv) ??
    thinDifference(device, lv) ??
    nameDifference(device, lv, layer, context)
  );
}

/** LVM itself uses error targets for missing physical volumes, and such a VG has no expected extents here. */
function errorDifference(lv: LogicalVolume, { coverage }: RefreshContext): TableDifference | null {
  const expected = coverage.tableOf(lv);
  if (expected === null) return null;
  return {
    kind: 'error',
    words: 'part of it is an error target',
    expected: `metadata maps it as ${listed(expected.map(describeRun), 4)}`,
  };
}

function lengthDifference(device: DmDevice, lv: LogicalVolume): TableDifference | null {
  const [live, expected] = [tableLength(device), lv.sizeBytes / SECTOR_BYTES];
  if (live === expected) return null;
  const [mapped, whole] = sizesApart(live * SECTOR_BYTES, lv.sizeBytes);
  return {
    kind: 'length',
    words: `${mapped} mapped, ${whole} in metadata`,
    expected: `metadata gives ${volumePath(lv)} ${expected} sectors (${lv.sizeBytes} bytes)`,
  };
}

function extentDifference(device: DmDevice, lv: LogicalVolume, context: RefreshContext): TableDifference | null {
  const [live, expected] = [liveRuns(device), context.coverage.tableOf(lv)];
  if (live === null || expected === null || isLaidOnOwnLayer(device, context.stack)) return null;
  if (agreeWhereBothMap(live, expected, context.stack)) return null;
  return {
    kind: 'extents',
    words: 'it maps other sectors than metadata says',
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

function thinDifference(device: DmDevice, lv: LogicalVolume): TableDifference | null {
  const [target, ...moreTargets] = device.table;
  const [segment, ...moreSegments] = lv.segments;
  if (target?.type !== 'thin' || segment?.segType !== 'thin' || segment.thinId === null) return null;
  const live = Number(target.args[1]);
  if (moreTargets.length > 0 || moreSegments.length > 0 || live === segment.thinId) return null;
  return {
    kind: 'thin-id',
    words: `it maps thin id ${live}, and metadata says ${segment.thinId}`,
    expected: `metadata gives ${volumePath(lv)} thin id ${segment.thinId}`,
  };
}

function nameDifference(
  device: DmDevice,
  lv: LogicalVolume,
  layer: string,
  { coverage }: RefreshContext,
): TableDifference | null {
  if (layer !== '' || device.name === buildDmName(lv.vgName, lv.lvName)) return null;
  const old = splitDmName(device.name);
  const blocksOldName = old !== null && coverage.named(old.vgName, old.lvName) !== null;
  const another = blocksOldName ? `, and ${volumePath(old)} is another volume` : '';
  return {
    kind: 'name',
    words: `metadata calls it ${volumePath(lv)} now${another}`,
    expected: `the LV with this UUID is ${volumePath(lv)}: it was renamed on another node${another}`,
    blocksOldName,
  };
}
