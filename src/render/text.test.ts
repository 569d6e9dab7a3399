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
import { displayWidth } from './display-width.ts';
import type { TextOptions } from './page.ts';
import { renderText } from './text.ts';

const PLAIN: TextOptions = { width: 80, colour: false, verbose: false, quiet: false, runningFirst: false };
const REPORTS = { healthyReport, troubledReport, unknownReport, emptyReport, hostileReport };

const text = (report: Report, options: Partial<TextOptions> = {}) => renderText(report, { ...PLAIN, ...options });
const linesOf = (report: Report, options: Partial<TextOptions> = {}) => text(report, options).split('\n');

/** 501 orphans beside what the troubled report has. */
const crowded: Report = {
  ...troubledReport,
  findings: [...troubledReport.findings, ...Array.from({ length: 500 }, (_, index) => orphan(1000 + index))],
};

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

describe('renderText of a healthy node', () => {
  it('is short', () => {
    expect(linesOf(healthyReport).length).toBeLessThan(16);
  });

  it('says how many checks examined and how many could not', () => {
    expect(text(healthyReport)).toContain('Checks    2 examined, 0 could not be judged\n');
  });

  it('lists the guests when their order was asked for', () => {
    expect(text(healthyReport)).not.toContain('bastion');
    expect(text(healthyReport, { runningFirst: true })).toMatch(/production-database +running +clean\n.*bastion/);
  });

  it('is silent with --quiet', () => {
    expect(text(healthyReport, { quiet: true })).toBe('');
  });

  it('still names what could not be seen', () => {
    expect(text({ ...healthyReport, notSeen: ['open files of 3 processes'] })).toContain('- open files of 3 processes');
  });
});

describe('renderText of a node in trouble', () => {
  it('begins with node, version, time, status, grade and score', () => {
    expect(linesOf(troubledReport).slice(0, 7)).toEqual([
      'pve-doctor 0.1.0: storage report of node pve1',
      '',
      '  Taken     2026-11-20 02:00:12 UTC',
      '  PVE       8.4.1, kernel 6.8.12-4-pve',
      '  Status    ✗ CRITICAL',
      '  Grade     F, score 75 of 100',
      '  Checks    4 examined, 1 could not be judged, 1 does not apply here',
    ]);
  });

  it('shows findings by severity, whatever their order in the report', () => {
    const shuffled = { ...troubledReport, findings: troubledReport.findings.toReversed() };
    expect(text(shuffled)).toBe(text(troubledReport));
    expect(text(troubledReport)).toMatch(/✗ CRITICAL {2}DM001[\s\S]*▲ WARNING {2}DM010[\s\S]*· NOTICE {2}LV001/);
  });

  it('shows what, why it matters, what to do, and who may do it', () => {
    expect(text(troubledReport)).toContain(`
▲ WARNING  DM010  pve-vm--119--disk--0 is left from VMID 119, which no node has
  Evidence  - no configuration for 119 on pve1, pve2 or pve3
            - open count 0, no holders, not mounted
  Impact    PVE hands out freed VMIDs again; the next guest with this one fails
            with "Device or resource busy".
  Remedy    Deactivate the volume on this node. Nothing is deleted.
              lvchange -aln pve/vm-119-disk-0
  Repair    possible with pve-doctor clean: deactivate this volume on this node
            (every gate holds)
`);
  });

  it('names the holders of devices that findings name', () => {
    const shown = text(troubledReport);
    expect(shown).toContain('  pve-vm--169--disk--0-dup  [IN USE]  open count 1, DM001\n      process 5001 qemu-nbd');
    expect(shown).toContain('  pve-vm--119--disk--0  [USE NOT KNOWN]  open count 0, DM010\n');
    expect(shown).not.toContain('process 4711');
  });

  it('shows the guest table, running guests first when asked', () => {
    expect(text(troubledReport)).toMatch(/VMID {2}NAME +STATUS +DM HEALTH\n {2}100 .*clean\n {2}169 /);
    expect(text(troubledReport, { runningFirst: true })).toMatch(/DM HEALTH\n {2}169 [\s\S]* {2}171 .*\n {2}100 /);
    expect(text(troubledReport)).toMatch(/170 +web-template +stopped, template, lock backup +▲ 2 orphans\n/);
  });

  it('lists of many guests only those with findings', () => {
    const guests = Array.from({ length: 100 }, (_, index) => ({
      ...healthyReport.guests[0],
      vmid: 200 + index,
      orphans: index === 50 ? 1 : 0,
    })) as Report['guests'];
    const many = { ...troubledReport, guests };
    expect(text(many)).toMatch(/DM HEALTH\n {2}250 .*1 orphan\n {2}99 guests without findings: --verbose lists all\n/);
    expect(text(many, { verbose: true })).toContain('  299 ');
  });

  it('shows where each fact was read only when asked', () => {
    expect(text(troubledReport)).not.toContain('[/etc/pve/nodes]');
    expect(text(troubledReport, { verbose: true })).toContain('on pve1, pve2 or pve3 [/etc/pve/nodes]');
  });

  it('stays readable with thousands of findings', () => {
    expect(linesOf(crowded).length).toBeLessThan(250);
    expect(text(crowded)).toContain('▲ WARNING  DM010  orphan: no guest with this VMID on any node: 501 findings\n');
    expect(text(crowded)).toContain('\n  and 481 more of DM010: --verbose shows all\n');
    expect(text(crowded, { verbose: true })).toContain('lvchange -aln pve/vm-1499-disk-0');
  });

  it('says nothing but the findings with --quiet, and what was not judged', () => {
    const quiet = text(troubledReport, { quiet: true });
    expect(quiet.startsWith('✗ CRITICAL  DM001')).toBe(true);
    expect(quiet.endsWith('? UNKNOWN  could not be judged: DM020\n')).toBe(true);
    expect(quiet).not.toContain('SUMMARY');
  });

  it('does not let a name pass for a line of the report', () => {
    for (const line of linesOf(hostileReport)) expect(line.startsWith('✓')).toBe(false);
  });
});

describe('renderText when guests could not be read', () => {
  it('gives the reason instead of a grade', () => {
    expect(text(unknownReport)).toContain('  Grade     ? (/etc/pve is not mounted)\n');
    expect(text(unknownReport)).toContain('  Status    ? UNKNOWN\n');
  });

  it('calls no guest clean', () => {
    const guests = healthyReport.guests.map((guest) => ({ ...guest, status: 'unknown' as const }));
    expect(text({ ...unknownReport, guests })).not.toContain('clean');
  });

  it('counts no entry where device-mapper could not be read', () => {
    const sections = unknownReport.sections.map((section) =>
      section.name === 'deviceMapper' ? { ...section, state: 'unreadable' as const } : section,
    );
    const shown = text({ ...unknownReport, sections, summary: { ...unknownReport.summary, totalEntries: 0 } });
    for (const label of ['Total entries', 'Duplicates', 'Orphans', 'In use'])
      expect(shown).toMatch(new RegExp(`^  ${label} +not known`, 'm'));
    expect(text(unknownReport)).toMatch(/^ {2}Duplicates +0$/m);
  });

  it('names each check that could not judge, with the reason', () => {
    expect(text(unknownReport)).toContain('COULD NOT BE JUDGED\n  - DM010, DM012: /etc/pve is not mounted\n');
  });
});
