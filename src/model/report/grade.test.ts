import { describe, expect, it } from 'vitest';
import { healthyReport, troubledReport } from '../../../test/data/sample-report.ts';
import { withAcknowledgements } from './grade.ts';
import type { Problem } from './problem.ts';

const word = ({ id, severity }: Pick<Problem, 'id' | 'severity'>) => ({
  ...{ id, severity, by: 'root', reason: 'known', at: '2026-11-01T00:00:00.000Z', until: null },
});

describe('a report with acknowledged problems', () => {
  const known = withAcknowledgements(troubledReport, troubledReport.problems.map(word));

  it('counts them neither in status nor in grade', () => {
    expect(known).toMatchObject({ summary: { critical: 0, warnings: 0, totalIssues: 0 } });
    const judged = withAcknowledgements({ ...troubledReport, notJudged: [] }, troubledReport.problems.map(word));
    expect(judged).toMatchObject({ status: 'healthy', grade: 'A+', score: 100 });
  });

  it('is not healthy where something else could not be judged', () => {
    expect(known).toMatchObject({ status: 'unknown', exitCode: 3, grade: '?', score: null });
  });

  it('keeps findings, entries and what can be repaired as they are', () => {
    const { findings, entries, problems } = known;
    expect({ findings, entries }).toEqual({ findings: troubledReport.findings, entries: troubledReport.entries });
    expect(problems.map(({ next }) => next)).toEqual(troubledReport.problems.map(({ next }) => next));
  });

  it('counts those that nobody spoke of', () => {
    const [first] = troubledReport.problems;
    const some = withAcknowledgements(troubledReport, first === undefined ? [] : [word(first)]);
    expect(some).toMatchObject({ grade: 'B', score: 95, summary: { critical: 0, warnings: 1, notices: 1 } });
  });

  it('is the same where nothing was said of it', () => {
    expect(withAcknowledgements(healthyReport, [word({ id: 'volume:x/y', severity: 'critical' })])).toBe(healthyReport);
  });

  it('gets no grade that it had not', () => {
    const blind = { ...troubledReport, ungradable: 'this is only mounts', grade: '?' as const, score: null };
    expect(withAcknowledgements(blind, blind.problems.map(word))).toMatchObject({ grade: '?', score: null });
  });
});
