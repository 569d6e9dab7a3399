import type { GuestConfig } from '../guests/pve.ts';
import { type Answer, type Fate, stop, together } from './answer.ts';
import { backupNotes, guestOf, kindOf, lockStops, runningStops, storageStops, workNotes } from './preconditions.ts';
import { carriedBy, type OwnVolume, type Situation, unreadStorages } from './situation.ts';

/**
 * A restore over a guest frees old disks before it reads the archive: all of a container (pve-container src/PVE/API2/LXC.pm), of a VM
 * those whose key the archive has, and saved memory of snapshots (qemu-server src/PVE/QemuServer.pm restore_cleanup_oldconf). That of a
 * VM then adopts all volumes of its number (rescan).
 */
export function beforeRestore(situation: Situation, storeid: string | null, isThere: boolean): Answer {
  const { config, volumes, storages } = situation;
  const isVm = kindOf(situation) === 'VM';
  const own = volumes.filter(({ owner }) => owner === config.vmid);
  const carried = isVm ? carriedBy(situation) : [];
  const target = storages.find((one) => one.storeid === storeid);
  return together(
    isThere ? { stops: lockStops(situation) } : { notes: ['no node has a guest of this number'] },
    config.protection
      ? { stops: [stop('it is protected', `unable to restore ${guestOf(situation)} - protection mode enabled`)] }
      : {},
    isThere
      ? runningStops(
          situation,
          'it runs',
          isVm ? `unable to restore ${guestOf(situation)} - vm is running` : "can't overwrite running container",
        )
      : {},
    storeid === null
      ? { notLooked: ['whether there is room: the storage was not given (--storage)'] }
      : { stops: storageStops(storeid, target, situation.node) },
    {
      touched: [
        ...own.map((volume) => {
          const { volid, lines, seen, sizeBytes, identity, others } = volume;
          return { volid, lines, seen, sizeBytes, identity, others, fate: isVm ? fateOf(volume) : 'removed' };
        }),
        ...carried.map(({ volid, seen, sizeBytes, identity, others, shared }) => ({
          ...{ volid, seen, sizeBytes, identity, lines: [], fate: 'adopted' as const },
          others: [...others, ...(shared ? ['its storage is shared: a guest of another cluster may have it'] : [])],
        })),
      ],
      notes: [
        ...(own.length === 0
          ? []
          : ['the old disks are freed before the archive is read: a damaged archive leaves neither']),
        ...(isVm && own.length > 0
          ? ['a disk that the archive does not bring becomes an unused disk, without its snapshots']
          : []),
        ...carried.map(
          ({ volid }) =>
            `${volid} carries its number: the restore makes it an unused disk of it, and its next destroy removes it`,
        ),
      ],
      notLooked: ['the archive: whether it is whole, and which disks it brings', ...unreadStorages(situation)],
    },
    isThere ? workNotes(situation) : {},
    backupNotes(situation),
  );
}

/** Saved memory of a snapshot goes; a disk of the present configuration by its key; the others are adopted by the rescan. */
function fateOf({ mentions }: OwnVolume): Fate {
  if (mentions.some(({ key, section }) => key === 'vmstate' && section === 'snapshot')) return 'removed';
  return mentions.some(({ key, section }) => section === 'current' && !/^(?:unused\d+|vmstate)$/.test(key))
    ? 'removed or unused'
    : 'adopted';
}

/** A guest that is not there yet. */
export const newGuest = (vmid: number, node: string): GuestConfig => ({
  ...{ vmid, node, type: 'qemu', path: '', name: '', template: false, protection: false, lock: '', incomplete: '' },
  ...{ snapshots: [], unfinished: [], mentions: [], rawNames: [], problems: [] },
});
