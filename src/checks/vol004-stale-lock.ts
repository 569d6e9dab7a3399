import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { type Command, reads } from '../model/command/command.ts';
import { unlockGuest } from '../model/command/guest-changes.ts';
import { busyGuests, idleEvidence, tasksOf, untoldWork } from '../model/guests/guest-work.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import { knownOrNull } from '../model/reading.ts';
import { type GuestDisk, whyNoWayOut } from '../model/volumes/guest-disks.ts';

export const vol004 = defineCheck({
  code: 'VOL004',
  title: 'guest with a lock that nothing holds',
  harms: { operation: '' },
  needs: ['guests', 'cluster', 'guestWork'],
  wants: ['guestDisks'],
  examine: ({ guests, cluster, guestWork }, { guestDisks }) =>
    lockedHere(guests.configs, cluster.nodeName)
      .filter((config) => guestWork.on(config).state === 'idle')
      .map((config) => findingFor(config, knownOrNull(guestDisks)?.get(config))),
  unjudged: ({ guests, cluster, guestWork }) => [
    ...untoldWork(guestWork, lockedHere(guests.configs, cluster.nodeName), 'this node'),
    ...busyGuests(guestWork, lockedHere(guests.configs, cluster.nodeName)),
  ],
  notCompared: ({ guests, cluster, guestWork }) =>
    untoldWork(guestWork, lockedHere(guests.configs, cluster.nodeName), 'others'),
});

/**
 * Each node judges its own guests. A suspended guest is asleep, and `pct mount` leaves its lock until `pct unmount`. The lock of a snapshot whose
 * section is there goes with that, which VOL005 says.
 */
const lockedHere = (configs: readonly GuestConfig[], node: string): readonly GuestConfig[] =>
  configs.filter(
    ({ node: own, lock, unfinished }) =>
      own === node &&
      lock !== '' &&
      !/^(?:suspended|mounted)$/.test(lock) &&
      !(unfinished.length > 0 && lock.startsWith('snapshot')),
  );

function findingFor(config: GuestConfig, disks: readonly GuestDisk[] | undefined): Found {
  const { vmid, lock } = config;
  return {
    harm: 'operation',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `Guest ${vmid} has lock: ${lock}, and nothing works on it`,
    headline: `is locked (${lock}) by a task that ended long ago: it cannot be started, backed up, moved or changed`,
    evidence: [{ fact: `lock: ${lock}`, source: config.path }, ...idleEvidence(config)],
    impact:
      'Proxmox VE refuses every action on a guest with a lock, its nightly backup too, until somebody takes the lock away.',
    remedy: remedyFor(config, disks),
    vmid,
  };
}

/** Half made, by these: there is nothing to go on with. */
const HALF_MADE = /^(?:create|clone|import|destroyed)$/;

/** Locks of tasks that take no disk away and rename none, and what follows (qemu-server src/PVE/VZDump, pve-container src/PVE/LXC). */
const AFTER_HARMLESS: Readonly<Record<string, string>> = {
  backup: 'The next backup runs as usual.',
  fstrim: '',
  suspending: 'Its memory was not saved, so it starts as after a power cut; the state volume that was begun is unused.',
};

/** Locks under which disks are renamed, removed and made anew, and what follows where every disk was seen to be there. */
const AFTER_DISKS: Readonly<Record<string, string>> = {
  disk: 'The disks are where the configuration says; a copy that was begun is in no configuration.',
  rollback:
    'Then roll back to the same snapshot again, before the guest is started: until that has succeeded, its disks may be of different ' +
    'times. The log of the rollback names the snapshot.',
  snapshot: 'No section of the configuration says that a snapshot was begun.',
  'snapshot-delete': 'Nothing of the snapshot has been deleted yet. Then delete the same snapshot again.',
};

function remedyFor(config: GuestConfig, disks: readonly GuestDisk[] | undefined): Advice {
  const { vmid, type, lock } = config;
  const tool = type === 'qemu' ? 'qm' : 'pct';
  const look = [tasksOf(vmid), reads(tool, 'config', String(vmid))];
  const unlock = (after: string): Advice => ({
    text: `Look once more that no task of it runs: the list must be empty. Then take the lock away.${after === '' ? '' : ` ${after}`}`,
    commands: withUnlock([tasksOf(vmid)], config),
  });
  if (HALF_MADE.test(lock)) return halfMade(config, look);
  const harmless = AFTER_HARMLESS[lock];
  if (harmless !== undefined) return unlock(harmless);
  const after = AFTER_DISKS[lock];
  if (after === undefined) return { text: unknownWay(lock), commands: look };
  const why = whyNoWayOut(config, disks);
  if (why === null) return unlock(after);
  return {
    text: `Leave the lock for now: ${why} The log of the task says how far it came; \`pve-doctor explain VOL004\` what follows.`,
    commands: [...look, reads('pvenode', 'task', 'list', '--vmid', String(vmid))],
  };
}

const unknownWay = (lock: string): string =>
  lock === 'migrate'
    ? 'Leave the lock until it is known on which node the guest runs and where its disks are whole: look on the node that it was to go ' +
      'to, and read the log of the migration. An unlocked guest can be started, here too, while another node still writes to its disks.'
    : 'Leave the lock until it is known what set it, and what that has left undone: read the tasks of the guest.';

/** The web interface refuses these, and so does `qm destroy`, while the lock stands; the configuration mostly names no disk yet. */
const halfMade = (config: GuestConfig, look: readonly Command[]): Advice => ({
  text:
    `The task that ${config.lock === 'destroyed' ? 'removed' : 'made'} this guest did not come to its end. Read in its log why. Proxmox VE refuses ` +
    'to remove it, and the web interface too, until the lock is away. Take it away only to remove the guest then, without its unreferenced ' +
    'disks, and do not start it: volumes that the configuration does not name stay, and pve-doctor removes no guest.',
  commands: withUnlock(look, config),
});

const withUnlock = (look: readonly Command[], config: GuestConfig): readonly Command[] => [
  ...look,
  ...[unlockGuest(config) ?? []].flat(),
];
