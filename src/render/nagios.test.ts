import { describe, expect, it } from 'vitest';
import { withList } from '../../test/data/not-judged.ts';
import { healthyMount } from '../../test/data/sample-mounts.ts';
import { healthyReport, orphan, troubledReport, unknownReport } from '../../test/data/sample-report.ts';
import type { Report } from '../model/report/report.ts';
import { problemsOf } from '../problems/problems.ts';
import { renderCheckmk } from './checkmk.ts';
import { renderNagios } from './nagios.ts';
import { cut, plainNumber, pluginText } from './plugin-summary.ts';
import { unambiguous } from './printable.ts';

const lines = (report: Report) => renderNagios(report).trimEnd().split('\n');

describe('a plugin output', () => {
  it('is one line and the node where nothing is wrong', () => {
    const [first = '', ...rest] = lines({ ...healthyReport, mounts: [] });
    expect(first).toMatch(/^STORAGE OK - nothing at or above warning, 2 checks examined \| 'score'=100;;;0;100 /);
    expect(rest).toEqual(['node pve1, grade A+']);
  });

  it('says how much and what is worst, then everything, most urgent first', () => {
    const [first = '', ...rest] = lines(troubledReport);
    expect(first).toMatch(
      /^STORAGE CRITICAL - 1 critical, 1 warning, 1 check could not be judged: DM001 VM 169 \(production-database\), running, has /,
    );
    expect(rest.map((line) => line.split(':')[0])).toEqual([
      'CRITICAL DM001',
      'UNKNOWN DM020',
      'WARNING DM010',
      'NOTICE LV001',
      "node pve1, grade F | '/mnt/pve/backup'=71%;;;0;100",
    ]);
  });

  it('names why nothing could be judged, and leaves out what is not known', () => {
    const [first = ''] = lines(unknownReport);
    expect(first).toMatch(/^STORAGE UNKNOWN - 2 checks could not be judged: DM010 \/etc\/pve is not mounted \| /);
    expect(first).not.toMatch(/score|guests/);
  });

  it('says how many problems it leaves out', () => {
    const findings = Array.from({ length: 500 }, (_, at) => orphan(1000 + at));
    const problems = problemsOf({ findings, mounts: [], guests: [], unjudged: [] });
    const all = lines({ ...troubledReport, problems });
    const left = /^and (\d+) more: run pve-doctor check on the node$/.exec(all.at(-2) ?? '')?.[1];
    // The first line, the one that could not be judged, the one that counts, and the node.
    expect(Number(left)).toBe(500 - (all.length - 4));
    expect(Buffer.byteLength(all.join('\n'))).toBeLessThan(8192);
  });

  it('gives each mount a label without quotes, blanks or equals signs, once', () => {
    const targets = ['/mnt/a b', '/mnt/a=b', "/mnt/it's", '/mnt/ä'];
    const mounts = targets.map((target) => ({ ...healthyMount, target }));
    expect(lines({ ...healthyReport, mounts }).at(-1)).toBe(
      "node pve1, grade A+ | '/mnt/a_b'=71%;;;0;100 '/mnt/it_s'=71%;;;0;100 '/mnt/_'=71%;;;0;100",
    );
  });
});

describe('a Checkmk local check', () => {
  it('has one service for storage and one for mounts, each with its own state', () => {
    expect(renderCheckmk(unknownReport)).toMatch(/^3 "PVE-Doctor storage" \S+ 2 checks could not be judged: [^\n]*\n$/);
    const mixed: Report = withList({
      ...healthyReport,
      checks: [
        ...healthyReport.checks,
        { code: 'MNT001', title: 'x', outcome: 'unknown', findings: 0, because: 'a\\nb' },
      ],
    });
    const [storage = '', mounts = ''] = renderCheckmk(mixed).split('\n');
    expect(storage).toMatch(/^0 "PVE-Doctor storage" \S+ nothing at or above warning, 2 checks examined$/);
    expect(mounts).toMatch(
      /^3 "PVE-Doctor mounts" \S+ 1 check could not be judged: MNT001 a\\x5cnb\\nUNKNOWN MNT001: /,
    );
  });

  it('is unknown where no check was examined', () => {
    expect(renderCheckmk({ ...healthyReport, checks: [] })).toBe('3 "PVE-Doctor storage" - no check was examined\n');
  });
});

describe('text of others', () => {
  it('is told apart whatever it is written with', () => {
    const texts = ['a\nb', 'a\\nb', 'a\\x0ab', 'a\\x5cx0ab', 'a\u202eb', 'a\\u202eb'];
    expect(new Set(texts.map(unambiguous)).size).toBe(texts.length);
  });

  it('acts on no shell and no web page', () => {
    expect(pluginText('$(reboot) `x` <b>&amp;</b> a|b; "q" \\')).toBe(
      "\\x24(reboot) \\x60x\\x60 \\x3cb\\x3e\\x26amp\\x3b\\x3c/b\\x3e a\\x7cb\\x3b 'q' \\x5c",
    );
  });

  it('is cut between characters, by bytes', () => {
    expect(cut('äöü', 6)).toBe('äöü');
    expect(cut('äöüß', 7)).toBe('äö...');
    expect(cut('😀😀😀', 8)).toBe('😀...');
  });

  it('has numbers without an exponent', () => {
    expect([0.1 + 0.2, 5e-324, 12, -0.5, 1e21, null].map(plainNumber)).toEqual(['0.3', '0', '12', '-0.5', null, null]);
  });
});
