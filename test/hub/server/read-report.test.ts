import { describe, expect, it } from 'vitest';
import { FUTURE } from '../../../src/hub/receive/future-digest.ts';
import { readReport } from '../../../src/hub/receive/read-report.ts';
import type { ReportDigest } from '../../../src/hub/store/hub-store.ts';
import { openOnes } from '../../../src/model/cluster/recorded-left-out.ts';
import { AREAS } from '../../../src/model/report/cluster-report.ts';
import { isUnjudged, type Report } from '../../../src/model/report/report.ts';
import { jsonText } from '../../../src/render/json.ts';
import { goldenReports } from '../../data/golden-reports.ts';
import { troubledReport } from '../../data/sample-report.ts';

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

const read = (value: unknown, node = troubledReport.node, takenAt = troubledReport.takenAt) =>
  readReport(bytes(value), node, takenAt);

function digestOf(report: Report): ReportDigest {
  const found = readReport(bytes(jsonText(report)), report.node, report.takenAt);
  if ('wrong' in found) throw new Error(found.wrong);
  return found.digest;
}

describe('a report of every capture', () => {
  it.each(Object.entries(goldenReports))('is taken, with its problems and what it could not judge: %s', (_, report) => {
    const digest = digestOf(report);
    expect(digest).toMatchObject({ status: report.status, grade: report.grade, score: report.score });
    expect(digest.problems.map(({ id, severity, codes }) => ({ id, severity, codes }))).toEqual(
      report.problems.map(({ id, severity, codes }) => ({ id, severity, codes })),
    );
    expect(digest.problems.every(({ code, title }) => code === '' || title !== '')).toBe(true);
    const open = new Set(openOnes(digest.unjudged).map(({ code }) => code));
    const unsaid = report.checks.filter((check) => isUnjudged(check) && !open.has(check.code) && !open.has('*'));
    expect(unsaid.map(({ code }) => code)).toEqual([]);
  });

  it.each(Object.entries(goldenReports))('never calls clean what was not judged: %s', (_, report) => {
    const { areas, problems } = digestOf(report);
    for (const area of AREAS) {
      expect(areas[area].state === 'clean' && areas[area].because !== '').toBe(false);
      expect(['critical', 'warning', 'notice'].includes(areas[area].state)).toBe(areas[area].problems > 0);
    }
    expect(AREAS.reduce((sum, area) => sum + areas[area].problems, 0)).toBeLessThanOrEqual(problems.length);
  });

  it.each(Object.entries(goldenReports))('has every guest of it to look for: %s', (_, report) => {
    const { indexedNames } = digestOf(report);
    const names = new Set(indexedNames.map(({ kind, name }) => `${kind} ${name}`));
    for (const { vmid, name } of report.guests) {
      expect(names).toContain(`vmid ${vmid}`);
      if (name !== '') expect(names).toContain(`guest ${name}`);
    }
    expect(names).toContain(`node ${report.node}`);
    expect(new Set(indexedNames.map((thing) => JSON.stringify(thing))).size).toBe(indexedNames.length);
  });
});

describe('names of a problem that can be looked for', () => {
  it('lead to it, by guest, volume and server', () => {
    const all = Object.values(goldenReports).flatMap((report) => digestOf(report).indexedNames);
    for (const kind of ['vmid', 'guest', 'volume', 'server', 'storage', 'wwid'] as const)
      expect(
        all.some((thing) => thing.kind === kind && thing.problemId !== null),
        kind,
      ).toBe(true);
  });
});

describe('an acknowledged problem', () => {
  it('counts in no area', () => {
    const word = { by: 'root', reason: 'known', at: '2026-11-20T00:00:00Z', until: null };
    const known = troubledReport.problems.map((problem) => ({ ...problem, acknowledged: word }));
    const digest = digestOf({ ...troubledReport, problems: known });
    expect(digest.problems.every(({ acknowledged }) => acknowledged)).toBe(true);
    expect(AREAS.map((area) => digest.areas[area].problems)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('what is no report of this node', () => {
  const { node, takenAt } = troubledReport;
  it.each<[string, unknown, string]>([
    ['garbage', 'no JSON', 'not JSON'],
    ['text that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not JSON'],
    ['a list', [], 'not a JSON object'],
    ['nothing', 'null', 'not a JSON object'],
    ['an older schema', { ...troubledReport, schemaVersion: 0 }, 'schemaVersion'],
    ['no schema', { node, takenAt }, 'schemaVersion'],
    ['a schema of another type', { ...troubledReport, schemaVersion: '1' }, 'schemaVersion'],
    ['another node', { ...troubledReport, node: 'pve2' }, 'another node'],
    ['another time', { ...troubledReport, takenAt: '2020-01-01T00:00:00Z' }, 'takenAt'],
    ['a part that is missing', { ...troubledReport, problems: undefined }, 'report.schema.json'],
    ['a part that is too much', { ...troubledReport, evil: 1 }, 'report.schema.json'],
    [
      'a severity that there is not',
      { ...troubledReport, problems: [{ ...troubledReport.problems[0], severity: 'x' }] },
      '/problems/0/severity',
    ],
  ])('is refused with what is wrong: %s', (_, value, words) => {
    const found = value instanceof Uint8Array ? readReport(value, node, takenAt) : read(value);
    expect(found).toEqual({ wrong: expect.stringContaining(words) });
  });

  it('is refused and not a crash where it is nested without end', () => {
    for (const text of [
      `${'['.repeat(2_000_000)}`,
      `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
      `${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}`,
    ])
      expect(read(text)).toHaveProperty('wrong');
    const nested = `{"schemaVersion":1,"node":"${node}","takenAt":"${takenAt}","problems":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(read(nested)).toHaveProperty('wrong');
  });
});

describe('a text that a parser must not get', () => {
  it.each([
    ['[{"a":'.repeat(60), 'nested'],
    [`{${Array.from({ length: 1001 }, (_, at) => `"k${at}":1`).join()}}`, 'keys'],
  ])('is refused before it is parsed: %#', (text, words) => {
    expect(read(text)).toEqual({ wrong: expect.stringContaining(words) });
  });

  it('is none where brackets and colons only stand in names, or beside each other', () => {
    const name = '[{":"\\'.repeat(2000);
    expect(read({ ...troubledReport, notSeen: [name, name] })).toHaveProperty('digest');
    expect(read(JSON.stringify(Array.from({ length: 5000 }, () => ({ a: 1 }))))).toEqual({
      wrong: 'the body is not a JSON object',
    });
  });
});

describe('a report with a schema of the future', () => {
  const future = { ...troubledReport, schemaVersion: 2, shape: { of: 'tomorrow' } };

  it('is kept with what can be understood, and counts as not judged', () => {
    const found = read(future);
    if ('wrong' in found) throw new Error(found.wrong);
    const { digest } = found;
    expect(digest.problems.map(({ id }) => id)).toEqual(troubledReport.problems.map(({ id }) => id));
    expect(digest.status).toBe(troubledReport.status);
    expect(digest.unjudged).toEqual([{ code: FUTURE, because: expect.stringContaining('update the hub') }]);
    expect(AREAS.map((area) => digest.areas[area].state)).toEqual(AREAS.map(() => 'not-judged'));
  });

  it('is kept where nothing of it can be understood', () => {
    const { node, takenAt } = troubledReport;
    const strange = {
      schemaVersion: 99,
      node,
      takenAt,
      status: 7,
      problems: [1, null, { id: [] }, {}],
      host: [],
      score: 1e9,
    };
    const found = read(strange);
    expect(found).toMatchObject({
      digest: { status: 'unknown', grade: '?', score: null, problems: [], pveVersion: null },
    });
  });
});
