import { describe, expect, it } from 'vitest';
import { goldenReports } from '../../test/data/golden-reports.ts';
import { healthyReport, orphan, troubledReport, unknownReport } from '../../test/data/sample-report.ts';
import { isUnjudged, type Report } from '../model/report/report.ts';
import { executiveSummary } from './executive-summary.ts';

const summary = (report: Report): string => executiveSummary(report).join(' ');

const warned: Report = {
  ...healthyReport,
  ...{ status: 'warning', grade: 'B', score: 90, findings: [orphan(118), orphan(119)] },
  summary: { ...healthyReport.summary, warnings: 2, totalIssues: 2 },
};

describe('the executive summary', () => {
  it('says the most urgent first', () => {
    expect(executiveSummary(troubledReport).slice(0, 3)).toEqual([
      '1 critical finding: 1 duplicate.',
      'First, DM001: pve-vm--169--disk--0-dup is a second entry of pve/vm-169-disk-0.',
      '1 check could not be judged: what they would have found is not known.',
    ]);
  });

  it('counts what is less urgent, what changed, and what can be repaired', () => {
    expect(summary(troubledReport)).toContain('Besides, 1 warning (1 orphan) and 1 notice.');
    expect(summary(troubledReport)).toContain('Since the last run 0 findings are new, 1 resolved.');
    expect(summary(troubledReport)).toContain(
      'pve-doctor offers to repair 1 of 3; `pve-doctor clean --dry-run` prints',
    );
  });

  it('calls warnings so, and says that nothing is critical', () => {
    expect(summary(warned)).toMatch(/^Nothing critical was found; 2 warnings: 2 orphans\. First, DM010: /);
    expect(summary(warned)).not.toContain('Besides');
  });

  it('says of a healthy node that nothing was found, and no more', () => {
    expect(executiveSummary(healthyReport)).toEqual(['Nothing at or above warning was found.']);
  });

  it('never calls a node healthy that could not be judged', () => {
    expect(executiveSummary(unknownReport)).toEqual([
      'Not everything could be judged, so nothing here says that this node is healthy.',
      '2 checks could not be judged: what they would have found is not known.',
      'There is no grade: /etc/pve is not mounted.',
      '1 entry of guest volumes could not be judged.',
    ]);
    const unseen = { ...healthyReport, notSeen: ['open files of 2 processes'] };
    expect(summary(unseen)).toContain('Not everything could be seen.');
    const busy = { ...healthyReport, summary: { ...healthyReport.summary, busy: 2 } };
    expect(summary(busy)).toContain('2 entries not judged while a lock, a task or a migration is in flight.');
  });

  it('counts as the node is, where findings were left out of the list', () => {
    expect(summary({ ...warned, findings: [] })).toBe('Nothing critical was found; 2 warnings.');
  });

  it('says what of earlier runs could not be looked at again', () => {
    const { history } = troubledReport;
    const report = { ...troubledReport, history: history && { ...history, notJudged: history.resolved, resolved: [] } };
    expect(summary(report)).toContain('0 resolved; 1 earlier one could not be looked at again.');
  });

  it.each(Object.entries(goldenReports))('tells what was not judged: %s', (_, report) => {
    const unjudged = report.checks.filter(isUnjudged).length;
    expect(summary(report).includes('could not be judged')).toBe(unjudged + report.summary.notJudged > 0);
    if (report.score === null) expect(summary(report)).toContain('There is no grade: ');
  });
});
