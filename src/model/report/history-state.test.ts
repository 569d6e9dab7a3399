import { describe, expect, it } from 'vitest';
import { leftOut } from '../../../test/data/not-judged.ts';
import { healthyMount } from '../../../test/data/sample-mounts.ts';
import { BLIND, found, night, report, type Seen } from '../../../test/store/past-reports.ts';
import { problemsOf } from '../../problems/problems.ts';
import type { CheckCode, ReportedFinding } from '../finding.ts';
import type { MountRow } from '../mounts/judged-mounts.ts';
import { changeBetween } from '../notify/change.ts';
import { graded } from './grade.ts';
import { type HistoryState, lookOf, updateHistory } from './history-state.ts';
import type { Report } from './report.ts';

const FULL = '/mnt/pve/nas';
const row = (over: Partial<MountRow> = {}): MountRow => ({
  ...healthyMount,
  ...{ source: '10.9.0.2:/a', target: FULL, usedPercent: 85.1, usedInodesPercent: 1, ...over },
});
const onMount = (code: CheckCode, id = FULL): ReportedFinding => ({
  ...found(code, id),
  ...{ subject: { kind: 'mount', id }, vmid: /^\d+:/.test(id) ? Number.parseInt(id, 10) : null },
});

/** A report whose problems are grouped with its mounts. */
const seen = (what: Seen, over: Partial<Report> = {}): Report => {
  const base = report(what);
  const codes: readonly CheckCode[] = ['LV001', 'MNT005', 'CT005'];
  const checks = codes.map((code) => ({ code, title: '', outcome: 'clean', findings: 0, because: '' }) as const);
  const made = { ...base, checks: [...base.checks, ...checks], ...over };
  return {
    ...made,
    problems: problemsOf({ findings: made.findings, mounts: made.mounts, guests: null, unjudged: [] }),
  };
};

/** What each run says, one after the other. */
function nights(...runs: readonly Report[]) {
  let before: HistoryState | null = null;
  return runs.map((run) => {
    const { state: picture, standing, resolved, unseen: notJudged } = updateHistory(before, lookOf(run));
    const change = changeBetween(before, picture, run);
    before = picture;
    const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).join(' ');
    return {
      news: ids(standing.filter(({ isNew }) => isNew)),
      resolved: ids(resolved),
      unseen: ids(notJudged),
      picture,
      change,
    };
  });
}

describe('a problem over several nights', () => {
  it('is not resolved where its mount hangs, nor new when that answers again', () => {
    const full = { findings: [onMount('MNT005')] };
    const [, hung, back] = nights(
      seen({ takenAt: night(1), ...full }, { mounts: [row()] }),
      seen({ takenAt: night(2), listed: [leftOut('away', { subject: { kind: 'mount', id: FULL } })] }),
      seen({ takenAt: night(3), ...full }, { mounts: [row()] }),
    );
    expect(hung).toMatchObject({ resolved: '', unseen: 'mount:/mnt/pve/nas' });
    expect(back).toMatchObject({ news: '', resolved: '' });
  });

  it('is not resolved because its container is stopped for a backup', () => {
    const target = '101:/srv';
    const guests = (status: 'running' | 'stopped') => [
      { ...({} as Report['guests'][number]), vmid: 101, name: 'web', status },
    ];
    const inside = row({ vmid: 101, target: '/srv' });
    const [, stopped, runs] = nights(
      seen({ findings: [onMount('CT005', target)] }, { mounts: [inside], guests: guests('running') }),
      seen({ listed: [leftOut('away', { codes: ['CT005'], vmids: [101] })] }, { guests: guests('stopped') }),
      seen({}, { guests: guests('running') }),
    );
    expect(stopped).toMatchObject({ resolved: '', unseen: `mount:${target}` });
    expect(runs).toMatchObject({ resolved: `mount:${target}` });
  });

  it('that goes on under another code is changed, not resolved and new', () => {
    const active = { ...found('DM010', 'san-vm--102--disk--0'), vmid: 102 };
    const inactive = {
      ...found('LV001', 'san/vm-102-disk-0', 'notice'),
      ...{ vmid: 102, subject: { kind: 'volume', id: 'san/vm-102-disk-0' } as const },
    };
    const [, after] = nights(seen({ findings: [active] }), seen({ findings: [inactive] }));
    expect(after).toMatchObject({ news: '', resolved: '' });
    expect(after?.change).toMatchObject({ fresh: [], resolved: [], changed: [{ how: 'better' }] });
  });

  it('that its server takes with it, and gives back, is neither resolved nor new', () => {
    const stale = (target: string) => row({ target, source: `10.9.0.2:${target}`, status: 'stale', fstype: 'nfs4' });
    const both = seen(
      { findings: ['/a', '/b'].map((id) => onMount('MNT001', id)) },
      { mounts: [stale('/a'), stale('/b')] },
    );
    const one = seen(
      { findings: [onMount('MNT001', '/b')] },
      { mounts: [row({ target: '/a', source: '10.9.0.2:/a' }), stale('/b')] },
    );
    const [, less, again] = nights(both, one, both);
    expect(less).toMatchObject({ news: '', resolved: '' });
    expect(again).toMatchObject({ news: '', resolved: '' });
  });

  it('keeps its severity, and its grade, while it cannot be seen', () => {
    const [, blind] = nights(
      seen({ findings: [found('DM010', 'a', 'critical')] }),
      seen({ outcomes: { DM010: BLIND }, status: 'unknown' }),
    );
    const unseen = blind?.picture.problems ?? [];
    expect(graded(report({ outcomes: { DM010: BLIND }, status: 'unknown' }), unseen)).toMatchObject({
      ...{ status: 'critical', exitCode: 2, grade: 'F', score: 80 },
    });
    expect(blind?.change).toMatchObject({ resolved: [], notJudged: [{ severity: 'critical' }] });
    expect(blind?.change.sight.lost).toEqual(['check DM010']);
  });

  it('at its threshold is told once: a hair below is not resolved', () => {
    const at = (day: number, percent: number) =>
      seen(
        { takenAt: night(day), findings: percent >= 85 ? [onMount('MNT005')] : [] },
        { mounts: [row({ usedPercent: percent })] },
      );
    const told = nights(at(1, 85.1), at(2, 84.9), at(3, 85.1), at(4, 84.9), at(5, 85.2), at(6, 84.8), at(7, 70));
    expect(
      told.map(({ news, resolved, change }) => [news, resolved, change.fresh.length, change.resolved.length]),
    ).toEqual([
      ['mount:/mnt/pve/nas', '', 1, 0],
      ...Array.from({ length: 5 }, () => ['', '', 0, 0]),
      ['', 'mount:/mnt/pve/nas', 0, 1],
    ]);
    expect(told.flatMap(({ change }) => change.flapping)).toEqual([]);
  });

  it('that comes and goes is said to, once, and is over when it stays away', () => {
    const A = { findings: [found('DM010', 'a')] };
    const is = (there: boolean, day: number) => seen({ takenAt: night(day), ...(there ? A : {}) });
    const told = nights(
      ...[true, false, true, false, true, false, false, false, false].map((there, at) => is(there, at + 1)),
    );
    expect(
      told.map(({ change }) => [change.fresh, change.flapping, change.resolved].map((list) => list.length)),
    ).toEqual([[1, 0, 0], [0, 0, 1], [0, 1, 0], ...Array.from({ length: 4 }, () => [0, 0, 0]), [0, 0, 1], [0, 0, 0]]);
  });
});
