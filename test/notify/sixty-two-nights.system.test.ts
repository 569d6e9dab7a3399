import { copyFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Policy } from '../../src/model/config/config.ts';
import type { ReportedFinding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report/report.ts';
import { tellChannels } from '../../src/notify/tell.ts';
import { problemsOf } from '../../src/problems/problems.ts';
import { openChannels } from '../../src/store/channels.ts';
import { keepRun } from '../../src/store/history.ts';
import { historyFileIn } from '../../src/store/history-file.ts';
import type { RunMark } from '../../src/store/run-mark.ts';
import { healthyMount } from '../data/sample-mounts.ts';
import { BLIND, found, report } from '../store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../store/scratch.ts';
import { clientFor } from './recording-client.ts';
import { sendmail } from './samples.ts';

afterAll(removeScratch);

const FULL = '/mnt/pve/nas';
const onNas = { subject: { kind: 'mount', id: FULL }, vmid: null } as const;
const disk = (vmid: number) =>
  ({ vmid, guests: [vmid], subject: { kind: 'device', id: `san-vm--${vmid}--disk--0` } }) as const;

type Wrong = 'orphan' | 'inactive' | 'ghost' | 'full' | 'hangs';

/** What may be wrong with the node in a night. */
const WRONGS: Readonly<Record<Wrong, ReportedFinding>> = {
  orphan: { ...found('DM010', ''), ...disk(102), headline: 'left vm-102-disk-0 active' },
  inactive: {
    ...found('DM011', '', 'notice'),
    ...{ vmid: 102, guests: [102] },
    subject: { kind: 'volume', id: 'san/vm-102-disk-0' },
    ...{ headline: 'has an unused volume' },
  },
  ghost: { ...found('DM010', '', 'critical'), ...disk(169), headline: 'cannot start' },
  full: { ...found('MNT001', '', 'warning'), ...onNas, code: 'MNT005', headline: 'is 97 % full' },
  hangs: { ...found('MNT001', '', 'critical'), ...onNas, headline: 'does not answer' },
};

interface Night {
  /** In words, for whoever reads this table. */
  readonly wrong?: readonly Wrong[];
  readonly happens?:
    | 'server is down'
    | 'server refuses'
    | 'killed after sending'
    | 'blind'
    | 'history removed'
    | 'history restored';
  /** How full the share is. */
  readonly percent?: number;
  /** The subject that the admin reads; nothing where no message comes. */
  readonly says?: RegExp;
}

const night = (wrong: readonly Wrong[], rest: Omit<Night, 'wrong'> = {}): Night => ({ wrong, ...rest });
const quiet = (count: number, wrong: readonly Wrong[] = []): readonly Night[] =>
  Array.from({ length: count }, () => night(wrong));

function reportOf({ wrong = [], happens, percent = 50 }: Night, at: number): Report {
  const isBlind = happens === 'blind';
  const findings = wrong.filter((one) => !isBlind || one === 'full' || one === 'hangs').map((one) => WRONGS[one]);
  const critical = findings.filter(({ severity }) => severity === 'critical').length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const base = report({
    takenAt: new Date(Date.UTC(2026, 9, 1, 2, 10) + at * 86_400_000).toISOString(),
    ...{ findings, outcomes: isBlind ? { DM010: BLIND } : {} },
    status: critical > 0 ? 'critical' : isBlind ? 'unknown' : warnings > 0 ? 'warning' : 'healthy',
  });
  const hangs = wrong.includes('hangs');
  const usedPercent = hangs ? null : percent;
  const mounts = [
    {
      ...{ ...healthyMount, source: '10.9.0.2:/a', target: FULL, usedPercent, usedInodesPercent: null },
      status: hangs ? 'stale' : 'ok',
    } as const,
  ];
  return {
    ...base,
    mounts,
    checks: [...base.checks, { code: 'MNT005', title: '', outcome: 'clean', findings: 0, because: '' }],
    problems: problemsOf({
      findings,
      mounts,
      guests: [{ vmid: 169, name: 'db', type: 'qemu', node: 'pve1', state: 'stopped' }],
      unjudged: [],
    }),
    summary: { ...base.summary, critical, warnings, notices: findings.length - critical - warnings },
  };
}

/** The nights one after the other on one node; answers what came in each, by its subject. */
async function live(nights: readonly Night[], policy: Policy) {
  const path = scratchDirectory();
  const channel = sendmail({ name: 'admins', policy });
  const settings = {
    digestAt: '07:00',
    otherwise: 'root',
    cluster: 'one',
    remindDays: 7,
    healthyDays: 30,
    channels: [channel],
  } as const;
  const ids = new Set<string>();
  let last: RunMark | null = null;
  const came: (readonly string[])[] = [];
  for (const [at, one] of nights.entries()) {
    if (at === 1) copyFileSync(historyFileIn(path), `${path}/backup`);
    if (one.happens === 'history removed') rmSync(historyFileIn(path));
    if (one.happens === 'history restored') copyFileSync(`${path}/backup`, historyFileIn(path));
    const seen = reportOf(one, at);
    const kept = keepRun({ path, keepDays: 400, isSent: true, last }, seen);
    if (!kept.kept) throw new Error(kept.because);
    last = { uuid: kept.uuid, takenAt: seen.takenAt };
    const subjects: string[] = [];
    const deliver = async (cause: 'run' | 'retry', minutes: number, isKilled: boolean) => {
      const clock = new Date(Date.parse(seen.takenAt) + minutes * 60_000);
      const store = openChannels(path, clock.toISOString());
      const down = one.happens === 'server is down' ? 75 : one.happens === 'server refuses' ? 67 : 0;
      await tellChannels(
        // Who is killed after the server took it never writes that down.
        isKilled ? { ...store, save: (name, record) => record.waiting !== null && store.save(name, record) } : store,
        {
          ...{ settings, cause },
          limits: { beginUntilMs: 1e9, endMs: 1e9 },
          sending: {
            now: () => clock,
            elapsedMs: () => 0,
            pause: (ms) => (ms > 1e8 ? new Promise(() => undefined) : Promise.resolve()),
            client: clientFor(down, ({ messageId, subject }) => {
              if (!ids.has(messageId)) subjects.push(subject);
              ids.add(messageId);
            }),
          },
        },
      );
      store.close();
    };
    await deliver('run', 1, one.happens === 'killed after sending');
    await deliver('retry', 16, false);
    await deliver('retry', 31, false);
    came.push(subjects);
  }
  return came;
}

const NIGHTS: readonly Night[] = [
  // 1: nothing to tell.
  ...quiet(3),
  // 4: a leftover comes, and stands.
  night(['orphan'], { says: /^\[WARNING\] pve1: Guest 102 .*left vm-102-disk-0 active \(new\)/ }),
  ...quiet(3, ['orphan']),
  // 8: the server refuses for good while something critical comes; then it is down; then it takes all of it at once.
  night(['orphan', 'ghost'], { happens: 'server refuses' }),
  night(['orphan', 'ghost'], { happens: 'server is down' }),
  night(['orphan', 'ghost'], { happens: 'server is down' }),
  night(['orphan', 'ghost'], { says: /^\[CRITICAL\] pve1: VM 169 \(db\) cannot start \(new\); 1 still there/ }),
  ...quiet(6, ['orphan', 'ghost']),
  // 18: a week later the critical one is repeated.
  night(['orphan', 'ghost'], { says: /^\[CRITICAL\] pve1: still: VM 169 \(db\) cannot start/ }),
  // 19: what came and went while the server was down was never told, so nothing is resolved of it.
  night(['orphan', 'ghost', 'hangs'], { happens: 'server is down' }),
  ...quiet(2, ['orphan', 'ghost']),
  // 22: repaired.
  night(['orphan'], { says: /^\[WARNING\] pve1: resolved: VM 169 \(db\) cannot start/ }),
  // 23: after a reboot the same volume is merely inactive: milder, not resolved.
  night(['inactive'], { says: /^\[OK\] pve1: .*1 notice/ }),
  ...quiet(2, ['inactive']),
  // 26: it is full; then its server hangs: full is unseen, not resolved; and it is not new when it answers again.
  night(['full'], { percent: 97, says: /^\[WARNING\] pve1: .*is 97 % full \(new\)/ }),
  night(['hangs'], { says: /^\[CRITICAL\] pve1: .*does not answer \(worse\)/ }),
  night(['full'], { percent: 97, says: /^\[WARNING\] pve1: .*is 97 % full \(milder\)/ }),
  // 29: a hair below the threshold, and back.
  night([], { percent: 96.9 }),
  night(['full'], { percent: 97 }),
  night([], { percent: 96.9 }),
  night([], { percent: 60, says: /^\[OK\] pve1: resolved: .*is 97 % full/ }),
  ...quiet(7),
  // 40: killed after the server took it: the same message comes again with the same id.
  night(['ghost'], { happens: 'killed after sending', says: /^\[CRITICAL\] pve1: VM 169 .*\(new\)/ }),
  // 41: LVM hangs: what stood is not resolved, and the subject stays critical.
  night(['ghost'], {
    happens: 'blind',
    says: /^\[CRITICAL\] pve1: cannot be seen now: VM 169 .*1 check could not be judged/,
  }),
  night(['ghost'], { happens: 'blind' }),
  night(['ghost'], { says: /^\[CRITICAL\] pve1: can be looked at again: .*1 still there/ }),
  // 44: it comes and goes: said once.
  night([], { says: /^\[OK\] pve1: resolved: VM 169/ }),
  night(['ghost'], { says: /VM 169 .*\(comes and goes\)/ }),
  ...[[], ['ghost'], [], ['ghost'], []].map((wrong) => night(wrong as readonly Wrong[])),
  ...quiet(1),
  night([], { says: /^\[OK\] pve1: resolved: VM 169/ }),
  // 53: the history is removed: it says so, and does not pretend a first report.
  night([], { happens: 'history removed', says: /^\[OK\] pve1/ }),
  ...quiet(2),
  // 56: and put back from a backup of the first night.
  night(['orphan'], { happens: 'history restored', says: /Guest 102 .*\(new\)/ }),
  ...quiet(5, ['orphan']),
  night([], { says: /^\[OK\] pve1: resolved: Guest 102/ }),
];

describe('sixty-two nights', () => {
  it('are sixty-two, and in each comes what its reader would want', async () => {
    expect(NIGHTS).toHaveLength(62);
    const came = await live(NIGHTS, 'on-change');
    const wrong = NIGHTS.flatMap(({ says }, at) => {
      const subjects = came[at] ?? [];
      const right = says === undefined ? subjects.length === 0 : subjects.length === 1 && says.test(subjects[0] ?? '');
      return right ? [] : [{ night: at + 1, wanted: String(says ?? 'nothing'), subjects }];
    });
    expect(wrong).toEqual([]);
  });

  it('are as many digests, one after each hour, and none is lost to a server that is down', async () => {
    const came = await live(NIGHTS.slice(0, 12), 'daily-digest');
    expect(came.map((subjects) => subjects.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1]);
  });

  it('say a month of health', async () => {
    const came = await live(quiet(35), 'on-change');
    expect(came.flatMap((subjects, at) => (subjects.length > 0 ? [at] : []))).toEqual([30]);
  });
});
