import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { idleEvidence, tasksOf, untoldWork } from '../model/guests/guest-work.ts';
import type { GuestConfig } from '../model/guests/pve.ts';

export const vol004 = defineCheck({
  code: 'VOL004',
  title: 'guest with a lock that nothing holds',
  needs: ['guests', 'cluster', 'guestWork'],
  examine: ({ guests, cluster, guestWork }) =>
    lockedHere(guests.configs, cluster.nodeName)
      .filter((config) => guestWork.on(config).state === 'idle')
      .map(findingFor),
  unjudged: ({ guests, cluster, guestWork }) =>
    untoldWork(guestWork, lockedHere(guests.configs, cluster.nodeName), 'this node'),
  notCompared: ({ guests, cluster, guestWork }) =>
    untoldWork(guestWork, lockedHere(guests.configs, cluster.nodeName), 'others'),
});

/** Each node judges its own guests. A suspended guest is asleep, and `pct mount` leaves its lock until `pct unmount`. */
const lockedHere = (configs: readonly GuestConfig[], node: string): readonly GuestConfig[] =>
  configs.filter(
    (config) => config.node === node && config.lock !== '' && !/^(?:suspended|mounted)$/.test(config.lock),
  );

function findingFor(config: GuestConfig): Found {
  const { vmid, lock } = config;
  return {
    severity: 'warning',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `Guest ${vmid} has lock: ${lock}, and nothing works on it`,
    headline: `is locked (${lock}) by a task that ended long ago: it cannot be started, backed up, moved or changed`,
    evidence: [{ fact: `lock: ${lock}`, source: config.path }, ...idleEvidence(config)],
    impact:
      'Proxmox VE refuses every action on a guest with a lock, its nightly backup too, until somebody takes the lock away.',
    remedy: remedyFor(config),
    vmid,
  };
}

/** Half made, by these: there is nothing to go on with. */
const HALF_MADE = /^(?:create|clone|import|destroyed)$/;

/** What to do once the lock is gone, by what was under way (qemu-server src/PVE/QemuServer.pm, pve-container src/PVE/LXC/Config.pm). */
const AFTER: Readonly<Record<string, string>> = {
  backup: 'The next backup runs as usual.',
  disk: 'The disk that was being moved is still where it was; the copy that was begun is an unused volume.',
  migrate: 'First make sure that the guest runs on one node only and that its disks are on this one.',
  rollback: 'Then roll back to the same snapshot again: until that has succeeded, its disks may be of different times.',
  snapshot: 'Then delete the snapshot that was begun: it is not whole.',
  'snapshot-delete': 'Then delete the same snapshot again.',
  suspending: 'Its memory was not saved, so it starts as after a power cut; the state volume that was begun is unused.',
};

function remedyFor({ vmid, type, lock }: GuestConfig): Advice {
  const tool = type === 'qemu' ? 'qm' : 'pct';
  if (HALF_MADE.test(lock))
    return {
      text:
        `The task that ${lock === 'destroyed' ? 'removed' : 'made'} this guest did not come to its end. Read in its log why. ` +
        `Then ${lock === 'destroyed' ? 'remove the guest again' : 'remove what it made in the web interface, and do it again'}: pve-doctor removes no guest.`,
      commands: [[tool, 'config', String(vmid)]],
    };
  const after = AFTER[lock];
  return {
    text: `Look once more that no task of it runs: the list must be empty. Then take the lock away.${after === undefined ? '' : ` ${after}`}`,
    commands: [tasksOf(vmid), [tool, 'unlock', String(vmid)]],
  };
}
