import { OLDEST_SECONDS } from './believe.ts';
import type {
  FileSystemPrint,
  Fingerprint,
  NodeRecord,
  PoolPrint,
  RunningPrint,
  Seen,
  VolumePrint,
} from './node-record.ts';

/**
 * A look with since when each thing is seen, after the record that this node had published before. Looks of another boot, or
 * further apart than a record counts, say nothing of the time between them.
 */
export function carryOn(now: Omit<NodeRecord, 'verdict'>, before: NodeRecord | null): Fingerprint {
  const { fingerprint } = now;
  if (before === null || !isOneSpan(now, before)) return fingerprint;
  const old = before.fingerprint;
  return {
    ...fingerprint,
    running: carried(fingerprint.running, old.running, runningKey),
    thinPools: carried(fingerprint.thinPools, old.thinPools, poolKey),
    fileSystems: carried(fingerprint.fileSystems, old.fileSystems, fileSystemKey),
    groups:
      fingerprint.groups?.map((group) => {
        const was = old.groups?.find(({ vgUuid }) => vgUuid === group.vgUuid)?.volumes ?? null;
        const open = was?.filter(isOpen) ?? null;
        return {
          ...group,
          volumes: group.volumes?.map((volume) => (isOpen(volume) ? carry(volume, open, volumeKey) : volume)) ?? null,
        };
      }) ?? null,
  };
}

/** One look after another of the same run: what was open in both was open all the time, whatever was published before. */
export const nextLook = (now: NodeRecord, before: NodeRecord): NodeRecord => ({
  ...now,
  fingerprint: carryOn(now, before),
});

function isOneSpan(now: Pick<NodeRecord, 'bootId' | 'takenAt'>, before: NodeRecord): boolean {
  const apart = (Date.parse(now.takenAt) - Date.parse(before.takenAt)) / 1000;
  return now.bootId !== '' && now.bootId === before.bootId && apart > 0 && apart <= OLDEST_SECONDS;
}

const isOpen = ({ openCount }: VolumePrint): boolean => openCount > 0;

const runningKey = ({ vmid, incoming }: RunningPrint): string => `${vmid} ${incoming}`;
const poolKey = ({ vgUuid, lvUuid }: PoolPrint): string => `${vgUuid} ${lvUuid}`;
const fileSystemKey = ({ fsType, fsUuid, target, device }: FileSystemPrint): string =>
  JSON.stringify([fsType, fsUuid, target, device]);
const volumeKey = ({ lvUuid }: VolumePrint): string => lvUuid;

const carried = <T extends Seen>(now: readonly T[] | null, before: readonly T[] | null, key: (item: T) => string) =>
  now?.map((item) => carry(item, before, key)) ?? null;

function carry<T extends Seen>(item: T, before: readonly T[] | null, key: (item: T) => string): T {
  const was = before?.find((other) => key(other) === key(item));
  return was === undefined || was.since > item.since ? item : { ...item, since: was.since, looks: was.looks + 1 };
}
