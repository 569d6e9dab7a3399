import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import type { DiskName } from '../model/guests/disk-names.ts';
import type { GuestConfig } from '../model/guests/pve.ts';

export const vol015 = defineCheck({
  code: 'VOL015',
  title: 'disk that the configurations of two guests name',
  harms: {
    data: 'both write to it',
    operation: 'one of them keeps or reads it',
    housekeeping: 'it is a device of its own, given to both',
  },
  needs: ['guests', 'cluster', 'storage', 'diskNames'],
  examine: ({ cluster, diskNames }) =>
    [...diskNames.values()].flatMap((names) => {
      const users = usersOf(names, cluster.nodeName);
      const isHere = users.some(({ config }) => config.node === cluster.nodeName);
      const [first, second] = users;
      if (first === undefined || second === undefined || !isHere) return [];
      return users.every(({ use }) => use === 'reads') ? [] : [findingFor(first, second, users)];
    }),
});

/** What a guest does with a disk that it names: the strongest of its lines. */
type Use = 'writes' | 'reads' | 'keeps';

interface User {
  readonly config: GuestConfig;
  readonly name: DiskName;
  readonly use: Use;
}

/** One for each configuration, those of this node first. The sections of one guest are one user. */
function usersOf(names: readonly DiskName[], node: string): readonly User[] {
  const byConfig = Map.groupBy(names, ({ config }) => config);
  return [...byConfig]
    .flatMap(([config, lines]): readonly User[] => {
      const uses = lines.map((name) => ({ config, name, use: useOf(name) }));
      const strongest = (['writes', 'reads', 'keeps'] as const).flatMap((use) => uses.filter((one) => one.use === use));
      return strongest.slice(0, 1);
    })
    .toSorted(
      (a, b) => Number(b.config.node === node) - Number(a.config.node === node) || a.config.vmid - b.config.vmid,
    );
}

/** A template never starts; a detached disk and one that only a snapshot names are kept for later. */
function useOf({ config, mention: { key, section, readOnly } }: DiskName): Use {
  if (key.startsWith('unused') || section === 'snapshot' || config.template) return 'keeps';
  return readOnly === true ? 'reads' : 'writes';
}

function findingFor(first: User, second: User, users: readonly User[]): Found {
  const { config, name } = first;
  const { vmid } = config;
  const others = users
    .slice(1)
    .map((user) => `guest ${user.config.vmid}`)
    .join(' and ');
  const isWritten = users.filter(({ use }) => use === 'writes').length > 1;
  const { isRaw, shared } = name.place;
  return {
    harm: !isWritten ? 'operation' : isRaw ? 'housekeeping' : 'data',
    subject: { kind: 'volume', id: name.text },
    title: `Guest ${vmid} and ${others} name one disk, ${name.text}`,
    headline: isWritten
      ? `names a disk that ${others} names too, and each can start and write to it: ${lineOf(name)}`
      : `names a disk that ${others} names too: ${lineOf(name)}`,
    evidence: users.map((user) => ({
      fact: `${lineOf(user.name)}: ${user.name.text}${WORDS[user.use]}`,
      source: user.config.path,
    })),
    impact: impactOf(isWritten, isRaw),
    remedy: {
      text:
        'Find out whose it is, and do not start a second one of them meanwhile. Then take the line out of the configuration that it does not belong to, ' +
        'without deleting the disk: neither destroy one of these guests nor remove the disk in one of them before that.' +
        (shared ? ' On a shared storage ask the other clusters that see it too.' : ''),
      commands: users.map((user) =>
        reads(user.config.type === 'qemu' ? 'qm' : 'pct', 'config', String(user.config.vmid)),
      ),
    },
    ...{ vmid, vmids: users.map((user) => user.config.vmid) },
    about: String(second.config.vmid),
  };
}

const WORDS: Readonly<Record<Use, string>> = { writes: '', reads: ' (reads only)', keeps: ' (kept, not written)' };

const lineOf = ({ mention: { key, section, snapshot } }: DiskName): string =>
  section === 'snapshot' ? `${key} of [${snapshot}]` : section === 'current' ? key : `${key} of [${section}]`;

/** QEMU’s own locks on images are off in Proxmox VE (pve-qemu, patch “change locking default to off”), and a container has none. */
function impactOf(isWritten: boolean, isRaw: boolean): string {
  if (isWritten && isRaw)
    return 'A disk for a cluster file system is given to two guests on purpose. Without one, each writes with its own idea of what is on it, and that destroys the data.';
  const destroyed = 'Destroying the guest whose number the disk bears deletes it for the other too.';
  return isWritten
    ? `Nothing stops both from running: each then writes with its own idea of what is on the disk, and that destroys the file systems on it. ${destroyed}`
    : `${destroyed} So does removing it from there as an unused disk.`;
}
