import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { deleteSnapshot } from '../model/command/guest-changes.ts';
import { busyGuests, idleEvidence, tasksOf, untoldWork } from '../model/guests/guest-work.ts';
import type { GuestConfig, UnfinishedSnapshot } from '../model/guests/pve.ts';
import { knownOrNull } from '../model/reading.ts';
import { type GuestDisk, whyNoWayOut } from '../model/volumes/guest-disks.ts';

export const vol005 = defineCheck({
  code: 'VOL005',
  title: 'snapshot that was begun and never finished',
  harms: { operation: '' },
  needs: ['guests', 'cluster', 'guestWork'],
  wants: ['guestDisks'],
  examine: ({ guests, cluster, guestWork }, { guestDisks }) =>
    begunHere(guests.configs, cluster.nodeName)
      .filter((config) => guestWork.on(config).state === 'idle')
      .flatMap((config) => {
        const disks = knownOrNull(guestDisks)?.get(config);
        return config.unfinished.map((unfinished) => findingFor(config, unfinished, disks));
      }),
  unjudged: ({ guests, cluster, guestWork }) => [
    ...untoldWork(guestWork, begunHere(guests.configs, cluster.nodeName), 'this node'),
    ...busyGuests(guestWork, begunHere(guests.configs, cluster.nodeName)),
  ],
  notCompared: ({ guests, cluster, guestWork }) =>
    untoldWork(guestWork, begunHere(guests.configs, cluster.nodeName), 'others'),
});

const begunHere = (configs: readonly GuestConfig[], node: string): readonly GuestConfig[] =>
  configs.filter((config) => config.node === node && config.unfinished.length > 0);

function findingFor(
  config: GuestConfig,
  { snapshot, state }: UnfinishedSnapshot,
  disks: readonly GuestDisk[] | undefined,
): Found {
  const { vmid, lock } = config;
  const begun = state === 'prepare' ? 'made' : 'deleted';
  const isLocked = lock.startsWith('snapshot');
  return {
    harm: 'operation',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `Snapshot ${snapshot} of guest ${vmid} was to be ${begun}, and that never ended`,
    headline: isLocked
      ? `is locked (${lock}): snapshot "${snapshot}" was to be ${begun}, and that never ended; it cannot be started, backed up, moved or changed`
      : `cannot restore snapshot "${snapshot}": it was to be ${begun}, and that never ended`,
    evidence: [
      { fact: `snapstate: ${state} in [${snapshot}]`, source: config.path },
      ...(isLocked ? [{ fact: `lock: ${lock}`, source: config.path }] : []),
      ...idleEvidence(config),
    ],
    impact:
      (isLocked
        ? 'Proxmox VE refuses every action on a guest with a lock, its nightly backup too, until somebody takes the lock away. '
        : '') +
      (state === 'prepare'
        ? 'Some of its disks may have the snapshot and others not. Proxmox VE refuses to roll back to it.'
        : 'Some of its disks may have lost the snapshot already, and those that have not keep its space. Proxmox VE refuses to roll back to it.'),
    remedy: remedyFor(config, snapshot, disks),
    vmid,
    about: snapshot,
  };
}

/**
 * Deleting by force goes on past every disk that refuses (pve-guest-common src/PVE/AbstractConfig.pm snapshot_delete), and so never unless
 * each disk was seen to be there and is no link of a chain: there the data of a disk may stand under the name of the snapshot.
 */
function remedyFor(config: GuestConfig, snapshot: string, disks: readonly GuestDisk[] | undefined): Advice {
  const { vmid, type, lock } = config;
  const tool = type === 'qemu' ? 'qm' : 'pct';
  const look = [tasksOf(vmid), reads(tool, 'config', String(vmid), '--snapshot', snapshot)];
  const inSection = (disks ?? []).filter((disk) => disk.snapshot === snapshot);
  const why = whyOtherLock(lock) ?? whyNoWayOut(config, disks) ?? whyNotCompared(inSection);
  if (why !== null)
    return {
      text: `Do not delete it again yet, and take no lock away: ${why} The log of the task says how far it came; \`pve-doctor explain VOL005\` what follows.`,
      commands: [...look, reads('pvenode', 'task', 'list', '--vmid', String(vmid))],
    };
  const without = inSection.filter((disk) => !hasIt(disk, snapshot)).map(({ key }) => key);
  const isForced = without.length > 0;
  const storeids = [...new Set(inSection.map(({ volid }) => volid.slice(0, volid.indexOf(':'))))];
  return {
    text:
      'Look once more: no task of it may run, and the snapshot must still say `snapstate`. Then delete it again.' +
      (isForced
        ? ` \`--force\` goes on past what does not have it (${without.join(', ')}); every disk itself was seen to be there.`
        : ' Every disk that it still names was seen to be there and to have it.'),
    commands: [...look, ...[deleteSnapshot(config, snapshot, storeids, isForced) ?? []].flat()],
  };
}

const whyOtherLock = (lock: string): string | null =>
  lock === '' || lock === 'snapshot' || lock === 'snapshot-delete'
    ? null
    : `lock: ${lock} is of another task, which comes first (VOL004).`;

/** The saved memory of a snapshot is freed before its disks. */
const hasIt = ({ key, seen, snapshots }: GuestDisk, snapshot: string): boolean =>
  key === 'vmstate' ? seen === 'there' : snapshots?.includes(snapshot) === true;

function whyNotCompared(inSection: readonly GuestDisk[]): string | null {
  const unknown = inSection.find(({ key, seen, snapshots }) =>
    key === 'vmstate' ? seen === 'unseen' : snapshots === null,
  );
  return unknown === undefined ? null : `whether ${unknown.key}, ${unknown.volid}, has the snapshot could not be seen.`;
}
