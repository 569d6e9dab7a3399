import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { devNo } from '../model/device-mapper/device-mapper.ts';
import { listed } from '../model/evidence.ts';
import { type Disk, type IscsiSession, unreadDisks } from '../model/paths/disks.ts';

const NEEDS = ['stack', 'blockDevices', 'disks', 'usage', 'lvm', 'storage', 'guests'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path007 = defineCheck({
  code: 'PATH007',
  dependsOnStack: true,
  title: 'iSCSI session to a target that nothing here uses',
  harms: { housekeeping: '' },
  needs: NEEDS,
  examine: (facts: Needed) =>
    // What lies on the disk may be what changed, and who uses it what could not be seen.
    [
      ...Map.groupBy(
        facts.stack.changedMeanwhile.length > 0 || facts.usage.gaps.length > 0 ? [] : facts.disks.sessions,
        ({ targetName }) => targetName ?? '',
      ),
    ].flatMap(([target, sessions]) => {
      const names = new Set(sessions.map(({ name }) => name));
      const own = facts.disks.disks.filter(({ session }) => names.has(session));
      if (target === '' || own.length === 0 || isNamed(target, own, facts)) return [];
      return own.some((disk) => isUsed(disk, facts)) ? [] : [findingFor(target, sessions, own)];
    }),
  unjudged: ({ disks, usage }: Needed) => [...unreadDisks(disks), ...(disks.sessions.length === 0 ? [] : usage.gaps)],
});

/** In storage.cfg, whichever type the storage is of, or as a path of a guest's configuration. */
function isNamed(target: string, own: readonly Disk[], { storage, guests }: Needed): boolean {
  const nodes = new Set(own.map(({ kernelName }) => `/dev/${kernelName}`));
  // Where a path leads to nowhere, or nobody looked, it may be any of the disks.
  const mayBeOwn = (path: string, resolved: string | null | undefined) =>
    resolved == null ? path.startsWith('/dev/disk/') : nodes.has(resolved);
  return (
    storage.storages.some(({ properties }) => Object.values(properties).some((value) => value.includes(target))) ||
    guests.configs.some(({ mentions }) =>
      mentions.some(
        (mention) => mention.target.kind === 'path' && mayBeOwn(mention.target.path, mention.target.resolved),
      ),
    )
  );
}

/** Something lies on it, has it open, or may be on it: a partition, a physical volume. */
function isUsed({ devNo: number, kernelName }: Disk, { stack, blockDevices, usage, lvm, disks }: Needed): boolean {
  // An array (md), DRBD or bcache; one that could not be looked into may lie on it.
  if (disks.stacked.some(({ slaves }) => slaves === null || slaves.includes(kernelName))) return true;
  if (stack.above(number).length > 0 || (usage.holders.get(number) ?? []).length > 0) return true;
  const hasParts = [...blockDevices.devices.values()].some(
    (block) => block.disk === kernelName && block.devNo !== number,
  );
  return hasParts || lvm.pvs.some((pv) => devNo(pv) === number);
}

const findingFor = (target: string, sessions: readonly IscsiSession[], own: readonly Disk[]): Found => ({
  harm: 'housekeeping',
  subject: { kind: 'device', id: target },
  title: `iSCSI session to ${target}, which nothing on this node uses`,
  headline: 'is logged in, and nothing on this node uses it: LVM and every rescan wait for it when it fails',
  evidence: [
    { fact: `${listed(sessions.map(({ name }) => name))} to ${target}`, source: '/sys/class/iscsi_session' },
    { fact: `no storage of storage.cfg names the target`, source: '/etc/pve/storage.cfg' },
    {
      fact: `nothing lies on ${listed(own.map(({ kernelName }) => kernelName))}, has it open, or is a partition or physical volume on it`,
      source: '/sys/dev/block',
    },
  ],
  impact:
    'A storage that was removed leaves its sessions. When such a target goes away, LVM commands of Proxmox VE wait for disks that ' +
    'nobody needs.',
  remedy: {
    text:
      'Find out on every node that nobody needs the target: a disk without a partition may still hold data, and LVM may leave a volume ' +
      'group of an enabled storage aside. A logout takes the disks away from whoever opens them next, without asking; ' +
      '`pve-doctor explain PATH007` says what has to be looked at before it.',
    commands: [
      ...own.slice(0, 1).map(({ kernelName }) => reads('blkid', '-p', `/dev/${kernelName}`)),
      reads('iscsiadm', '-m', 'session', '-P', '1'),
    ],
  },
});
