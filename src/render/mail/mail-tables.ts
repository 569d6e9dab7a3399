import type { HostFacts } from '../../model/host-facts.ts';
import type { MountRow, MountStatus } from '../../model/mounts/judged-mounts.ts';
import { isUnjudged, type Report, type ReportedGuest } from '../../model/report/report.ts';
import { counted } from '../counted.ts';
import { guestHealth, guestStatus, hasFindings } from '../guest-words.ts';
import { machineRows, versionsOf } from '../head-words.ts';
import { describeHolder } from '../holder-words.ts';
import { clip, MOST } from '../message/clip.ts';
import { MOUNT_MARKS, roomOf, saysFull, subjectIdOf, troubleOf, whereOf } from '../mount-words.ts';
import { marked } from '../severity-mark.ts';
import { summaryRows } from '../summary-rows.ts';
import { guestsWereJudged } from '../what-was-read.ts';
import {
  type DeviceLine,
  type GuestLine,
  type List,
  listed,
  type MountLine,
  type Pair,
  type Tone,
} from './mail-content.ts';

const MOST_GUESTS = 30;
const MOST_MOUNTS = 20;
const MOST_DEVICES = 10;
const MOST_HOLDERS = 4;

const NOT_KNOWN = 'not known';

export const summaryPairs = (report: Report): readonly Pair[] =>
  summaryRows(report).map(({ label, count, note, tone }) => {
    const words = tone === null ? note : marked(tone, note);
    if (count === null) return [label, NOT_KNOWN];
    return [label, note === '' ? `${count}` : `${count} (${words})`];
  });

/** Devices that findings name and that somebody holds: what is in use is not removed. */
export const devicesList = ({ entries }: Report): List<DeviceLine> =>
  listed(
    entries.filter(({ inUse, findings }) => inUse !== 'no' && findings.length > 0),
    MOST_DEVICES,
    (entry) => {
      const hidden = entry.holders.length - MOST_HOLDERS;
      return {
        name: clip(entry.name, MOST.name),
        use: [
          entry.inUse === 'yes' ? 'in use' : 'use not known, so it counts as in use',
          `open count ${entry.openCount}`,
          ...entry.findings.slice(0, MOST_HOLDERS),
        ].join(', '),
        holders: [
          ...entry.holders.slice(0, MOST_HOLDERS).map((holder) => clip(describeHolder(holder), MOST.fact)),
          ...(hidden > 0 ? [`and ${hidden} more`] : []),
        ],
      };
    },
  );

/** With a check that could not look, "clean" would say too much. */
function health(guest: ReportedGuest, report: Report): Pick<GuestLine, 'health' | 'tone'> {
  const judged = guestsWereJudged(report);
  const parts = guestHealth(guest, judged);
  const text = parts.map((part) => part.text).join(', ');
  if (hasFindings(guest)) {
    const tone = parts[0]?.tone ?? null;
    return { health: tone === null ? text : marked(tone, text), tone };
  }
  if (!judged) return { health: marked('unknown', text), tone: 'unknown' };
  if (report.checks.some(isUnjudged)) return { health: 'nothing found, not all judged', tone: null };
  return { health: marked('healthy', text), tone: 'healthy' };
}

/** Those that findings name first, then those that run. */
export function guestsList(report: Report): List<GuestLine> {
  const rank = (guest: ReportedGuest) => (hasFindings(guest) ? 0 : guest.status === 'running' ? 1 : 2);
  const sorted = report.guests.toSorted((a, b) => rank(a) - rank(b) || a.vmid - b.vmid);
  return listed(sorted, MOST_GUESTS, (guest) => ({
    vmid: `${guest.vmid}`,
    name: clip(guest.name, MOST.name),
    status: clip(guestStatus(guest), MOST.name),
    ...health(guest, report),
  }));
}

export const guestNote = ({ summary }: Report): string =>
  summary.guests === null ? 'The guests of this node could not be read, so none of them is judged.' : '';

const MOUNT_TONES: Readonly<Record<MountStatus, Tone | null>> = {
  ok: null,
  stale: 'critical',
  missing: 'warning',
  readonly: null,
  unknown: 'unknown',
};

/** Subjects of findings that call a mount too full. */
function fullMounts({ findings }: Report): ReadonlySet<string> {
  return new Set(findings.filter(saysFull).map(({ subject }) => subject.id));
}

/** Inodes are told where they run out first. */
function used({ usedPercent, usedInodesPercent }: MountRow): string {
  if (usedPercent === null) return NOT_KNOWN;
  const inodes = (usedInodesPercent ?? 0) > usedPercent ? `, ${usedInodesPercent} % of inodes` : '';
  return `${usedPercent} %${inodes}`;
}

function mountLine(mount: MountRow): MountLine {
  const { symbol, word } = MOUNT_MARKS[mount.status];
  const details = [`${mount.fstype} ${mount.source}`, mount.storeid === null ? '' : `storage ${mount.storeid}`];
  return {
    ...{ status: `${symbol} ${word}`, tone: MOUNT_TONES[mount.status], used: used(mount) },
    where: [...(mount.vmid === null ? [] : [clip(whereOf(mount), MOST.name)]), clip(mount.target, MOST.name)].join(
      ': ',
    ),
    detail: [...details, roomOf(mount), troubleOf(mount)]
      .filter((text) => text !== '')
      .map((text) => clip(text, MOST.fact))
      .join(', '),
  };
}

/** Mounts that are not ok or nearly full, the worst first. */
export function mountsList(report: Report): List<MountLine> {
  const full = fullMounts(report);
  const order: readonly MountStatus[] = ['stale', 'missing', 'unknown', 'ok', 'readonly'];
  const rank = (mount: MountRow) => order.indexOf(mount.status);
  const shown = report.mounts.filter((mount) => mount.status !== 'ok' || full.has(subjectIdOf(mount)));
  return listed(
    shown.toSorted((a, b) => rank(a) - rank(b) || (b.usedPercent ?? 0) - (a.usedPercent ?? 0)),
    MOST_MOUNTS,
    mountLine,
  );
}

export function mountNote({ mounts }: Report): string {
  const remote = mounts.filter((mount) => mount.remote);
  if (remote.length === 0) return '';
  const answering = remote.filter(({ reachable }) => reachable === true).length;
  return `${answering} of ${counted(remote.length, 'remote mount')} answered.`;
}

/** The machine; what could not be read says so. */
export function systemPairs(host: HostFacts | null): readonly Pair[] {
  if (host === null) return [['System', 'the facts of this machine could not be read']];
  const rows = [...machineRows(host), ['PVE', versionsOf(host)] as const];
  return rows.map(([label, text]) => [label, text === null ? NOT_KNOWN : clip(text, MOST.fact)]);
}
