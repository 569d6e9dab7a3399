import { hasLostBytes } from '../model/believable.ts';
import { DISK_STATES, type DrbdPeerState, REPLICATION_STATES } from '../model/paths/drbd9.ts';
import { type Parsed, quoted } from '../model/reading.ts';
import { wholeNumber } from './complete-lines.ts';

/** ` 0: cs:SyncTarget ro:Secondary/Primary ds:Inconsistent/UpToDate C r-----`; a wire protocol that is not known is a blank. */
export const DRBD_STATE =
  /^ *(\d{1,7}): cs:([A-Za-z]{1,20}) ro:(Primary|Secondary|Unknown)\/(?:Primary|Secondary|Unknown) ds:([A-Za-z]{1,20})\/([A-Za-z]{1,20}) [ABC ] ([rs])[-aprsu]{5}$/;

/** The second line; `pe` and `ap` have one number in old modules, two in brackets in newer ones. */
export const DRBD_COUNTERS =
  /^ +ns:\d+ nr:\d+ dw:\d+ dr:\d+ al:(\d+) bm:(\d+) lo:-?\d+ pe:[-\d;[\]]+ ua:-?\d+ ap:[-\d;[\]]+ ep:\d+ wo:\d+ oos:(\d+)$/;

/** A line that comes only while it runs. A verification has one as well, with another word. */
export const DRBD_PROGRESS = /^\t\[=*>\.*\] sync'ed: *(\d{1,3}\.\d)% /;

/** Always the last line, so a text without it was cut. */
export const DRBD_END = /^\tblocked on activity log: -?\d+(?:\/-?\d+\/-?\d+)?$/;

const isOneOf = (words: readonly string[], word: string): boolean => words.includes(word);

/** `connections/PEER/VOLUME/proc_drbd` below /sys/kernel/debug/drbd/resources (DRBD 9 drbd_debugfs.c peer_device_proc_drbd_show). */
export function parseDrbdPeer(text: string): Parsed<DrbdPeerState | null> {
  const lines = text.split('\n');
  const isWhole = lines.pop() === '' && DRBD_END.test(lines.at(-1) ?? '');
  if (!isWhole) return { value: null, problems: ['its end is missing'] };
  if (hasLostBytes(text)) return { value: null, problems: ['it holds bytes that are no UTF-8'] };
  const [first = '', second = ''] = lines;
  const [, number, replication = '', role = '', disk = '', peerDisk = '', io] = DRBD_STATE.exec(first) ?? [];
  const minor = wholeNumber(number);
  const isKnown =
    isOneOf(REPLICATION_STATES, replication) && isOneOf(DISK_STATES, disk) && isOneOf(DISK_STATES, peerDisk);
  if (minor === null || !isKnown) return { value: null, problems: [`not a state of DRBD 9: ${quoted(first)}`] };
  const [log, bitmap, outOfSyncKib] = (DRBD_COUNTERS.exec(second) ?? []).slice(1).map(wholeNumber);
  if (log == null || bitmap == null || outOfSyncKib == null)
    return { value: null, problems: [`not the counters of DRBD 9: ${quoted(second)}`] };
  const done = lines.flatMap((line) => DRBD_PROGRESS.exec(line)?.[1] ?? [])[0];
  return {
    value: {
      ...{ minor, replication, role, disk, peerDisk, outOfSyncKib },
      ...{ suspended: io === 's', hadDisk: log > 0 || bitmap > 0 },
      percentDone: done === undefined ? null : Number(done),
    },
    problems: [],
  };
}
