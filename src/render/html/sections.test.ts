import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { goldenReports } from '../../../test/data/golden-reports.ts';
import { makeReport } from '../../../test/data/large-report.ts';
import { elementsOf, textOf } from '../../../test/data/parsed-html.ts';
import {
  duplicate,
  emptyReport,
  healthyReport,
  orphan,
  troubledReport,
  unknownReport,
} from '../../../test/data/sample-report.ts';
import type { Report } from '../../model/report/report.ts';
import { findingKey, type ReportHistory } from '../../model/report/report-history.ts';
import { renderHtml } from './html.ts';

type Element = DefaultTreeAdapterTypes.Element;

const attribute = ({ attrs }: Element, wanted: string) => attrs.find(({ name }) => name === wanted)?.value ?? null;
const all = (report: Report): readonly Element[] => elementsOf(parse(renderHtml(report)));
const words = (element: Element | undefined): string =>
  element === undefined ? expect.unreachable('it is not on the page') : textOf(element).replace(/\s+/g, ' ').trim();
const byId = (report: Report, id: string): Element | undefined =>
  all(report).find((one) => attribute(one, 'id') === id);
/** What a reader sees of a section. */
const section = (report: Report, id: string): string => words(byId(report, id));
const inside = (element: Element | undefined, tag: string): readonly Element[] =>
  element === undefined ? [] : elementsOf(element).filter(({ tagName }) => tagName === tag);

const past = troubledReport.history?.resolved ?? [];
const history = (change: Partial<ReportHistory>): Report => ({
  ...troubledReport,
  history: { ...(troubledReport.history as ReportHistory), ...change },
});

const SICK = makeReport({ guests: 20, findings: 30, mounts: 12, runs: 40 });

describe('the head', () => {
  it('names node, time, versions, grade and status', () => {
    const head = words(all(troubledReport).find(({ tagName }) => tagName === 'header'));
    for (const part of [
      'pve1',
      '2026-11-20 02:00:12 UTC',
      '8.4.1',
      '6.8.12-4-pve',
      'Critical',
      'Grade F',
      'score 75 of 100',
      'this node, live',
    ])
      expect(head).toContain(part);
  });

  it('says that there is no grade, twice', () => {
    const page = words(all(unknownReport).find(({ tagName }) => tagName === 'body'));
    expect(page).toContain('? Unknown: not everything could be judged');
    expect(page.match(/No grade/g)).toHaveLength(2);
    expect(page).not.toMatch(/score \d/);
    expect(section(unknownReport, 'summary')).toContain('There is no grade: /etc/pve is not mounted.');
  });
});

describe('what changed', () => {
  it('is not known without a history, and nothing to compare with in the first run', () => {
    expect(section({ ...troubledReport, history: null }, 'changes')).toContain('Earlier runs were not asked');
    expect(section(history({ previous: null }), 'changes')).toContain(
      'No earlier run was kept, so there is nothing to compare with.',
    );
    const broken = section(history({ previous: null, problem: 'the database is damaged' }), 'changes');
    expect(broken).toContain('the database is damaged');
    expect(broken).toContain('No earlier run could be read');
  });

  it('counts new, standing, resolved, and apart from them what was not judged', () => {
    const report = history({
      findings: [
        { key: findingKey(duplicate), since: troubledReport.takenAt, isNew: true },
        { key: findingKey(orphan(119)), since: '2026-11-17T02:00:04Z', isNew: false },
      ],
      notJudged: past.map((finding) => ({ ...finding, title: 'nobody could look' })),
    });
    expect(section(report, 'changes')).toMatch(/New 1 Standing 1 Resolved 1 Not judged now 1/);
    expect(section(report, 'changes')).toMatch(
      /Resolved DM011 .*seen from 2026-11-17 .*Not judged now .*nobody could look/,
    );
    const cards = all(report)
      .filter((one) => attribute(one, 'class')?.startsWith('finding'))
      .map(words);
    expect(cards.map((card) => /disk--0-dup .* new |119.* since 2026-11-17/.test(card))).toEqual([true, true, false]);
  });
});

describe('the issues', () => {
  it('have evidence with its source, impact, remedy, commands for a shell, and what pve-doctor does', () => {
    const [critical, warning, notice] = all(troubledReport).filter((one) =>
      attribute(one, 'class')?.startsWith('finding'),
    );
    const text = words(critical);
    for (const { fact, source } of duplicate.evidence) expect(text).toContain(`${fact} ${source}`);
    expect(text).toContain(duplicate.impact);
    expect(inside(critical, 'pre').map(words)).toEqual([
      'qm shutdown 169',
      'dmsetup remove --retry pve-vm--169--disk--0-dup',
    ]);
    expect(text).toContain('Not by pve-doctor: pve-vm--169--disk--0-dup is in use: open count 1.');
    expect(text).toContain('Held by process 5001 qemu-nbd, user root');
    expect(words(warning)).toContain(
      'Possible with pve-doctor clean: deactivate this volume on this node (every gate holds).',
    );
    expect(words(warning)).toContain('use not known');
    expect(words(notice)).toContain('some text may refer to it although PVE does not read it so');
    expect(section(troubledReport, 'issues')).toContain('pve-doctor explain DM001');
  });

  it('say what findings share once, and quote what a shell would take apart', () => {
    const odd = { ...orphan(120), remedy: { ...orphan(120).remedy, commands: [['lvchange', '-aln', 'a b/$(x)']] } };
    const report = { ...troubledReport, findings: [orphan(118), orphan(119), odd] };
    expect(section(report, 'issues').split(orphan(118).impact)).toHaveLength(2);
    expect(inside(byId(report, 'issues'), 'pre').map(words)).toContain("lvchange -aln 'a b/$(x)'");
  });

  it('do not call a node clean where something was left out or not judged', () => {
    expect(section(healthyReport, 'issues')).toContain('No check found anything.');
    expect(section(unknownReport, 'issues')).not.toContain('No check found anything');
    expect(section({ ...troubledReport, findings: [] }, 'issues')).not.toContain('No check found anything');
  });

  it('tell that no command was offered where nothing can be repaired', () => {
    expect(section(troubledReport, 'remedies')).toContain('offers to repair 1 of 3 findings, and refuses 1');
    const guidance = { ...troubledReport, findings: troubledReport.findings.slice(2) };
    expect(section(guidance, 'remedies')).toContain('no repair for this finding');
    expect(section(guidance, 'remedies')).not.toContain('pve-doctor clean --dry-run');
  });
});

describe('the guest matrix', () => {
  it('has a row for each guest, with its health in words and links to its findings', () => {
    const rows = inside(byId(troubledReport, 'guest-table'), 'tr').map(words);
    expect(rows).toHaveLength(5);
    expect(rows[2]).toBe('169 production-database running VM ✗ 1 duplicate 1 other DM001');
    expect(rows[3]).toBe('170 web-template stopped, template, lock backup VM ▲ 2 orphans');
  });

  it('marks health only where every check had its say, and judges nothing where the checks for orphans had no say', () => {
    const health = (report: Report) => inside(byId(report, 'guest-table'), 'tr').slice(1).map(words);
    expect(health(healthyReport)[0]).toBe('100 bastion stopped VM ✓ clean');
    expect(health(troubledReport)[0]).toBe('100 bastion stopped VM clean');
    expect(health({ ...healthyReport, checks: unknownReport.checks })[0]).toBe('100 bastion stopped VM ? not judged');
    expect(section(unknownReport, 'guests')).toContain('The guests of this node could not be read.');
  });

  it('leads to the finding that it names', () => {
    for (const link of inside(byId(SICK, 'guest-table'), 'a')) {
      const target = byId(SICK, (attribute(link, 'href') ?? '').slice(1));
      expect(target?.tagName).toBe('details');
      expect(attribute(target as Element, 'class')).toContain('finding');
    }
  });
});

describe('leftovers, devices and mounts', () => {
  it('are never called none where they could not be read', () => {
    expect(section(goldenReports['clean-everything'] as Report, 'vmids')).not.toContain('Not whole');
    for (const situation of ['pmxcfs-not-mounted', 'lvm-hangs-second']) {
      expect(section(goldenReports[situation] as Report, 'vmids')).toContain('Not whole');
      expect(section(goldenReports[situation] as Report, 'vmids')).not.toContain('None:');
    }
    expect(section(emptyReport, 'devices')).toContain('Device-mapper could not be read');
    expect(section(emptyReport, 'mounts')).toContain('could not all be read');
  });

  it('name what is left, what the next guests meet, and who holds a device', () => {
    expect(section(troubledReport, 'vmids')).toContain(
      '119 pve-vm--119--disk--0 pve/vm-119-disk-0 pve/vm-119-disk-1 DM010 LV001',
    );
    expect(section(troubledReport, 'vmids')).toContain('▲ 119 meets pve-vm--119--disk--0');
    const rows = inside(byId(troubledReport, 'named-devices'), 'tr').map(words);
    expect(rows[1]).toContain('swap space /dev/dm-9');
    expect(rows[2]).toContain('use not known open count 0 not every sign of use could be read');
    expect(section(troubledReport, 'devices')).toContain('1 device in use that no finding names');
  });

  it('show how full a mount is, in words and as a bar that is as long, coloured where a finding says so', () => {
    const report = goldenReports['mounts-full-and-read-only'] as Report;
    const rows = inside(byId(report, 'mount-table'), 'tr');
    const hot = rows.find((row) => words(row).startsWith('/mnt/hot'));
    expect(words(hot)).toContain('97 % used');
    expect(inside(hot, 'rect').map((bar) => attribute(bar, 'width'))).toEqual(['97.5']);
    expect(inside(hot, 'svg').map((bar) => attribute(bar, 'class'))).toEqual(['bar critical']);
    const cool = rows.find((row) => words(row).startsWith('/mnt/cool'));
    expect(inside(cool, 'svg').map((bar) => attribute(bar, 'class'))).toEqual(['bar']);
    const stale = inside(byId(troubledReport, 'mount-table'), 'tr').map(words);
    expect(stale[1]).toContain('✗ stale no answer within 2 s; its server accepts no connections not known');
  });
});

describe('metrics, trend and coverage', () => {
  it('describe the machine, and say what of it is not known', () => {
    for (const part of [
      '50 % used',
      '64.0 GiB available of 128.0 GiB',
      '12 d 0 h',
      'PowerEdge R640',
      '32 CPUs',
      '1.25 over 5 minutes',
    ])
      expect(section(healthyReport, 'metrics')).toContain(part);
    expect(section(emptyReport, 'metrics')).toContain('The facts of this machine could not be read.');
    expect(section(goldenReports['example-node'] as Report, 'metrics')).toContain('Model not known');
  });

  it('draw every run, interrupt the line where there was no grade, and repeat all of it as a table', () => {
    const pictures = inside(byId(SICK, 'trend'), 'svg').filter((svg) => attribute(svg, 'role') === 'img');
    const [score, counts] = pictures;
    const lines = inside(score, 'path').filter((path) => attribute(path, 'class') === 'line');
    expect(lines).toHaveLength(2);
    expect(lines.flatMap((line) => attribute(line, 'd')?.match(/[ML]/g) ?? [])).toHaveLength(39);
    expect(inside(score, 'rect')).toHaveLength(1);
    expect(words(score)).toMatch(/^Score of the kept runs From \d+ to \d+, \d+ in the last run\./);
    expect(inside(counts, 'rect').length).toBeGreaterThan(40);
    expect(inside(byId(SICK, 'trend-table'), 'tr')).toHaveLength(41);
    expect(section(healthyReport, 'trend')).toContain('No kept runs were given to this report');
  });

  it('tell what was not seen, every check and every section', () => {
    const { notSeen, checks, sections } = troubledReport;
    for (const sentence of notSeen) expect(section(troubledReport, 'unseen')).toContain(sentence);
    expect(section(troubledReport, 'unseen')).toContain('DM020: lvm fullreport: timed out after 10 s');
    expect(inside(byId(troubledReport, 'check-table'), 'tr')).toHaveLength(checks.length + 1);
    expect(inside(byId(troubledReport, 'time-table'), 'tr')).toHaveLength(sections.length + 1);
    expect(section(troubledReport, 'times')).toContain('Read in 10.3 s');
    expect(section(emptyReport, 'times')).toContain('made from a recording');
    expect(section(emptyReport, 'unseen')).toContain('No check was run');
  });
});
