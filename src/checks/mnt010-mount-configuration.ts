import { defineCheck } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import type { Storage } from '../model/guests/pve.ts';
import { containerLabel, mountEvidence } from '../model/mounts/mount-evidence.ts';
import { mountAt, mountOf } from '../model/mounts/mount-tree.ts';
import type { Container, Containers, HostMounts, SeenMount } from '../model/mounts/mounts.ts';
import { isRemote, type Server, serverOf } from '../model/mounts/remote-filesystems.ts';
import { storagePath } from '../model/mounts/storage-mounts.ts';

export const mnt010 = defineCheck({
  code: 'MNT010',
  slug: 'mount-configuration',
  title: 'storage configuration that leads to missing or dead mounts',
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
  const unread = containers.flatMap((container) =>
    container.config.state === 'known' ? [] : [`${containerLabel(container)}: its configuration could not be read`],
  );
  return [...gaps, ...unread];
}

/** Without `is_mountpoint`, PVE makes the directory and writes into it whether or not anything is mounted there. */
function withoutMountpoint(storage: Storage, { mounts }: HostMounts): readonly Finding[] {
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
      fact: `dir ${storage.storeid}, path ${path}, without is_mountpoint`,
      impact:
        'When the mount is missing, PVE takes the bare directory for the storage: backups and disks land on the local ' +
        'disk, and nothing fails.',
      text: 'Tell PVE that the path is only there while the file system is mounted; then the storage is offline otherwise.',
      commands: [['pvesm', 'set', storage.storeid, '--is_mountpoint', value]],
    }),
  ];
}

/** The server that a backup writes to stops with the node, or is frozen by the very backup. */
function servedFromHere(storage: Storage, host: HostMounts, { containers }: Containers): readonly Finding[] {
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
      fact: `its server ${server.host} is ${where}`,
      impact:
        'A hard mount waits for its server for ever. When the server stops first at a shutdown, or is frozen while it is ' +
        "backed up to itself, everything that touches the storage hangs, PVE's own services included.",
      text: 'Mount it soft (`options soft` of the storage), leave the serving guest out of the backups to it, or write them elsewhere.',
      commands: [['pvesm', 'set', storage.storeid, '--options', 'soft,timeo=150,retrans=3']],
    }),
  ];
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

interface Words {
  readonly title: string;
  readonly fact: string;
  readonly impact: string;
  readonly text: string;
  readonly commands: readonly (readonly string[])[];
}

const notice = (storeid: string, mount: SeenMount, { title, fact, impact, text, commands }: Words): Finding => ({
  code: 'MNT010',
  severity: 'notice',
  subject: { kind: 'mount', id: `${mount.target} (${storeid})` },
  title,
  evidence: [{ fact, source: '/etc/pve/storage.cfg' }, mountEvidence(mount, null)],
  impact,
  remedy: { text, commands },
  repairAction: null,
  certainty: 'certain',
  vmid: null,
});
