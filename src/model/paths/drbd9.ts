import type { Harm } from '../harm.ts';

/** DRBD 9: a volume of a resource that is on several nodes, some of which hold no copy of it on purpose. */

/** drbd-headers drbd_strings.c, of a peer's volume and of the own one. */
export const DISK_STATES = [
  ...['Diskless', 'Attaching', 'Detaching', 'Failed', 'Negotiating', 'Inconsistent'],
  ...['Outdated', 'DUnknown', 'Consistent', 'UpToDate'],
] as const;

/** The same place, replication states; `Off` is said of any peer that is not connected. */
export const REPLICATION_STATES = [
  ...['Off', 'Established', 'StartingSyncS', 'StartingSyncT', 'WFBitMapS', 'WFBitMapT', 'WFSyncUUID', 'SyncSource'],
  ...['SyncTarget', 'VerifyS', 'VerifyT', 'PausedSyncS', 'PausedSyncT', 'Ahead', 'Behind'],
] as const;

/** What the kernel says of one volume towards one peer. */
export interface DrbdPeerState {
  readonly minor: number;
  readonly replication: string;
  readonly role: string;
  readonly disk: string;
  readonly peerDisk: string;
  /** I/O is held back: quorum or the last good copy is lost, or somebody asked for it. */
  readonly suspended: boolean;
  /** Its log or bitmap was written since it was attached: there was a disk. */
  readonly hadDisk: boolean;
  readonly outOfSyncKib: number;
  /** Of a synchronisation that runs; null where none does. */
  readonly percentDone: number | null;
}

export interface DrbdPeer extends Pick<DrbdPeerState, 'replication' | 'outOfSyncKib' | 'percentDone'> {
  readonly name: string;
  readonly disk: string;
  /** Given up, so nobody tries to connect. */
  readonly standAlone: boolean;
}

export interface DrbdVolume extends Pick<DrbdPeerState, 'minor' | 'role' | 'disk' | 'suspended' | 'hadDisk'> {
  readonly resource: string;
  readonly volume: number;
  /** At least one: without any peer the kernel does not say how the own copy is. */
  readonly peers: readonly DrbdPeer[];
}

export type DrbdSituation =
  | 'suspended'
  | 'no-data'
  | 'unreachable'
  | 'apart'
  | 'alone'
  | 'syncing'
  | 'incomplete'
  | 'single';

export const DRBD_HARM: Readonly<Record<DrbdSituation, Harm>> = {
  suspended: 'data',
  'no-data': 'data',
  unreachable: 'data',
  apart: 'data',
  alone: 'redundancy',
  syncing: 'redundancy',
  incomplete: 'housekeeping',
  single: 'housekeeping',
};

export const isStandAlone = ({ replication, standAlone }: DrbdPeer): boolean => replication === 'Off' && standAlone;

export const isSyncing = ({ replication }: DrbdPeer): boolean => /Sync|^WFBitMap/.test(replication);

/** Connected and without a disk, as a node is that only uses the data; what it missed is counted only where it had one. */
const isClient = ({ replication, disk, outOfSyncKib }: DrbdPeer): boolean =>
  replication !== 'Off' && disk === 'Diskless' && outOfSyncKib === 0;

const isGood = ({ replication, disk }: DrbdPeer): boolean => replication !== 'Off' && disk === 'UpToDate';

/** Peers that hold no good copy now, and are no clients. */
export const lackingPeers = ({ peers }: DrbdVolume): readonly DrbdPeer[] =>
  peers.filter((peer) => !isGood(peer) && !isClient(peer));

/** What is wrong with it, the worst first; null where nothing is. */
export function drbdSituation(volume: DrbdVolume): DrbdSituation | null {
  const { disk, hadDisk, peers, suspended } = volume;
  const lacking = lackingPeers(volume);
  const good = peers.filter(isGood).length + (disk === 'UpToDate' ? 1 : 0);
  if (suspended) return 'suspended';
  if (disk === 'Failed' || disk === 'Detaching' || (disk === 'Diskless' && hadDisk)) return 'no-data';
  if (peers.some(isStandAlone)) return 'apart';
  if (good === 0) return 'unreachable';
  if (disk !== 'UpToDate' && disk !== 'Diskless' && !peers.some(isSyncing)) return 'no-data';
  if (good === 1 && lacking.some((peer) => !isSyncing(peer))) return 'alone';
  if (peers.some(isSyncing)) return 'syncing';
  if (lacking.length > 0) return 'incomplete';
  // From a client the one copy is not its own matter: the node that holds it says so.
  return good === 1 && disk === 'UpToDate' ? 'single' : null;
}

/** `pve2 (Established, UpToDate)`; of a peer that is not connected, why. */
export const peerWords = (peer: DrbdPeer): string => {
  const away = peer.standAlone ? 'StandAlone' : 'Connecting';
  const done = peer.percentDone === null ? '' : `, ${peer.percentDone} % done`;
  return `${peer.name} (${peer.replication === 'Off' ? away : peer.replication}, ${peer.disk}${done})`;
};
