import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { looks } from '../../../test/data/commands.ts';
import { goldenReports } from '../../../test/data/golden-reports.ts';
import { changeSince, firstChange } from '../../../test/data/hostile-texts.ts';
import { largeReport } from '../../../test/data/large-report.ts';
import { elementsOf, textOf } from '../../../test/data/parsed-html.ts';
import { healthyReport, orphan, troubledReport, unknownReport } from '../../../test/data/sample-report.ts';
import type { Report } from '../../model/report/report.ts';
import type { PastProblem } from '../../model/report/report-history.ts';
import { problemsOf } from '../../problems/problems.ts';
import { bytesOf } from '../message/clip.ts';
import { newsOf } from '../message/news.ts';
import { mailHtml } from './mail-html.ts';
import { mailText } from './mail-text.ts';

const news = (report: Report, change = firstChange(report)) => newsOf(report, change, 'report');
const html = (report: Report, change = firstChange(report)): string => mailHtml(news(report, change));
const text = (report: Report, change = firstChange(report)): string => mailText(news(report, change));

/** What a person reads, the blanks as one. */
const unambiguous = (words: string): string => words.replace(/\s+/g, ' ').replace(/ ([,:])/g, '$1');

const past: readonly PastProblem[] = troubledReport.history?.resolved ?? [];

describe.each([
  [
    'in HTML',
    (report: Report, change = firstChange(report)) => unambiguous(textOf(parse(html(report, change)))).trim(),
  ],
  ['in plain text', (report: Report, change = firstChange(report)) => unambiguous(text(report, change))],
] as const)('the mail %s', (_, read) => {
  it('begins with the guest and the consequence, then node, status and the grade with its reason', () => {
    expect(read(troubledReport, changeSince(troubledReport, 2))).toMatch(
      /^VM 169 \(production-database\) has a second entry for its disk .* \(\+1 new\); .*pve1.*✗ CRITICAL.*grade F: 1 critical problem/,
    );
  });

  it('says what is new with its next step, and what only stands in a line', () => {
    const said = read(troubledReport, changeSince(troubledReport, 1));
    const [fresh, standing] = troubledReport.problems;
    expect(said).toMatch(/new.*VM 169.*DM001.*still there.*Guest 119/i);
    expect(said).toContain(fresh?.next.command?.line);
    expect(said).toContain(unambiguous(fresh?.next.text ?? ''));
    expect(said).not.toContain(standing?.next.command?.line ?? 'none');
  });

  it('says what is worse, what comes and goes, what is resolved, and what cannot be seen', () => {
    const [problem] = troubledReport.problems;
    const changed = problem === undefined ? [] : past.map((before) => ({ problem, how: 'worse' as const, before }));
    const said = read(
      troubledReport,
      changeSince(troubledReport, 0, {
        ...{ changed, flapping: past.map((one) => ({ problem: one, moves: 5 })), notJudged: past },
        sight: { lost: ['mount /mnt/pve/nas'], regained: ['check DM010'] },
      }),
    );
    for (const words of [
      '(worse: warning before)',
      '(came or went 5 times in a week; no more of it until it settles)',
      '? mount /mnt/pve/nas',
      '(last seen 2026-11-19, not known to be resolved)',
      '? lvm fullreport: timed out after 10 s (DM020)',
      '✓ VM 121 (mail) is active here, and lives on node pve2 (warning since 2026-11-17)',
      '✓ check DM010',
    ]) {
      expect(said).toContain(words);
    }
  });

  it('calls nothing new for somebody who was told nothing before', () => {
    expect(read(troubledReport)).not.toMatch(/\bnew\b/i);
    expect(read(troubledReport)).toMatch(/found ✗/i);
  });

  it('says since when a problem stands', () => {
    const [problem] = troubledReport.problems;
    const since = { id: problem?.id ?? '', since: '2026-10-02T02:00:00Z', isNew: false };
    const history = troubledReport.history === null ? null : { ...troubledReport.history, problems: [since] };
    expect(read({ ...troubledReport, history }, changeSince(troubledReport, 0))).toContain('(since 2026-10-02)');
  });

  it('never sounds like health where something could not be judged', () => {
    const said = read(unknownReport);
    expect(said).toMatch(/^2 checks could not be judged/);
    expect(said).toContain('? UNKNOWN');
    expect(said).toContain('no grade: /etc/pve is not mounted');
    expect(said).toContain('/etc/pve is not mounted (DM010, DM012)');
    expect(said).not.toContain('No problems');
  });

  it('says of a healthy node that there are no problems, and what was looked at', () => {
    const said = read(healthyReport);
    expect(said).toMatch(/^No problems .*✓ HEALTHY.*grade A\+: no problems/);
    expect(said).toContain('No problems: 1 active guest volume, 2 guests (1 running)');
    expect(said).not.toMatch(/found|next:/i);
  });

  it('folds many of a kind into one line', () => {
    const findings = Array.from({ length: 9 }, (_, at) => orphan(119 + at));
    const report = {
      ...troubledReport,
      findings,
      problems: problemsOf({ findings, mounts: [], guests: [], unjudged: [] }),
    };
    expect(read(report)).toContain('▲ 9 entries of deleted guests: guest 119, guest 120');
  });

  it('gives a command whole or not at all', () => {
    const [problem] = troubledReport.problems;
    const step = (...argv: readonly string[]): Report => ({
      ...troubledReport,
      problems:
        problem === undefined
          ? []
          : [{ ...problem, next: { text: 'Do it.', command: looks(...argv), repairable: false } }],
    });
    expect(read(step('lvchange', '-aln', `pve/${'x'.repeat(100)}`))).toContain(`lvchange -aln pve/${'x'.repeat(100)}`);
    expect(read(step('lvchange', 'x'.repeat(500)))).not.toContain('lvchange x');
  });

  it('says that the history is damaged', () => {
    const history = troubledReport.history === null ? null : { ...troubledReport.history, problem: 'it was restored' };
    expect(read({ ...troubledReport, history })).toContain('history: it was restored');
  });

  it('ends with the next commands, which explain what is new', () => {
    const change = changeSince(troubledReport, 0, { fresh: troubledReport.problems.slice(1, 2) });
    expect(read(troubledReport, change)).toMatch(
      /Repairs: pve-doctor clean --dry-run Evidence and commands: pve-doctor check -v In words: pve-doctor explain DM010 The full report is attached/,
    );
  });
});

describe('the HTML', () => {
  it('of five problems has less than 10 kB', () => {
    const report = goldenReports['example-node'] ?? expect.fail();
    const five = { ...report, problems: report.problems.slice(0, 5) };
    expect(bytesOf(html(five))).toBeLessThan(10_000);
  });

  it('of 300 problems has less than 20 kB', () => {
    expect(bytesOf(html(largeReport, changeSince(largeReport, 150)))).toBeLessThan(20_000);
  });

  it('loads nothing: no image, no script, no font, no link', () => {
    const names = new Set(elementsOf(parse(html(troubledReport))).map(({ tagName }) => tagName));
    for (const name of ['img', 'script', 'link', 'iframe', 'object', 'form', 'svg', 'a']) {
      expect(names).not.toContain(name);
    }
    expect(html(troubledReport)).not.toMatch(/url\(|@import|@font-face|\bsrc=|https?:/);
  });

  it('has its colours inline, so that it keeps them where style sheets are dropped', () => {
    const without = html(troubledReport).replace(/<style[\s\S]*?<\/style>/g, '');
    expect(without).toContain('color:#b3261e');
    expect(without).toContain('background-color:#ffffff');
  });

  it('has a dark form of every class that it colours', () => {
    const page = html(troubledReport, changeSince(troubledReport, 1));
    const [sheet = ''] = /<style[\s\S]*?<\/style>/.exec(page) ?? [];
    const classes = elementsOf(parse(page)).flatMap(({ attrs }) =>
      attrs.filter(({ name }) => name === 'class').map(({ value }) => value),
    );
    expect(new Set(classes).size).toBeGreaterThan(5);
    for (const name of classes) expect(sheet).toContain(`.${name} {`);
  });
});

describe('the plain text', () => {
  it('is wrapped at 76 columns, but for commands that are longer', () => {
    const long = text(largeReport, changeSince(largeReport, 150)).split('\n');
    expect(long.filter((line) => line.length > 76)).toEqual([]);
  });

  it('of 300 problems fits two screens', () => {
    expect(text(largeReport, changeSince(largeReport, 150)).split('\n').length).toBeLessThan(100);
  });
});
