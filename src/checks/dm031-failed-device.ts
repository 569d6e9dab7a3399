import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { type DmDevice, devNo } from '../model/device-mapper/device-mapper.ts';
import type { DeviceStack } from '../model/device-mapper/device-stack.ts';
import { splitDmName } from '../model/device-mapper/dm-name.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { type LostDevice, lostDevices, unaskedDisks } from '../model/device-mapper/lost-devices.ts';
import { deviceEvidence, listed, SOURCE, tableEvidence } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';
import { ABOVE, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence } from '../model/paths/carried-words.ts';

export const dm031 = defineCheck({
  code: 'DM031',
  dependsOnStack: true,
  title: 'entry over a missing or failed device',
  harms: { data: '' },
  needs: ['stack', 'blockDevices'],
  wants: ABOVE,
  examine: (facts, wanted) => {
    const { stack, blockDevices } = facts;
    const isReported = reportedRule(stack);
    return lostDevices(stack, blockDevices).flatMap((lost) => {
      const [first, ...others] = lost.affected.filter((device) => isReported(device) || isFaultyItself(device, lost));
      if (first === undefined) return [];
      const above = carriedEvidence(carriedBy([lost.number], facts, wanted));
      return [findingFor(lost, first, others, above)];
    });
  },
  unjudged: ({ stack, blockDevices }) => {
    const disks = unaskedDisks(stack, blockDevices);
    return disks.length === 0 ? [] : [`the state of ${listed(disks)} could not be read`];
  },
});

/** The device with the error target, whoever made it; but not the layer that LVM puts in place of a missing one. */
function isFaultyItself(device: DmDevice, lost: LostDevice): boolean {
  const identity = identifyUuid(device.uuid);
  return device === lost.device && !(identity.kind === 'lvm' && identity.layer !== '');
}

function aboutOf(affected: readonly DmDevice[]): string | undefined {
  return affected.flatMap((device) => splitDmName(device.name)?.vgName ?? []).sort()[0];
}

/** Guest volumes, other volumes of their VGs, and multipath maps; layers and maps of the user's own are not named. */
function reportedRule({ entries }: DeviceStack): (device: DmDevice) => boolean {
  const names = new Set(entries.map(({ device }) => device.name));
  const vgUuids = new Set(entries.flatMap(({ device }) => vgUuidOf(device) ?? []));
  return (device) => {
    if (names.has(device.name)) return true;
    const identity = identifyUuid(device.uuid);
    if (identity.kind === 'multipath') return true;
    return identity.kind === 'lvm' && identity.layer === '' && vgUuids.has(identity.vgUuid);
  };
}

function vgUuidOf(device: DmDevice): string | null {
  const identity = identifyUuid(device.uuid);
  return identity.kind === 'lvm' ? identity.vgUuid : null;
}

function findingFor(lost: LostDevice, first: DmDevice, others: readonly DmDevice[], above: readonly Evidence[]): Found {
  const affected = [first, ...others];
  const below = lost.device?.name ?? lost.number;
  const reason = reasons[lost.loss](lost);
  const alone = others.length === 0;
  const itself = alone && first === lost.device;
  return {
    harm: 'data',
    // The lost device, however many entries over it could be seen this time.
    subject: { kind: 'device', id: below },
    title: itself
      ? `${first.name} ${reason}`
      : `${alone ? first.name : `${affected.length} entries`} cannot be read: ${below} below ${alone ? 'it' : 'them'} ${reason}`,
    headline: itself
      ? reason
      : alone
        ? `cannot be read or written: ${below} below it ${reason}`
        : `${reason}: ${affected.length} volumes on it cannot be read or written`,
    evidence: [lossEvidence(lost, below, reason), ...(alone ? ownEvidence(first) : [listEvidence(affected)]), ...above],
    impact:
      'Reads and writes fail, or hang where multipath queues them. LVM does not list these volumes, and their guests stop ' +
      'working or cannot start.',
    remedy: remedies[lost.loss](below),
    lost: causes[lost.loss](lost, below, aboutOf(affected)),
    vmid: alone ? (decodeDevice(first)?.vmid ?? null) : null,
    // A disk comes back under another number.
    about: lost.device === null ? aboutOf(affected) : undefined,
  };
}

const reasons: Readonly<Record<LostDevice['loss'], (lost: LostDevice) => string>> = {
  missing: () => 'is gone',
  offline: ({ kernelName, state }) => `(${kernelName}) is ${state}`,
  'no-path': () => 'has no working path',
  'error-target': () => 'is mapped to an error target',
};

/** Why guests above it lose their disks. */
const causes: Readonly<Record<LostDevice['loss'], (lost: LostDevice, below: string, vgName?: string) => string>> = {
  missing: (_, below, vgName) =>
    vgName === undefined ? `disk ${below} is gone` : `the disk under VG ${vgName} is gone`,
  offline: ({ kernelName, state }, _, vgName) =>
    `disk ${kernelName}${vgName === undefined ? '' : `, under VG ${vgName},`} is ${state}`,
  'no-path': (_, below) => `multipath map ${below} has no working path`,
  'error-target': (_, below) => `${below} is mapped to an error target`,
};

const lossEvidence = (lost: LostDevice, below: string, reason: string): Evidence => ({
  fact: lost.device === null ? `block device ${below} ${reason}` : `${below} (${lost.number}) ${reason}`,
  source: lost.loss === 'error-target' ? SOURCE.dmTable : SOURCE.blockDevices,
});

const ownEvidence = (device: DmDevice): readonly Evidence[] => [deviceEvidence(device), tableEvidence(device)];

const listEvidence = (affected: readonly DmDevice[]): Evidence => ({
  fact: `entries over it: ${listed(affected.map((device) => `${device.name} (${devNo(device)})`))}`,
  source: SOURCE.dmTable,
});

const lostDisk = (below: string): Advice => ({
  text:
    `Bring ${below} back first (cabling, iSCSI session, zoning, LUN mapping): its number may change, and then the volumes ` +
    'must be deactivated and activated again. If it is gone for good, stop its guests; an entry over it can be removed ' +
    'once nothing has it open.',
});

const remedies: Readonly<Record<LostDevice['loss'], (below: string) => Advice>> = {
  missing: lostDisk,
  offline: lostDisk,
  'no-path': (below) => ({
    text:
      `Look at the paths of ${below} and bring one back. If the LUN is gone for good, close what is on the map and let ` +
      'multipath remove it; never `dmsetup remove` a multipath map, since multipathd goes on managing it.',
    commands: [reads('multipath', '-ll', below)],
  }),
  'error-target': (below) => ({
    text:
      `The table of ${below} was replaced: \`dmsetup remove --force\` does that to a device that is open, and LVM does ` +
      'when it activates a volume with missing physical volumes. Close what uses it, deactivate it, and activate it again.',
  }),
};
