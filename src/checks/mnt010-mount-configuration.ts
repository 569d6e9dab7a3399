import { defineCheck, type Found } from '../model/check.ts';
import type { Remedy } from '../model/finding.ts';
import type { Storage } from '../model/guests/pve.ts';
import { mountLineOf } from '../model/mounts/mount-again.ts';
import { containerLabel, mountEvidence, unreadConfigs } from '../model/mounts/mount-evidence.ts';
import { mountAt, mountOf } from '../model/mounts/mount-tree.ts';
import type { Container, Containers, HostMounts, SeenMount } from '../model/mounts/mounts.ts';
import { isRemote, type Server, serverOf } from '../model/mounts/remote-filesystems.ts';
import { storagePath } from '../model/mounts/storage-mounts.ts';

export const mnt010 = defineCheck({
  code: 'MNT010',
  title: 'storage configuration that leads to missing or dead mounts',
  harms: { housekeeping: '' },
  needs: ['mounts', 'storage', 'containers'],
  unjudged: ({ mounts, storage, containers }) => [
    ...new Set(storage.storages.flatMap((one) => (one.disabled ? [] : maybeServedFromHere(one, mounts, containers)))),
  ],
  examine: ({ mounts, storage, containers }) => {
    const active = storage.storages.filter(({ disabled }) => !disabled);
    return [
      ...active.flatMap((one) => withoutMountpoint(one, mounts)),
      ...active.flatMap((one) => servedFromHere(one, mounts, containers)),
    ];
  },
});

/** A server that nobody here is known to be may be a container whose addresses could not be read. */
function maybeServedFromHere(storage: Storage, host: HostMounts, { containers, gaps }: Containers): readonly string[] {
  const server = backupServer(storage, host);
  if (server === null || host.addresses.includes(server.host) || guestAt(server, containers)) return [];
  return [...gaps, ...unreadConfigs(containers)];
}

/** Without `is_mountpoint`, PVE makes the directory and writes into it whether or not anything is mounted there. */
function withoutMountpoint(storage: Storage, { mounts }: HostMounts): readonly Found[] {
  const path = storagePath(storage);
  const isDirectory = storage.type === 'dir' || storage.type === 'btrfs';
  const promised = !/^(?:|0|no|off|false)$/i.test(storage.properties['is_mountpoint'] ?? '');
  if (!isDirectory || promised || path === null) return [];
  const mount = mountOf(mounts, path);
  if (mount === null || mount.target === '/' || !(isRemote(mount.fsType, mount.source) || mount.target === path))
    return [];
  const value = mount.target === path ? '1' : mount.target;
  return [
    notice(storage.storeid, mount, {
      title: `storage ${storage.storeid} lies on a mount (${mount.target}) and does not say so`,
      headline: 'takes the bare directory for the storage when the mount is missing: is_mountpoint is not set',
      fact: `dir ${storage.storeid}, path ${path}, without is_mountpoint`,
      impact:
        'When the mount is missing, PVE takes the bare directory for the storage: backups and disks land on the local ' +
        'disk, and nothing fails.',
      text: `Set is_mountpoint of storage ${storage.storeid} to ${value}: PVE then takes the storage offline on every node on which nothing is mounted there. See first that it is mounted on all nodes that the storage is for.`,
      commands: [mountLineOf(mount.target)],
    }),
  ];
}

/** The server that a backup writes to stops with the node, or is frozen by the very backup. */
function servedFromHere(storage: Storage, host: HostMounts, { containers }: Containers): readonly Found[] {
  const mount = mountAt(host.mounts, storagePath(storage) ?? '');
  const server = backupServer(storage, host);
  if (mount === null || server === null) return [];
  const guest = guestAt(server, containers);
  const isLocal = host.addresses.includes(server.host);
  if (!isLocal && guest === undefined) return [];
  const where = guest === undefined ? 'this node' : containerLabel(guest);
  return [
    notice(storage.storeid, mount, {
      title: `backup storage ${storage.storeid} is a hard mount of a server that runs on this node (${where})`,
      headline: 'is a hard mount of a server on this node: the node hangs when that server stops first',
      fact: `its server ${server.host} is ${where}`,
      impact:
        'A hard mount waits for its server forever. When the server stops first at a shutdown, or is frozen while it is ' +
        "backed up to itself, everything that touches the storage hangs, PVE's own services included.",
      ...softRemedy(storage),
    }),
  ];
}

/** `pvesm set --options` replaces what is there, also what was changed meanwhile; guests' disks must not be on a soft mount. */
function softRemedy({ storeid, properties }: Storage): Remedy {
  const elsewhere = 'Exclude the guest that serves it from backups to it, or back that guest up elsewhere.';
  const content = (properties['content'] ?? '').split(',');
  if (content.includes('images') || content.includes('rootdir'))
    return {
      text: `${elsewhere} It must stay hard while guests have disks on it: on a soft mount a server that is away for a minute is a write error for the guest.`,
      commands: [],
    };
  return {
    text: `${elsewhere} Or mount it soft: put soft,timeo=150,retrans=3 into the options of storage ${storeid}, in place of hard, timeo and retrans, and keep the others. Soft, a write that the server does not answer within about a minute is an error for the program: that backup fails and has to be repeated. It takes effect when the storage is mounted the next time.`,
    commands: [],
  };
}

/** The server of a hard mount that backups are written to. */
function backupServer(storage: Storage, { mounts }: HostMounts): Server | null {
  const mount = mountAt(mounts, storagePath(storage) ?? '');
  if (mount === null || !mount.superOptions.includes('hard')) return null;
  if (!(storage.properties['content'] ?? '').split(',').includes('backup')) return null;
  return serverOf(mount.fsType, mount.source, mount.superOptions);
}

const guestAt = ({ host }: Server, containers: Containers['containers']): Container | undefined =>
  containers.find(({ config }) => config.state === 'known' && config.value.addresses.includes(host));

interface Words extends Pick<Found, 'title' | 'headline' | 'impact'>, Remedy {
  readonly fact: string;
}

const notice = (storeid: string, mount: SeenMount, { title, headline, fact, impact, ...remedy }: Words): Found => ({
  harm: 'housekeeping',
  subject: { kind: 'mount', id: `${mount.target} (${storeid})` },
  title,
  headline,
  evidence: [{ fact, source: '/etc/pve/storage.cfg' }, mountEvidence(mount, null)],
  impact,
  remedy,
});
