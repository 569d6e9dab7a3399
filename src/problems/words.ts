import { cleans, printed } from '../model/command/command.ts';
import { counted, listed } from '../model/evidence.ts';
import type { ReportedFinding } from '../model/finding.ts';
import { guestLabel } from '../model/mounts/mount-dependents.ts';
import type { GuestState, NextStep, Problem, ProblemGuest } from '../model/report/problem.ts';
import { hostOf } from './causes.ts';
import type { CausedFindings, ProblemFacts } from './problems.ts';

type Words = Pick<Problem, 'who' | 'what'>;

/** `VM 169 (database)`, `Guest 102 (deleted)`. Without the configurations nobody knows more than the number. */
const labelOf = (guest: ProblemGuest, areGuestsKnown: boolean): string =>
  guestLabel(guest.node === null && areGuestsKnown ? { ...guest, name: 'deleted' } : guest);

/** Of these a disk is missed elsewhere, or by nobody. */
const NOT_LOSING: ReadonlySet<GuestState> = new Set(['elsewhere', 'deleted']);

/** Guests whose disks are gone say more than what they were on; those that run first. */
function lostWords(guests: readonly ProblemGuest[], because: string): Words {
  const [only, ...others] = guests.toSorted((a, b) => Number(b.state === 'running') - Number(a.state === 'running'));
  if (only === undefined || others.length === 0)
    return { who: only === undefined ? '' : guestLabel(only), what: `has lost its disk: ${because}` };
  const names = [only, ...others].map((guest) => guestLabel({ ...guest, name: '' }));
  return { who: counted(guests.length, 'guest'), what: `have lost disks (${listed(names, 4)}): ${because}` };
}

/** Whom a problem concerns and what it comes to, as one sentence in two parts. */
export function wordsOf(group: CausedFindings, guests: readonly ProblemGuest[], facts: ProblemFacts): Words {
  const { cause, findings } = group;
  const [head] = findings;
  const what = head.headline;
  const losing = guests.filter(({ vmid, state }) => head.lost?.guests.includes(vmid) && !NOT_LOSING.has(state));
  if (head.lost !== undefined && losing.length > 0) return lostWords(losing, head.lost.because);
  switch (cause.kind) {
    case 'volume':
    case 'vmid': {
      const [guest] = guests;
      return { who: guest === undefined ? cause.name : labelOf(guest, facts.guests !== null), what };
    }
    case 'server':
      return serverWords(group, guests, facts);
    case 'sight':
      return {
        who: head.who ?? (head.subject.kind === 'node' ? `Node ${head.subject.id}` : head.subject.id),
        what: head.subject.kind === 'node' ? what : hides(what, facts),
      };
    case 'mount':
      return { who: head.who ?? mountWho(head, guests, facts), what };
    case 'group':
      return {
        who: `VG ${head.subject.kind === 'volume-group' ? head.subject.id : (head.about ?? head.subject.id)}`,
        what,
      };
    case 'pool':
      return { who: `Thin pool ${cause.name}`, what };
    case 'cluster':
      return { who: acrossWho(head, guests, facts.guests !== null), what };
    case 'device':
      return {
        who: cause.name.startsWith(LOST_WITH)
          ? `VG ${cause.name.slice(LOST_WITH.length)}`
          : (head.who ?? deviceWho(head, cause.name, guests, facts.guests !== null)),
        what,
      };
  }
}

/** What the subjects of these checks are. */
const WHO: Readonly<Record<string, string>> = {
  PATH001: 'Multipath map',
  PATH002: 'Multipath map',
  PATH003: 'LUN',
  PATH004: 'Multipath map',
  PATH011: 'Multipath map',
  PATH005: 'Disk',
  PATH006: 'iSCSI target',
  PATH007: 'iSCSI target',
  PATH008: 'DRBD device',
  // A service, by its own name.
  PATH009: '',
  PATH010: 'Disk',
  PATH012: 'md array',
  PATH013: 'ZFS pool',
  PATH015: 'ZFS pool',
};

/** A disk is called after the VG that it takes with it. */
const LOST_WITH = 'disks/';

const ACROSS: Readonly<Partial<Record<ReportedFinding['subject']['kind'], string>>> = {
  'thin-pool': 'Thin pool',
  'volume-group': 'VG',
  volume: 'Volume',
  storage: 'Storage',
  disk: 'LUN',
  node: 'Node',
};

function acrossWho(
  { subject, vmid, about }: ReportedFinding,
  guests: readonly ProblemGuest[],
  isKnown: boolean,
): string {
  const guest = guests.find((one) => one.vmid === vmid);
  if (guest !== undefined) return labelOf(guest, isKnown);
  if (subject.kind === 'file-system') return `File system ${about ?? subject.id}`;
  return `${ACROSS[subject.kind] ?? ''} ${subject.id}`.trim();
}

/** The guest whose disk nobody can read; otherwise the device. */
function deviceWho(
  { code, vmid }: ReportedFinding,
  name: string,
  guests: readonly ProblemGuest[],
  isKnown: boolean,
): string {
  const guest = guests.find((one) => one.vmid === vmid);
  if (code === 'DM030' && guest !== undefined) return labelOf(guest, isKnown);
  const kind = WHO[code] ?? (/^\d+:\d+$/.test(name) ? 'Disk' : 'Device');
  return kind === '' ? name : `${kind} ${name}`;
}

const hides = (what: string, { unjudged }: ProblemFacts): string =>
  unjudged.length === 0
    ? what
    : `${what}; ${counted(unjudged.length, 'check')} ${unjudged.length === 1 ? 'is' : 'are'} open until that is mended`;

/** A container by its name: its finding says which mount; the node's own by the storage on it. */
function mountWho(
  { subject, vmid, about }: ReportedFinding,
  guests: readonly ProblemGuest[],
  facts: ProblemFacts,
): string {
  const guest = guests.find((one) => one.vmid === vmid);
  if (guest !== undefined && subject.id.startsWith(`${guest.vmid}:`)) return labelOf(guest, facts.guests !== null);
  const storeid = facts.mounts.find((row) => row.vmid === null && row.target === subject.id)?.storeid ?? about;
  return storeid === undefined ? subject.id : `Storage ${storeid}`;
}

/** What a server takes with it when it is away: mounts, storages, guests, backup jobs. */
function serverWords({ cause }: CausedFindings, guests: readonly ProblemGuest[], { mounts }: ProblemFacts): Words {
  const rows = mounts.filter(
    (row) => hostOf(row) === cause.name && (row.status === 'stale' || row.status === 'missing'),
  );
  const protocol = rows.some(({ fstype }) => fstype.startsWith('nfs')) ? 'NFS' : 'SMB';
  const storeids = new Set(rows.flatMap(({ storages }) => storages));
  const jobs = [...new Set(rows.flatMap(({ backupJobs }) => backupJobs))].sort();
  const isSilent = rows.some(({ serverAnswers }) => serverAnswers === false);
  const parts = [
    counted(rows.length, 'mount'),
    ...(storeids.size === 0 ? [] : [counted(storeids.size, 'storage')]),
    ...(guests.length === 0 ? [] : [counted(guests.length, 'guest')]),
    ...(jobs.length === 0 ? [] : [`backup job${jobs.length === 1 ? '' : 's'} ${listed(jobs, 3)}`]),
  ];
  return {
    who: `${protocol} server ${cause.name}`,
    what: `${isSilent ? 'does not answer' : 'fails'}: ${parts.join(', ')}`,
  };
}

/** The step of the worst finding; of equals, that of one which pve-doctor can repair. */
export function nextStepOf({ findings }: CausedFindings): NextStep {
  const [head] = findings;
  if (head.repair.offered) {
    const scope = head.vmid === null ? ['--', head.subject.id] : ['--vmid', String(head.vmid)];
    return {
      text: 'Keeps the data, can be undone.',
      command: printed(cleans(...scope), null),
      repairable: true,
    };
  }
  return { text: head.remedy.text, command: head.remedy.commands[0] ?? null, repairable: false };
}
