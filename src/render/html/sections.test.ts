import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { looks } from '../../../test/data/commands.ts';
import { goldenReports } from '../../../test/data/golden-reports.ts';
import { makeReport } from '../../../test/data/large-report.ts';
import { elementsOf, textOf } from '../../../test/data/parsed-html.ts';
import {
  duplicate,
  emptyReport,
  healthyReport,
  troubledReport,
  unknownReport,
} from '../../../test/data/sample-report.ts';
import type { Report } from '../../model/report/report.ts';
import { findingKey, type ReportHistory } from '../../model/report/report-history.ts';
import { renderHtml } from './html.ts';

type Element = DefaultTreeAdapterTypes.Element;

const attribute = ({ attrs }: Element, wanted: string) => attrs.find(({ name }) => name === wanted)?.value ?? null;
const pages = new WeakMap<Report, readonly Element[]>();
const all = (report: Report): readonly Element[] => {
  const page = pages.get(report) ?? elementsOf(parse(renderHtml(report)));
  pages.set(report, page);
  return page;
};
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
      'grade F: 1 critical problem',
      'score 75 of 100',
      'this node, live',
    ])
      expect(head).toContain(part);
  });

  it('says that there is no grade, twice', () => {
    const page = words(all(unknownReport).find(({ tagName }) => tagName === 'body'));
    expect(page).toContain('? Unknown: not everything could be judged');
    expect(page.match(/no grade: \/etc\/pve is not mounted/g)).toHaveLength(2);
    expect(page).not.toMatch(/score \d/);
    expect(section(unknownReport, 'summary')).toContain('2 checks could not judge');
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
      problems: [
        { id: 'volume:pve/vm-169-disk-0', since: troubledReport.takenAt, isNew: true },
        { id: 'volume:pve/vm-119-disk-0', since: '2026-11-17T02:00:04Z', isNew: false },
      ],
      notJudged: past.map((problem) => ({ ...problem, what: 'nobody could look' })),
    });
    expect(section(report, 'changes')).toContain('1 new, 1 standing, 1 resolved, 1 not judged now.');
    expect(section(report, 'changes')).toMatch(
      /Resolved VM 121 .* DM011 .*seen from 2026-11-17 .*Not judged now .*nobody could look/,
    );
    const cards = all(report)
      .filter((one) => attribute(one, 'class')?.startsWith('problem'))
      .map(words);
    expect(cards.map((card) => /DM001 .* new |119.* since 2026-11-17/.test(card))).toEqual([true, true, false]);
  });
});

const cards = (report: Report) => all(report).filter((one) => attribute(one, 'class')?.startsWith('problem'));
const steps = (report: Report) =>
  inside(byId(report, 'problems'), 'pre')
    .filter((pre) => attribute(pre, 'class')?.startsWith('step '))
    .map(words);

const acknowledged: Report = {
  ...troubledReport,
  problems: troubledReport.problems.map((problem, at) => ({
    ...problem,
    acknowledged:
      at === 0 ? { by: 'root', reason: 'rescue runs', at: problem.id, until: '2026-12-21T00:00:00Z' } : null,
  })),
};

describe('the problems', () => {
  it('have the words of every other form, and below them evidence with its source, impact, remedy and commands', () => {
    const [critical, warning, notice] = cards(troubledReport).map(words);
    const [first] = troubledReport.problems;
    expect(critical).toContain(`${first?.who}, running, ${first?.what} DM001`);
    for (const { fact, source } of duplicate.evidence) expect(critical).toContain(`${fact} ${source}`);
    expect(critical).toContain(duplicate.impact);
    expect(critical).toContain('Not now pve-vm--169--disk--0-dup is in use: open count 1');
    expect(critical).toContain('Held by process 5001 qemu-nbd, user root');
    expect(critical).toContain(`Id ${first?.id}`);
    expect(warning).toContain('Fix Keeps the data, can be undone. pve-doctor clean --vmid 119');
    expect(warning).toContain('use not known');
    expect(notice).toContain('some text may refer to it although PVE does not read it so');
  });

  it('have one step each: the repair, or what a person runs, quoted for a shell', () => {
    expect(steps(troubledReport)).toEqual([
      'qm shutdown 169',
      'dmsetup remove --retry pve-vm--169--disk--0-dup',
      'pve-doctor clean --vmid 119',
    ]);
    const odd = {
      ...duplicate,
      remedy: { ...duplicate.remedy, commands: [looks('lvchange', '-aln', 'a b/$(x)')] },
    };
    expect(steps({ ...troubledReport, findings: [odd] })).toEqual([
      "lvchange -aln 'a b/$(x)'",
      'pve-doctor clean --vmid 119',
    ]);
  });

  it('are folded where many are of a kind, and say once what their findings share', () => {
    const folded = inside(byId(SICK, 'problems'), 'details').filter((one) =>
      attribute(one, 'class')?.startsWith('fold'),
    );
    expect(folded.length).toBeGreaterThan(1);
    for (const fold of folded) {
      expect(words(fold)).toMatch(/^\S+ (?:critical|warning|notice) \d+ /);
      expect(inside(fold, 'details').length).toBeGreaterThan(1);
    }
    const [first = duplicate] = troubledReport.findings;
    const twin = { ...first, code: 'DM002' } as const;
    const problems = troubledReport.problems.slice(0, 1).map((problem) => ({
      ...problem,
      findings: [findingKey(first), findingKey(twin)],
    }));
    const report = { ...troubledReport, findings: [first, twin], problems };
    expect(section(report, 'problems').split(first.impact)).toHaveLength(2);
  });

  it('stand last and folded where somebody said that they are known, with who, until when and why', () => {
    const known = inside(byId(acknowledged, 'problems'), 'details').find((one) =>
      attribute(one, 'class')?.endsWith('known'),
    );
    expect(words(known)).toContain('1 acknowledged problem not counted in status and grade');
    expect(words(known)).toContain('acknowledged by root until 2026-12-21: rescue runs');
    expect(words(known)).toContain('VM 169 (production-database)');
    expect(section(acknowledged, 'problems')).toMatch(/^Problems 2 /);
    const guest = inside(byId(acknowledged, 'guest-table'), 'tr').map(words);
    expect(guest.find((row) => row.startsWith('169'))).toContain('running VM clean DM001');
  });

  it('do not call a node clean where something was left out or not judged', () => {
    expect(section(healthyReport, 'problems')).toContain('No check found anything.');
    expect(section(unknownReport, 'problems')).not.toContain('No check found anything');
    expect(section({ ...troubledReport, problems: [] }, 'problems')).not.toContain('No check found anything');
  });
});

describe('the guests', () => {
  it('have a row each, the sick first, with health in words and links to their problems', () => {
    const rows = inside(byId(troubledReport, 'guest-table'), 'tr').map(words);
    expect(rows.slice(1)).toEqual([
      '169 production-database running VM ✗ 1 problem DM001',
      '100 bastion stopped VM clean',
      '170 web-template stopped, template, lock backup VM clean',
      '171 backup running VM clean',
    ]);
  });

  it('mark health only where every check had its say, and judge nothing where the checks for orphans had no say', () => {
    const health = (report: Report) => inside(byId(report, 'guest-table'), 'tr').slice(1).map(words);
    expect(health(healthyReport)[0]).toBe('100 bastion stopped VM ✓ clean');
    expect(health({ ...healthyReport, checks: unknownReport.checks })[0]).toBe('100 bastion stopped VM ? not judged');
    expect(section(unknownReport, 'guests')).toContain('The guests of this node could not be read.');
  });

  it('lead to the problems that they name', () => {
    for (const link of inside(byId(SICK, 'guest-table'), 'a')) {
      const target = byId(SICK, (attribute(link, 'href') ?? '').slice(1));
      expect(target?.tagName).toBe(words(link) === attribute(target as Element, 'data-g') ? 'tr' : 'details');
    }
  });

  it('mark everything that concerns them: row, problems, devices, mounts, pools, and what is gone', () => {
    const marked = (vmid: number) =>
      all(troubledReport).flatMap((one) =>
        attribute(one, 'data-g')?.split(' ').includes(`${vmid}`) ? [`${one.tagName} ${words(one)}`] : [],
      );
    expect(marked(169).map((text) => text.slice(0, 24))).toEqual([
      'details critical: VM 169',
      'tr 169 production-databa',
      'tr pve/data 41.2 % of 51',
      'tr pve-vm--169--disk--0-',
      'tr pve-vm--169--disk--0 ',
    ]);
    expect(marked(104).map((text) => text.slice(0, 9))).toEqual(['tr /media']);
    expect(marked(121).map((text) => text.slice(0, 9))).toEqual(['li VM 121']);
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

  it('are folded where there is nothing to see', () => {
    const isFolded = (report: Report, id: string) => inside(byId(report, id), 'details')[0]?.attrs[0]?.value === 'rest';
    expect(['trend', 'unseen', 'changes'].map((id) => isFolded(healthyReport, id))).toEqual(Array(3).fill(true));
    expect(['vmids', 'mounts', 'unseen', 'guests', 'pools'].map((id) => isFolded(troubledReport, id))).toEqual(
      Array(5).fill(false),
    );
    expect(isFolded(emptyReport, 'mounts')).toBe(false);
  });

  it('show what a thin pool can still grow by, and whose volumes are on it', () => {
    expect(section(troubledReport, 'pools')).toContain(
      'pve/data 41.2 % of 512.0 GiB 3.6 % 16.0 GiB VM 169 (production-database) , VM 170 (web-template)',
    );
    expect(section({ ...healthyReport, thinPools: null }, 'pools')).toContain('Thin pools were not read');
  });

  it('name what is left, what the next guests meet, and who holds a device', () => {
    expect(section(troubledReport, 'vmids')).toContain(
      '119 pve-vm--119--disk--0 pve/vm-119-disk-0 pve/vm-119-disk-1 DM010 , LV001',
    );
    expect(section(troubledReport, 'vmids')).toContain('▲ 119 meets pve-vm--119--disk--0');
    const rows = inside(byId(troubledReport, 'named-devices'), 'tr').map(words);
    expect(rows[1]).toContain('swap space /dev/dm-9');
    expect(rows[2]).toContain('use not known not every sign of use could be read');
    expect(section(troubledReport, 'devices')).toContain('1 device without problems');
  });

  it('show how full a mount is, in words and as a bar that is as long, coloured where a finding says so', () => {
    const report = goldenReports['mounts-full-and-read-only'] as Report;
    const rows = inside(byId(report, 'mount-table'), 'tr');
    const hot = rows.find((row) => words(row).startsWith('/mnt/hot'));
    expect(words(hot)).toContain('97 % used');
    expect(inside(hot, 'rect').map((bar) => attribute(bar, 'width'))).toEqual(['97.5']);
    expect(inside(hot, 'svg').map((bar) => attribute(bar, 'class'))).toEqual(['bar critical']);
    expect(words(hot)).toContain('✗ full');
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

  it('draw the problems of every run, tint what was not judged, and repeat all of it as a table', () => {
    const [counts] = inside(byId(SICK, 'trend'), 'svg').filter((svg) => attribute(svg, 'role') === 'img');
    const columns = inside(counts, 'rect').map((rect) => attribute(rect, 'class'));
    expect(columns.filter((name) => name === 'gap')).toHaveLength(1);
    expect(columns.length).toBeGreaterThan(41);
    expect(words(counts)).toMatch(/^Problems of the kept runs At most \d+ in a run; in the last \d+ critical/);
    expect(inside(byId(SICK, 'trend-table'), 'tr')).toHaveLength(41);
    expect(section(healthyReport, 'trend')).toContain('No kept runs were given to this report');
  });

  it('tell what was not seen, every check and every section', () => {
    const { notSeen, checks, sections } = troubledReport;
    for (const sentence of notSeen) expect(section(troubledReport, 'unseen')).toContain(sentence);
    expect(section(troubledReport, 'unseen')).toContain('lvm fullreport: timed out after 10 s (DM020)');
    expect(inside(byId(troubledReport, 'check-table'), 'tr')).toHaveLength(checks.length + 1);
    expect(inside(byId(troubledReport, 'time-table'), 'tr')).toHaveLength(sections.length + 1);
    expect(section(troubledReport, 'times')).toContain('Read in 10.3 s');
    expect(section(emptyReport, 'times')).toContain('made from a recording');
    expect(section(emptyReport, 'unseen')).toContain('No check was run');
  });
});
