import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { changeSince, firstChange } from '../../../test/data/hostile-texts.ts';
import { largeReport } from '../../../test/data/large-report.ts';
import { elementsOf, textOf } from '../../../test/data/parsed-html.ts';
import {
  duplicate,
  emptyReport,
  healthyReport,
  orphan,
  troubledReport,
  unknownReport,
} from '../../../test/data/sample-report.ts';
import type { ReportedFinding } from '../../model/finding.ts';
import type { Report } from '../../model/report/report.ts';
import { renderMail } from './mail.ts';

const mail = (report: Report, change = firstChange(report)) => renderMail(report, change, 'report');

/** What a person reads, the blanks as one. */
const shown = (html: string): string => textOf(parse(html)).replace(/\s+/g, ' ');
const both = (report: Report, change = firstChange(report)): readonly string[] => {
  const { html, text } = mail(report, change);
  return [shown(html), text.replace(/\s+/g, ' ')];
};

describe.each([
  ['in HTML', 0],
  ['in plain text', 1],
] as const)('the mail %s', (_, form) => {
  const read = (report: Report, change = firstChange(report)): string => both(report, change)[form] ?? '';

  it('begins with node, status, grade and time, and the critical findings stand before all else', () => {
    const text = read(troubledReport);
    const places = [
      'pve1',
      '✗ CRITICAL',
      'F, score 75 of 100',
      '1 critical finding',
      'FINDINGS',
      'SUMMARY TOTAL',
      'SYSTEM MODEL',
    ];
    const found = places.map((place) => text.toUpperCase().indexOf(place.toUpperCase()));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found).not.toContain(-1);
    expect(text).toContain('2026-11-20 02:00:12 UTC');
  });

  it('gives of each finding the impact, whole commands, doubt and whether pve-doctor repairs it', () => {
    const text = read(troubledReport);
    for (const finding of troubledReport.findings) {
      expect(text).toContain(finding.title);
      expect(text).toContain(finding.impact);
      for (const argv of finding.remedy.commands) expect(text).toContain(argv.join(' '));
    }
    expect(text).toContain('not by pve-doctor: pve-vm--169--disk--0-dup is in use: open count 1');
    expect(text).toContain('possible with pve-doctor clean: deactivate this volume on this node');
    expect(text).toContain('some text may refer to it although PVE does not read it so');
    expect(text).toContain('clean --dry-run');
  });

  it('says what is new, standing, resolved, and what nobody could look at again', () => {
    const resolved = troubledReport.history?.resolved ?? [];
    const notJudged = resolved.map((finding) => ({ ...finding, title: 'a mount that stood' }));
    const text = read(troubledReport, changeSince(troubledReport, 1, { notJudged }));
    expect(text).toContain('1 new, 2 standing, 1 resolved, 1 that could not be looked at again.');
    expect(text).toContain('belongs to guest 121, which lives on node pve2, seen since 2026-11-17');
    expect(text).toMatch(/not known to be resolved .*a mount that stood/);
  });

  it('calls nothing new for somebody who was told nothing before', () => {
    expect(read(troubledReport)).not.toMatch(/\bnew\b/i);
  });

  it('says since when a finding stands', () => {
    const since = new Map(largeReport.history?.findings.map((finding) => [finding.since, finding.isNew]));
    const [old = ''] = [...since].find(([, isNew]) => !isNew) ?? [];
    expect(read(largeReport, changeSince(largeReport, 0))).toContain(`since ${old.slice(0, 10)}`);
  });

  it('never sounds like health where something could not be judged', () => {
    const text = read(unknownReport);
    expect(text).toContain('? UNKNOWN');
    expect(text).toContain('Not everything could be judged, so nothing says that this node is healthy');
    expect(text).toContain('DM010, DM012: /etc/pve is not mounted');
    expect(text).toContain('The guests of this node could not be read');
    expect(text).toContain('no grade: /etc/pve is not mounted');
    expect(text).not.toMatch(/\bclean\b(?! --)|HEALTHY|at or above warning was found/);
    const half: Report = { ...healthyReport, status: 'unknown', checks: troubledReport.checks };
    expect(read(half)).not.toMatch(/\bclean\b(?! --)/);
    expect(read(half)).toContain('nothing found, not all judged');
    expect(read({ ...healthyReport, checks: unknownReport.checks, status: 'unknown' })).toContain('? not judged');
  });

  it('says of a healthy node that it is, and how much was looked at', () => {
    const text = read(healthyReport);
    expect(text).toContain('✓ HEALTHY');
    expect(text).toContain('Nothing at or above warning was found');
    expect(text).toContain('2 checks examined the node.');
    expect(text).toContain('✓ clean');
    expect(text).not.toContain('FINDINGS');
  });

  it('says that entries were busy, whatever else it says', () => {
    const busy = { ...healthyReport, summary: { ...healthyReport.summary, busy: 2 } };
    expect(read(busy)).toContain('2 entries not judged while a lock, a task or a migration is in flight.');
  });

  it('lists guests that findings name first, then those that run', () => {
    const text = read(troubledReport);
    const order = ['production-database', 'web-template', 'backup', 'bastion'].map((name) => text.lastIndexOf(name));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(text).toContain('✗ 1 duplicate, 1 other');
  });

  it('lists mounts that are not ok or that a finding calls too full, and only those', () => {
    const [ok, stale] = troubledReport.mounts;
    if (ok === undefined || stale === undefined) throw new Error('the sample has two mounts');
    // The limits can be set, so it is the finding that says what is full.
    const full = { ...ok, target: '/mnt/pve/full', usedPercent: 61 };
    const much = { ...ok, usedPercent: 91 };
    const tooFull: ReportedFinding = { ...duplicate, code: 'MNT005', subject: { kind: 'mount', id: full.target } };
    const text = read({ ...troubledReport, findings: [tooFull], mounts: [much, stale, full] });
    expect(text).toContain('/media');
    expect(text).toContain('no answer within 2 s; its server accepts no connections');
    expect(text).toContain('/mnt/pve/full');
    expect(text).not.toContain('/mnt/pve/backup');
    expect(text).toContain('2 of 3 remote mounts answered.');
  });

  it('names who holds devices that findings name', () => {
    const text = read(troubledReport);
    expect(text).toContain('process 5001 qemu-nbd, user root');
    expect(text).toContain('use not known, so it counts as in use');
  });

  it('shows the machine, and what of it is not known', () => {
    expect(read(troubledReport)).toMatch(/Uptime 12 d 0 h/);
    expect(read(emptyReport)).toContain('the facts of this machine could not be read');
  });

  it('counts what it leaves out', () => {
    const text = read(largeReport);
    const guests = largeReport.guests.length - 30;
    expect(text).toContain(`and ${guests} more, in the attached report`);
  });

  it('gives commands from the first on and whole, or says that they are in the attached report', () => {
    const long: ReportedFinding = {
      ...duplicate,
      remedy: { text: '', commands: [['first'], ['lvchange', 'x'.repeat(500)], ['third']] },
    };
    const text = read({ ...troubledReport, findings: [long] });
    expect(text).toContain('first');
    expect(text).not.toContain('lvchange');
    expect(text).not.toContain('third');
    expect(text).toContain('2 commands more, too long for a mail, in the attached report');
  });

  it('says once what findings share', () => {
    const many = Array.from({ length: 9 }, (_, at) => orphan(119 + at));
    const text = read({ ...troubledReport, findings: many });
    expect(text.split(many[0]?.impact ?? '').length).toBe(2);
    expect(text).toContain('9 findings');
    expect(text).toContain('and 3 more, in the attached report');
  });
});

describe('the HTML', () => {
  it('gives every row of a table as many cells as its head', () => {
    const cells = (row: ReturnType<typeof elementsOf>[number]): number =>
      elementsOf(row)
        .filter(({ tagName }) => tagName === 'td' || tagName === 'th')
        .reduce((sum, { attrs }) => sum + Number(attrs.find(({ name }) => name === 'colspan')?.value ?? 1), 0);
    const tables = elementsOf(parse(mail(largeReport).html))
      .filter(({ tagName }) => tagName === 'table')
      .map((table) => elementsOf(table))
      .filter((inner) => inner.some(({ tagName }) => tagName === 'thead'))
      .filter((inner) => inner.every(({ tagName }) => tagName !== 'table'));
    const widths = tables.map((inner) => new Set(inner.filter(({ tagName }) => tagName === 'tr').map(cells)));
    expect(widths).toEqual([new Set([4]), new Set([3])]);
  });

  it('loads nothing: no image, no script, no font, no link that is not a person’s to follow', () => {
    const elements = elementsOf(parse(mail(troubledReport).html));
    const names = new Set(elements.map(({ tagName }) => tagName));
    for (const name of ['img', 'script', 'link', 'iframe', 'object', 'form', 'svg']) expect(names).not.toContain(name);
    expect(mail(troubledReport).html).not.toMatch(/url\(|@import|@font-face|\bsrc=/);
  });

  it('has its colours inline, so that it keeps them where style sheets are dropped', () => {
    const without = mail(troubledReport).html.replace(/<style[\s\S]*?<\/style>/g, '');
    expect(without).toContain('style="color:#b3261e"');
    expect(without).toContain('background-color:#f7f8fa');
  });

  it('names the node and the worst first where only the beginning is shown', () => {
    const body = mail(troubledReport).html.split('<body')[1] ?? '';
    expect(body).toMatch(/^[^<]*<div style="display:none[^>]*>1 critical finding\. DM001: /);
  });
});

describe('the plain text', () => {
  it('is wrapped at 76 columns, but for names and commands that are longer', () => {
    const { text } = mail(troubledReport);
    expect(text.split('\n').filter((line) => line.length > 76)).toEqual([]);
    const long = orphan(119);
    const command = ['lvchange', '-aln', `pve/${'x'.repeat(100)}`];
    const report = { ...troubledReport, findings: [{ ...long, remedy: { text: '', commands: [command] } }] };
    expect(mail(report).text).toContain(`\n      ${command.join(' ')}\n`);
  });
});
