import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { devNo } from '../model/device-mapper/device-mapper.ts';
import { splitDmName } from '../model/device-mapper/dm-name.ts';
import { counted, SOURCE } from '../model/evidence.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';
import type { Harm } from '../model/harm.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { ABOVE, type Carried, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { type TargetLine, targetLines, unseenTargets } from '../model/paths/target-lines.ts';

const NEEDS = ['stack', 'targetStatuses', 'blockDevices'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;
type Line = TargetLine<'raid' | 'mirror'>;

export const lv011 = defineCheck({
  code: 'LV011',
  dependsOnStack: true,
  title: 'RAID or mirror volume without all of its legs',
  harms: { data: 'more legs are gone than it can miss', redundancy: 'a leg is gone, is being copied, or differs' },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) =>
    targetLines(facts.stack, facts.targetStatuses, 'raid', 'mirror').flatMap((line) => {
      const situation = situationOf(line);
      if (situation === null) return [];
      const carried = carriedBy([devNo(line.device)], facts, above);
      return [findingFor(line, situation, carried)];
    }),
  unjudged: ({ stack, targetStatuses }: Needed) =>
    unseenTargets(stack, targetStatuses, (type) => type === 'raid' || type === 'mirror'),
});

type Situation = 'lost' | 'degraded' | 'mismatch' | 'syncing';

/** md never marks the last leg as dead, so that one alone may be dead as well. */
const DEAD = /[DRFU]/g;

const deadLegs = ({ state }: Line): number => (state.health.match(DEAD) ?? []).length;

function situationOf(line: Line): Situation | null {
  const { state } = line;
  const dead = deadLegs(line);
  if (dead > 0) return dead > toleranceOf(line) ? 'lost' : 'degraded';
  if (state.kind === 'raid' && ['recover', 'resync', 'reshape'].includes(state.action)) return 'syncing';
  if (state.kind === 'raid' && state.mismatches > 0 && state.action === 'idle') return 'mismatch';
  return /[aS]/.test(state.health) ? 'syncing' : null;
}

/** How many legs may fail before data is lost. */
function toleranceOf({ state }: Line): number {
  if (state.kind === 'mirror' || state.level === 'raid1') return state.health.length - 1;
  if (state.level.startsWith('raid6')) return 2;
  return state.level === 'raid0' ? 0 : 1;
}

const HARM: Readonly<Record<Situation, Harm>> = {
  lost: 'data',
  degraded: 'redundancy',
  mismatch: 'redundancy',
  syncing: 'redundancy',
};

function findingFor(line: Line, situation: Situation, carried: Carried): Found {
  const { device, status } = line;
  const vmid = decodeDevice(device)?.vmid ?? null;
  const isBeneath = vmid === null && (carried.mounts.length > 0 || carried.vmids.length > 0);
  const name = splitDmName(device.name);
  const path = name === null ? device.name : volumePath(name);
  return {
    harm: HARM[situation],
    subject: { kind: 'device', id: device.name },
    title: `${typeOf(line)} volume ${path} ${titles[situation](line)}`,
    headline: headlines[situation](line, isBeneath ? `the data of ${carriedWhom(carried)}` : 'its data'),
    evidence: [
      { fact: `${device.name} (${devNo(device)}): ${status.type} ${status.raw}`, source: SOURCE.dmStatus },
      ...carriedEvidence(carried),
    ],
    impact: impacts[situation],
    remedy: remedyFor(name?.vgName ?? null, situation),
    vmid,
  };
}

const typeOf = ({ state }: Line): string => (state.kind === 'raid' ? state.level : 'mirror');

const doneOf = ({ state }: Line): string => {
  const [done, total] =
    state.kind === 'raid' ? [state.doneSectors, state.totalSectors] : [state.doneRegions, state.totalRegions];
  return total === 0 ? '0' : String(Math.floor((100 * done) / total));
};

const legs = (line: Line): string => `${deadLegs(line)} of ${counted(line.state.health.length, 'leg')}`;

const titles: Readonly<Record<Situation, (line: Line) => string>> = {
  lost: (line) => `has lost ${legs(line)}`,
  degraded: (line) => `has lost ${legs(line)}`,
  mismatch: ({ state }) => `has copies that differ (${state.kind === 'raid' ? state.mismatches : 0} sectors)`,
  syncing: (line) => `is synchronising, ${doneOf(line)} % done`,
};

const headlines: Readonly<Record<Situation, (line: Line, data: string) => string>> = {
  lost: (line, data) => `has lost ${legs(line)} of its RAID: ${data} may be gone`,
  degraded: (line, data) => `has lost ${legs(line)} of its RAID: another failure takes ${data}`,
  mismatch: () => 'has copies on its RAID that differ: which one is right nobody knows',
  syncing: (line, data) => `is synchronising its RAID (${doneOf(line)} %): until it ends a failure takes ${data}`,
};

const impacts: Readonly<Record<Situation, string>> = {
  lost: 'The last leg is never marked as dead: it may fail as well. Reads and writes may return errors now.',
  degraded:
    'The volume goes on with the legs that are left; `lvs` shows 100 % all the same. A volume of the old mirror type without dmeventd ' +
    'lets every write hang instead.',
  mismatch:
    'Reads return one copy or the other. For a volume that was never written whole, a swap or a file system with free blocks, that can be ' +
    'harmless; otherwise a disk or its way changes data.',
  syncing: 'Reads are good. Writes are slower, and one leg alone has all of the data.',
};

function remedyFor(vgName: string | null, situation: Situation): Advice {
  if (vgName === null)
    return {
      text: 'No volume group has it: who made it knows its legs. Replace the failed one before another one fails.',
      commands: [],
    };
  const look = reads(
    ...(['lvs', '-a', '-o'] as const),
    'lv_name,lv_attr,lv_health_status,raid_sync_action,raid_mismatch_count,sync_percent,devices',
    vgName,
  );
  switch (situation) {
    case 'lost':
    case 'degraded':
      return {
        text:
          'See which physical volume failed, and whether it is back. Take a backup before anything is changed: a refresh or a repair writes ' +
          'over one of the legs. `pve-doctor explain LV011` says which of them follows. Do not run `vgreduce --removemissing --force` before that: ' +
          'it throws away every volume with a part on it.',
        commands: [look],
      };
    case 'mismatch':
      return {
        text: 'Look at the kernel’s log and at SMART of the disks for the one that is not to be trusted, and take a backup. LVM’s own repair makes the copies equal, and nobody chooses which of them it keeps.',
        commands: [look],
      };
    case 'syncing':
      return {
        text: 'Wait for it, and take no disk of the VG away before it has ended.',
        commands: [look],
      };
  }
}
