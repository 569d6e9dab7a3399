import { describe, expect, it } from 'vitest';
import {
  emptyReport,
  healthyReport,
  hostileReport,
  orphan,
  troubledReport,
  unknownReport,
} from '../../test/data/sample-report.ts';
import type { Report } from '../model/report/report.ts';
import { problemsOf } from '../problems/problems.ts';
import { displayWidth } from './display-width.ts';
import type { TextOptions } from './page.ts';
import { renderText } from './text.ts';

const PLAIN: TextOptions = { width: 80, colour: false, verbose: false, quiet: false, runningFirst: false };
const REPORTS = { healthyReport, troubledReport, unknownReport, emptyReport, hostileReport };

const text = (report: Report, options: Partial<TextOptions> = {}) => renderText(report, { ...PLAIN, ...options });
const linesOf = (report: Report, options: Partial<TextOptions> = {}) => text(report, options).split('\n');

/** 297 orphans beside what the troubled report has. */
const orphans = Array.from({ length: 297 }, (_, index) => orphan(1000 + index));
const crowded: Report = {
  ...troubledReport,
  findings: [...troubledReport.findings, ...orphans],
  problems: [...troubledReport.problems, ...problemsOf({ findings: orphans, mounts: [], guests: [], unjudged: [] })],
};

const whole = (report: Report, options: Partial<TextOptions> = {}) => text(report, { verbose: true, ...options });

describe('renderText of any report', () => {
  it.each(Object.entries(REPORTS))('emits no control character but its own line breaks: %s', (_, report) => {
    for (const verbose of [false, true]) expect(text(report, { verbose })).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

  it.each(Object.entries(REPORTS))('differs by nothing but styling in colour: %s', (_, report) => {
    const coloured = text(report, { colour: true, verbose: true });
    expect(coloured).toContain('\x1b[');
    expect(coloured.replaceAll(/\x1b\[\d+m/g, '')).toBe(text(report, { verbose: true }));
  });

  it.each(Object.entries(REPORTS))('promises nothing and does not shout: %s', (_, report) => {
    expect(text(report, { verbose: true })).not.toMatch(/\bsafe|should be fine|simply|!/i);
  });

  it.each([healthyReport, troubledReport, unknownReport, crowded])(
    'fits 80 columns, commands and names apart',
    (report) => {
      for (const line of linesOf(report)) {
        const breakable = line
          .replaceAll(/`[^`]*`/g, 'x')
          .trim()
          .includes(' ');
        if (!/^ {14}\S/.test(line) && breakable) expect(displayWidth(line)).toBeLessThanOrEqual(80);
      }
    },
  );

  it('leaves no blank at the end of a line', () => {
    expect(text(troubledReport, { verbose: true })).not.toMatch(/ \n/);
  });
});

describe('the screen', () => {
  it('says node, status, grade with its reason, time and version in its first line', () => {
    expect(text(troubledReport, { width: 120 }).split('\n')[0]).toBe(
      'pve1   ✗ CRITICAL   grade F: 1 critical problem   2026-11-20 02:00 UTC   PVE 8.4.1   1 check could not judge',
    );
  });

  it('has a line for each problem, the worst first, what is gone last, and what to type next', () => {
    expect(text(troubledReport, { width: 100 }).split('\n').slice(2)).toEqual([
      '✗ VM 169 (production-database), running                                                        DM001',
      '                                has a second entry for its disk vm-169-disk-0: writes through',
      '                                both corrupt it',
      '▲ Guest 119 (deleted)           left vm-119-disk-0 active on this node                   clean DM010',
      '· Guest 119 (deleted)           has an unused volume, vm-119-disk-1 (4 GiB)                    LV001',
      '? not judged: lvm fullreport: timed out after 10 s (DM020)',
      '✓ resolved: VM 121 (mail) is active here, and lives on node pve2  DM011',
      '3 problems: ✗ 1 critical, ▲ 1 warning, · 1 notice; 1, marked clean, can be repaired here without',
      'touching data.',
      'Next',
      '  VM 169 (production-database): Stop guest 169, then remove the extra entry',
      '  Guest 119 (deleted): pve-doctor clean --vmid 119',
      'Repairs: pve-doctor clean --dry-run    Evidence and commands: pve-doctor check -v',
      'In words: pve-doctor explain DM001',
      '',
    ]);
  });

  it('says of a healthy node what was looked at', () => {
    expect(text(healthyReport)).toContain(
      'No problems: 1 active guest volume, 2 guests (1 running), 1 remote mount.\n',
    );
    expect(linesOf(healthyReport).length).toBeLessThan(8);
  });

  it('does not call a node without problems healthy where something could not be seen', () => {
    expect(text(unknownReport)).toContain('No problem was found in what could be seen: ');
    expect(text(unknownReport)).toContain('? not judged: /etc/pve is not mounted (DM010, DM012)\n');
    expect(text(unknownReport)).toContain('no grade: /etc/pve is not mounted');
  });

  it('cuts no sentence of a long reason, and says how many it leaves out, and where those stand', () => {
    const because = Array.from({ length: 30 }, (_, at) => `guest ${100 + at}: its configuration cannot be read`).join(
      '; ',
    );
    const [first] = unknownReport.checks.filter(({ outcome }) => outcome === 'unknown');
    if (first === undefined) throw new Error('nothing is unknown');
    const screen = text({ ...unknownReport, checks: [{ ...first, because }] });
    expect(screen).toMatch(/cannot be read; and\s+\d\d more, which check -v shows \(\w+\)\n/);
    expect(screen.split('\n').filter((line) => /guest \d+:/.test(line)).length).toBeLessThan(4);
    expect(text({ ...unknownReport, checks: [{ ...first, because }] }, { verbose: true })).toContain('guest 129');
  });

  it('does not say twice what a problem of sight keeps from being judged', () => {
    const hung = problemsOf({
      ...{ mounts: [], guests: [], unjudged: ['DM020'] },
      findings: [{ ...orphan(119), code: 'NODE002', subject: { kind: 'command', id: 'lvm fullreport' }, vmid: null }],
    });
    const shown = text({ ...troubledReport, problems: [...hung, ...troubledReport.problems] });
    expect(shown).toContain('1 check is open until that');
    expect(shown).not.toContain('? could not judge');
  });

  it('stays within 40 lines with 300 problems: many of a kind are one line', () => {
    expect(crowded.problems).toHaveLength(300);
    expect(linesOf(crowded).length).toBeLessThan(40);
    expect(text(crowded)).toContain('▲ 298 entries of deleted guests');
    expect(text(crowded)).toContain('guest 119, guest 1000, guest 1001');
    expect(text(crowded)).toContain('298, marked clean, can');
    expect(text(crowded)).toContain('  298 entries of deleted guests: pve-doctor clean\n');
  });

  it('folds an acknowledged problem, with who, until when and why, and counts it nowhere', () => {
    const acknowledged = { by: 'root', reason: 'waits for the vendor', at: '', until: '2026-12-21T00:00:00Z' };
    const problems = troubledReport.problems.map((problem) => ({ ...problem, acknowledged }));
    const summary = { ...troubledReport.summary, totalIssues: 0, critical: 0, warnings: 0, notices: 0 };
    const shown = text({ ...troubledReport, problems, summary });
    expect(shown).toContain('known: VM 169 (production-database), acknowledged by root until 2026-12-21:');
    expect(shown).not.toContain('✗ VM 169');
    expect(shown).toContain('No problem');
  });

  it('adds the guest table, running guests first, when asked', () => {
    expect(text(troubledReport)).not.toContain('DM HEALTH');
    expect(text(troubledReport, { runningFirst: true })).toMatch(/DM HEALTH\n {2}169 [\s\S]* {2}171 .*\n {2}100 /);
  });

  it('is the problem lines alone with --quiet, and what was not judged', () => {
    const quiet = text(troubledReport, { quiet: true });
    expect(quiet.startsWith('✗ VM 169 (production-database)')).toBe(true);
    expect(quiet.endsWith('? UNKNOWN  could not be judged: DM020\n')).toBe(true);
    expect(text(healthyReport, { quiet: true })).toBe('');
  });

  it('does not let a name pass for a line of the report', () => {
    for (const line of [...linesOf(hostileReport), ...linesOf(hostileReport, { verbose: true })])
      expect(line.startsWith('✓ HEALTHY')).toBe(false);
  });
});

describe('the whole report', () => {
  it('begins with node, version, time, status, grade and score', () => {
    expect(whole(troubledReport).split('\n').slice(0, 7)).toEqual([
      'pve-doctor 0.1.0: storage report of node pve1',
      '',
      '  Taken     2026-11-20 02:00:12 UTC',
      '  PVE       8.4.1, kernel 6.8.12-4-pve',
      '  Status    ✗ CRITICAL',
      '  Grade     F: 1 critical problem; score 75 of 100',
      '  Checks    4 examined, 1 could not be judged, 1 does not apply here',
    ]);
  });

  it('shows each problem with its fix, and its findings with evidence, impact and remedy', () => {
    expect(whole(troubledReport)).toContain(`
▲ WARNING  Guest 119 (deleted) left vm-119-disk-0 active on this node
  Id        volume:pve/vm-119-disk-0
  Fix       pve-doctor clean --vmid 119
            Keeps the data, can be undone.
  DM010     pve-vm--119--disk--0 is left from VMID 119, which no node has
  Impact    PVE hands out freed VMIDs again; the next guest with this one fails
            with "Device or resource busy".
  Remedy    Deactivate the volume on this node. Nothing is deleted.
  Changes   lvchange -aln pve/vm-119-disk-0
            It removes it, only while nothing has it open.
  Evidence  - no configuration for 119 on pve1, pve2 or pve3 [/etc/pve/nodes]
            - open count 0, no holders, not mounted [/sys/block/dm-7/holders]
`);
  });

  it('says why a repair that exists is not offered now', () => {
    expect(whole(troubledReport)).toContain('Not now   pve-vm--169--disk--0-dup is in use: open count 1\n');
  });

  it('says once what several findings of one problem say alike', () => {
    const [problem] = problemsOf({ findings: [orphan(119)], mounts: [], guests: [], unjudged: [] });
    const second = { ...orphan(119), code: 'DM013' as const };
    const findings = [orphan(119), second];
    const problems = problemsOf({ findings, mounts: [], guests: [], unjudged: [] });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.id).toBe(problem?.id);
    expect(whole({ ...troubledReport, findings, problems }).match(/PVE hands out freed VMIDs again/g)).toHaveLength(1);
  });

  it('names the holders of devices that findings name', () => {
    const shown = whole(troubledReport);
    expect(shown).toContain('  pve-vm--169--disk--0-dup  [IN USE]  open count 1, DM001\n      process 5001 qemu-nbd');
    expect(shown).toContain('  pve-vm--119--disk--0  [USE NOT KNOWN]  open count 0, DM010\n');
  });

  it('has no row of zeros but the number of entries', () => {
    expect(whole(healthyReport)).toMatch(/^ {2}Total entries +1 /m);
    expect(whole(healthyReport)).not.toMatch(/^ {2}(?:Duplicates|Orphans|Busy|Total issues) /m);
  });

  it('shows every problem and every guest, however many there are', () => {
    expect(whole(crowded)).toContain('lvchange -aln pve/vm-1296-disk-0');
    const guests = Array.from({ length: 100 }, (_, index) => ({ ...healthyReport.guests[0], vmid: 200 + index }));
    expect(whole({ ...troubledReport, guests: guests as Report['guests'] })).toContain('  299 ');
  });
});

describe('the whole report when guests could not be read', () => {
  it('gives the reason instead of a grade', () => {
    expect(whole(unknownReport)).toContain('  Grade     ? (/etc/pve is not mounted)\n');
    expect(whole(unknownReport)).toContain('  Status    ? UNKNOWN\n');
  });

  it('calls no guest clean', () => {
    const guests = healthyReport.guests.map((guest) => ({ ...guest, status: 'unknown' as const }));
    expect(whole({ ...unknownReport, guests })).not.toContain('clean');
  });

  it('counts no entry where device-mapper could not be read', () => {
    const sections = unknownReport.sections.map((section) =>
      section.name === 'deviceMapper' ? { ...section, state: 'unreadable' as const } : section,
    );
    const shown = whole({ ...unknownReport, sections, summary: { ...unknownReport.summary, totalEntries: 0 } });
    for (const label of ['Total entries', 'Duplicates', 'Orphans', 'In use'])
      expect(shown).toMatch(new RegExp(`^  ${label} +not known`, 'm'));
  });

  it('names each check that could not judge, with the reason', () => {
    expect(whole(unknownReport)).toContain('COULD NOT BE JUDGED\n  - /etc/pve is not mounted (DM010, DM012)\n');
  });
});

describe('what stood and cannot be seen now', () => {
  const [first, ...rest] = troubledReport.problems;
  const past =
    first === undefined
      ? []
      : [{ ...first, vmids: [], since: '2026-11-19T02:00:00.000Z', lastSeen: '2026-11-20T02:00:00.000Z' }];
  const history = { previous: null, problems: [], resolved: [], notJudged: past, trend: [], problem: '' };

  it('is said to be that, and not to be left out by an option', () => {
    const report = { ...troubledReport, problems: rest, history };
    const said = `${text(report)} ${whole(report)}`.replaceAll(/\s+/g, ' ');
    expect(said).toContain('1 more as last judged, since nobody can see them now');
    expect(said).toContain('1 of them as last judged, since they cannot be seen now');
    expect(said).not.toContain('left out by --severity');
  });
});
