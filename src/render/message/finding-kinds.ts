import type { Finding } from '../../model/finding.ts';
import { counted } from '../counted.ts';

type Kind = readonly [one: string, many: string];

const kind = (one: string, many = `${one}s`): Kind => [one, many];

const DUPLICATE = kind('duplicate');
const ORPHAN = kind('orphan');

/** What a finding is called where there is room for a word or two; a test holds one for every check. */
export const FINDING_KINDS: Readonly<Record<string, Kind>> = {
  DM001: DUPLICATE,
  DM002: DUPLICATE,
  DM010: ORPHAN,
  DM011: ORPHAN,
  DM012: ORPHAN,
  DM013: kind('ghost'),
  DM020: kind('stale table'),
  DM030: kind('suspended device'),
  DM031: kind('failed device'),
  DM040: kind('held volume'),
  DM050: kind('volume group with autoactivation', 'volume groups with autoactivation'),
  LV001: kind('unreferenced volume'),
  LV010: kind('full thin pool'),
  ID001: kind('VMID with leftovers', 'VMIDs with leftovers'),
  MNT001: kind('stale mount'),
  MNT002: kind('read-only mount'),
  MNT003: kind('missing mount'),
  MNT004: kind('mount with data beneath', 'mounts with data beneath'),
  MNT005: kind('full mount'),
  MNT006: kind('mount with stuck processes', 'mounts with stuck processes'),
  MNT010: kind('storage configuration'),
  CT001: kind('stale mount in a container', 'stale mounts in containers'),
  CT002: kind('read-only mount in a container', 'read-only mounts in containers'),
  CT003: kind('missing mount in a container', 'missing mounts in containers'),
  CT004: kind('container that sees a bare directory', 'containers that see a bare directory'),
  CT005: kind('full file system in a container', 'full file systems in containers'),
  NODE001: kind('unreadable cluster configuration'),
  NODE002: kind('failed command'),
};

const ORDER = ['critical', 'warning', 'notice'] as const;

type Counted = Pick<Finding, 'code' | 'severity'>;

/** `2 duplicates, 1 ghost, 4 orphans`: the worst first, at most `most` kinds. */
export function countKinds(findings: readonly Counted[], most = Number.POSITIVE_INFINITY): string {
  const counts = new Map<Kind, number>();
  const other = kind('other finding');
  for (const severity of ORDER) {
    for (const finding of findings.filter((one) => one.severity === severity)) {
      const of = FINDING_KINDS[finding.code] ?? other;
      counts.set(of, (counts.get(of) ?? 0) + 1);
    }
  }
  const all = [...counts];
  const hidden = all.slice(most).reduce((sum, [, count]) => sum + count, 0);
  const shown = all.slice(0, most).map(([[one, many], count]) => counted(count, one, many));
  return [...shown, ...(hidden === 0 ? [] : [`${hidden} more`])].join(', ');
}
