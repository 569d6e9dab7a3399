import type { ReportedFinding, Severity } from '../../src/model/finding.ts';
import type { CheckResult, Report, ReportedEntry, ReportedGuest } from '../../src/model/report/report.ts';
import { problemsOf } from '../../src/problems/problems.ts';
import { findingsOf, ofCode } from './large-findings.ts';
import { historyOf } from './large-history.ts';
import { mountsOf } from './large-mounts.ts';
import { dmName, FIRST_VMID, makeChance, ROLES, times, volume } from './made-up-numbers.ts';
import { healthyReport, troubledReport } from './sample-report.ts';

/** How much of everything a made-up report holds. */
export interface Amounts {
  readonly guests: number;
  readonly findings: number;
  readonly mounts: number;
  /** Kept runs, and whether there is a history at all: 0 is a report without one. */
  readonly runs: number;
}

export const LARGE: Amounts = { guests: 1000, findings: 300, mounts: 60, runs: 90 };

function guestsOf(count: number, findings: readonly ReportedFinding[]): readonly ReportedGuest[] {
  const chance = makeChance();
  const named = Map.groupBy(findings, ({ vmid }) => vmid ?? 0);
  return times(count, (at) => {
    const vmid = FIRST_VMID + at;
    const own = named.get(vmid) ?? [];
    const duplicates = ofCode(own, 'DM001').length;
    const orphans = ofCode(own, 'DM012').length;
    return {
      vmid,
      name: `${ROLES[at % ROLES.length]}-${at}`,
      type: at % 4 === 1 ? 'lxc' : 'qemu',
      status: chance(3) === 0 ? 'stopped' : 'running',
      template: at % 97 === 96,
      lock: at % 53 === 52 ? 'backup' : '',
      duplicates,
      orphans,
      otherFindings: own.length - duplicates - orphans,
    };
  });
}

function entriesOf(guests: readonly ReportedGuest[], findings: readonly ReportedFinding[]): readonly ReportedEntry[] {
  const [valid] = healthyReport.entries;
  const [, extra, left] = troubledReport.entries;
  if (valid === undefined || extra === undefined || left === undefined) return [];
  const own = guests.map(({ vmid, status }): ReportedEntry => {
    const running = status === 'running';
    const ids = { name: dmName(vmid), vmid, lvName: volume(vmid), minor: vmid };
    const use = { inUse: running ? 'yes' : 'no', openCount: running ? 1 : 0, idle: !running } as const;
    return {
      ...valid,
      ...ids,
      ...use,
      holders: running ? [{ kind: 'process', pid: 4000 + vmid, command: 'kvm', user: 'root', vmid }] : [],
    };
  });
  const named = ofCode(findings, 'DM001', 'DM010', 'DM012').map(
    ({ code, subject, vmid }, at): ReportedEntry => ({
      ...(code === 'DM001' ? extra : left),
      ...{ name: subject.id, minor: 2000 + at, vmid: vmid ?? 0, lvName: volume(vmid ?? 0), findings: [code] },
    }),
  );
  return [...own, ...named];
}

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'notice'];

/** Each code of the findings, and one check of every other outcome. */
function checksOf(findings: readonly ReportedFinding[]): readonly CheckResult[] {
  const found = [...Map.groupBy(findings, ({ code }) => code)].map(
    ([code, own]): CheckResult => ({
      code,
      title: `made-up check ${code}`,
      outcome: 'found',
      findings: own.length,
      because: '',
    }),
  );
  const others = troubledReport.checks.filter(({ outcome }) => outcome !== 'found' && outcome !== 'clean');
  const clean: CheckResult = { code: 'DM030', title: 'suspended device', outcome: 'clean', findings: 0, because: '' };
  return [...found, clean, ...others];
}

const SECTIONS = [
  ...[
    'host',
    'deviceMapper',
    'cluster',
    'activity',
    'running',
    'storage',
    'datacenter',
    'guests',
    'blockDevices',
    'lvm',
  ],
  ...[
    'thinPools',
    'usage',
    'mounts',
    'containers',
    'expectedMounts',
    'mountProbes',
    'stuckProcesses',
    'backupJobs',
    'fileSystems',
    'zfsPools',
  ],
];

/** A report of any size, whose numbers fit each other. Test data only. */
export function makeReport(amounts: Amounts): Report {
  const mounts = mountsOf(amounts.mounts);
  const findings = findingsOf(amounts, mounts).toSorted(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  );
  const guests = guestsOf(amounts.guests, findings);
  const entries = entriesOf(guests, findings);
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const classes = (name: ReportedEntry['class']) => entries.filter((entry) => entry.class === name).length;
  const report: Report = {
    ...troubledReport,
    problems: problemsOf({
      ...{ findings, mounts, unjudged: [] },
      guests: guests.map(({ vmid, name, type, status: state }) => ({ vmid, name, type, node: 'pve1', state })),
    }),
    ...{ grade: 'F', score: 0, checks: checksOf(findings), findings, guests, entries, mounts, history: null },
    sections: SECTIONS.map((name, at) => ({ name, state: 'known', durationMs: 12 + 37 * at, because: '' })),
    leftovers: ofCode(findings, 'DM010').map(({ vmid, subject }) => ({
      ...{ vmid: vmid ?? 0, entries: [subject.id], volumes: [`pve/${volume(vmid ?? 0)}`], bytes: 8_388_608 },
    })),
    summary: {
      ...{
        totalEntries: entries.length,
        valid: classes('valid'),
        duplicates: classes('duplicate'),
        orphans: classes('orphan'),
      },
      ...{ busy: 0, notJudged: 0, inUse: entries.filter(({ inUse }) => inUse === 'yes').length },
      idle: entries.filter(({ idle }) => idle === true).length,
      ...{
        totalIssues: findings.length,
        critical: count('critical'),
        warnings: count('warning'),
        notices: count('notice'),
      },
      ...{ guests: guests.length, runningGuests: guests.filter(({ status }) => status === 'running').length },
    },
  };
  return { ...report, history: historyOf(amounts.runs, report) };
}

export const largeReport: Report = makeReport(LARGE);
