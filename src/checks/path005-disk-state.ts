import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { devNo } from '../model/device-mapper/device-mapper.ts';
import type { Evidence } from '../model/finding.ts';
import type { Harm } from '../model/harm.ts';
import { ABOVE, type Carried, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { type Disk, type NvmeController, unreadDisks } from '../model/paths/disks.ts';
import { isMultipath } from '../model/paths/multipath-maps.ts';

const NEEDS = ['stack', 'blockDevices', 'disks'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path005 = defineCheck({
  code: 'PATH005',
  dependsOnStack: true,
  title: 'disk that does no I/O, or is read-only',
  harms: {
    data: 'it does no I/O, and no map is over it',
    operation: 'it is read-only, and no map is over it',
    redundancy: 'it is a path of a map',
    housekeeping: 'it is a path, and read-only',
  },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) => [
    ...facts.disks.disks.flatMap((disk) => {
      const carried = carriedBy([disk.devNo], facts, above);
      const situation = situationOf(disk, carried);
      return situation === null ? [] : [diskFinding(disk, situation, carried, carriedEvidence(carried))];
    }),
    ...facts.disks.controllers.filter(({ state }) => state !== null && state !== 'live').map(controllerFinding),
  ],
  unjudged: ({ disks }: Needed) => unreadDisks(disks),
});

type Situation = 'failing' | 'waiting' | 'read-only';

/** kernel drivers/scsi/scsi_sysfs.c sdev_states: in these every command fails, or waits. */
const FAILING = new Set(['offline', 'transport-offline']);
const WAITING = new Set(['blocked', 'quiesce', 'created-blocked']);

function situationOf({ state, readOnly }: Disk, { devices }: Carried): Situation | null {
  if (state !== null && FAILING.has(state)) return 'failing';
  if (state !== null && WAITING.has(state)) return 'waiting';
  // A card or a medium may be read-only by itself; beneath a device that is written to it is not meant to be.
  return readOnly === true && devices.some((device) => !device.readOnly) ? 'read-only' : null;
}

/** A path of a map has others beside it; what it means for the map is PATH001. */
function harmOf({ devices }: Carried, situation: Situation): Harm {
  if (devices.some(isMultipath)) return situation === 'read-only' ? 'housekeeping' : 'redundancy';
  return situation === 'read-only' ? 'operation' : 'data';
}

function diskFinding(disk: Disk, situation: Situation, carried: Carried, above: readonly Evidence[]): Found {
  const map = carried.devices.find(isMultipath);
  const [vgName] = carried.vgNames;
  // A disk has another name after the next start: its problem is that of the map, or of the VG that it takes with it.
  const about = map?.name ?? (vgName === undefined ? undefined : `disks/${vgName}`);
  const label = `${disk.kernelName}${disk.model === '' ? '' : ` (${disk.model})`}`;
  return {
    harm: harmOf(carried, situation),
    subject: { kind: 'device', id: disk.kernelName },
    title: `disk ${label} ${situation === 'read-only' ? 'is read-only' : `is ${disk.state}`}`,
    headline: `${about === undefined ? '' : `has disk ${disk.kernelName} that `}${headlines[situation](disk, map === undefined ? carriedWhom(carried) : `map ${map.name}`)}`,
    evidence: [
      situation === 'read-only'
        ? { fact: `${disk.kernelName} (${disk.devNo}) is read-only`, source: `/sys/block/${disk.kernelName}/ro` }
        : {
            fact: `${disk.kernelName} (${disk.devNo}, ${disk.address}) is ${disk.state}`,
            source: `/sys/block/${disk.kernelName}/device/state`,
          },
      ...(map === undefined
        ? []
        : [{ fact: `it is a path of map ${map.name} (${devNo(map)})`, source: 'dmsetup table' }]),
      ...above,
    ],
    impact: impacts[situation],
    remedy: remedyFor(disk, situation),
    about,
  };
}

const headlines: Readonly<Record<Situation, (disk: Disk, whom: string) => string>> = {
  failing: ({ state }, whom) => `is ${state}: every read and write through it fails, for ${whom}`,
  waiting: ({ state }, whom) => `is ${state}: every read and write through it waits, for ${whom}`,
  'read-only': (_, whom) => `is read-only: writes of ${whom} may fail`,
};

const impacts: Readonly<Record<Situation, string>> = {
  failing: 'The kernel gave the disk up and refuses all I/O until somebody or its transport sets it running again.',
  waiting:
    'The transport lost the disk and still hopes: I/O hangs until it is back or the time is over (`recovery_tmo` of iSCSI, ' +
    '`dev_loss_tmo` of Fibre Channel), and then fails. A multipath map shows such a path as good.',
  'read-only':
    'Device-mapper writes through the flag, so nothing may show yet; after a restart or a reload of the table it counts, and ' +
    'the volumes cannot be activated for writing.',
};

function remedyFor({ kernelName }: Disk, situation: Situation): Advice {
  if (situation === 'read-only')
    return {
      text:
        'Find out who made it read-only: write protection or a snapshot role at the array, a failed controller, or `blockdev --setro` here. ' +
        'Correct it at the array first and rescan; `blockdev --setrw` alone hides it.',
      commands: [
        reads('journalctl', '-k', '--grep', `${kernelName}.*[Ww]rite [Pp]rotect`),
        reads('blockdev', '--getro', `/dev/${kernelName}`),
      ],
    };
  return {
    text:
      'Find out why: cabling, switch, portal, array, or the disk itself. When it answers again, a disk that is `offline` stays so ' +
      `until it is set running (\`echo running > /sys/block/${kernelName}/device/state\`); one that waits comes back by itself. Do not read ` +
      'it to try: the command may hang and cannot be killed.',
    commands: [reads('journalctl', '-k', '--since', '-2h', '--grep', `${kernelName}|rejecting I/O|offline|timing out`)],
  };
}

const controllerFinding = ({ name, state }: NvmeController): Found => ({
  harm: 'redundancy',
  subject: { kind: 'device', id: name },
  title: `NVMe controller ${name} is ${state}`,
  who: `NVMe controller ${name}`,
  headline: `is ${state}: its disks do no I/O through it`,
  evidence: [{ fact: `${name} is ${state}`, source: `/sys/class/nvme/${name}/state` }],
  impact: 'A local disk stops with its controller; a disk with several controllers goes on through the others.',
  remedy: {
    text: 'Look at what the kernel says of it. A controller that is `dead` comes back with a reset at best, or with its slot or fabric.',
    commands: [reads('nvme', 'list-subsys'), reads('journalctl', '-k', '--since', '-2h', '--grep', name)],
  },
});
