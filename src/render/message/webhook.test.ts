import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { goldenReports } from '../../../test/data/golden-reports.ts';
import { changeSince, firstChange } from '../../../test/data/hostile-texts.ts';
import { largeReport } from '../../../test/data/large-report.ts';
import {
  emptyReport,
  healthyReport,
  hostileReport,
  troubledReport,
  unknownReport,
} from '../../../test/data/sample-report.ts';
import { someOf } from '../../../test/sample.ts';
import type { Report } from '../../model/report/report.ts';
import { bytesOf } from './clip.ts';
import { composeMessage, testMessage } from './compose.ts';
import { MOST_JSON_BYTES } from './webhook.ts';

const schema = JSON.parse(readFileSync(new URL('../../../docs/webhook.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

const NAMES = { id: '6f1d2a52-6f0f-4e0a-9a0e-0f6f6a0c7c11', createdAt: '2026-11-21T02:00:13Z' };
const jsonOf = (report: Report, change = firstChange(report)): string =>
  composeMessage({ ...NAMES, report, change, kind: 'report' }).json;

const REPORTS: Readonly<Record<string, Report>> = {
  ...{ healthyReport, troubledReport, unknownReport, emptyReport, hostileReport, largeReport },
  ...Object.fromEntries(someOf(Object.entries(goldenReports), 6)),
};

describe('what a webhook gets', () => {
  it.each(Object.entries(REPORTS))('is what the schema describes: %s', (_, report) => {
    for (const change of [firstChange(report), changeSince(report, 1)]) {
      expect(validate(JSON.parse(jsonOf(report, change))), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it('names every problem where it belongs, by the id that history knows it by', () => {
    const document = JSON.parse(jsonOf(troubledReport, changeSince(troubledReport, 1)));
    const ids = troubledReport.problems.map(({ id }) => id);
    expect(document.new.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 1));
    expect(document.standing.map(({ id }: { id: string }) => id)).toEqual(ids.slice(1));
    expect(document.resolved).toMatchObject([{ codes: ['DM011'], vmids: [121], since: '2026-11-17T02:00:04Z' }]);
    expect(document.new[0]).toMatchObject({ kind: 'volume', next: { repairable: false }, how: null, moves: null });
    expect(document.gradeReason).toBe('grade F: 1 critical problem');
    expect(document.counts).toMatchObject({ critical: 1, new: 1, standing: 2, resolved: 1, unjudgedChecks: 1 });
    expect(document.unjudgedChecks).toEqual([{ code: 'DM020', because: 'lvm fullreport: timed out after 10 s' }]);
  });

  it('says what changed, what comes and goes, and what can be looked at', () => {
    const [before] = troubledReport.history?.resolved ?? [];
    const [problem] = troubledReport.problems;
    if (before === undefined || problem === undefined) throw new Error('the sample has both');
    const change = changeSince(troubledReport, 0, {
      changed: [{ problem, how: 'worse', before }],
      flapping: [{ problem: before, moves: 5 }],
      sight: { lost: ['mount /mnt/pve/nas'], regained: ['check DM010'] },
    });
    const document = JSON.parse(jsonOf(troubledReport, change));
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document.changed).toMatchObject([{ id: problem.id, how: 'worse', severityBefore: 'warning', moves: null }]);
    expect(document.flapping).toMatchObject([{ id: before.id, moves: 5, next: null, how: null }]);
    expect([document.sightLost, document.sightRegained]).toEqual([['mount /mnt/pve/nas'], ['check DM010']]);
  });

  it('is bounded, and counts what it leaves out', () => {
    const json = jsonOf(largeReport);
    const document = JSON.parse(json);
    expect(bytesOf(json)).toBeLessThanOrEqual(MOST_JSON_BYTES);
    expect(document.new.length).toBeGreaterThan(10);
    expect(document.new.length + document.omitted.new).toBe(largeReport.problems.length);
  });

  it('keeps names as they are, in a form that is harmless in a log', () => {
    const json = jsonOf(hostileReport);
    expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(json).node).toBe(hostileReport.node);
  });

  it('says nothing of a node in a test', () => {
    const document = JSON.parse(testMessage({ ...NAMES, node: 'pve1' }).json);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document).toMatchObject({
      event: 'test',
      status: null,
      grade: null,
      gradeReason: null,
      counts: null,
      exitCode: null,
    });
  });
});

interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly additionalProperties?: boolean;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

describe('docs/webhook.schema.json', () => {
  const parts: readonly [string, Schema][] = [['document', schema], ...Object.entries<Schema>(schema.$defs)];

  it.each(parts)('is closed and describes every property: %s', (_, part) => {
    expect(part.additionalProperties).toBe(false);
    expect(part.required).toEqual(Object.keys(part.properties ?? {}));
    for (const property of Object.values(part.properties ?? {})) {
      expect(
        property.description ?? schema.$defs[property.$ref?.replace('#/$defs/', '') ?? '']?.description ?? '',
      ).not.toBe('');
    }
  });

  it('refuses what it does not know', () => {
    const document = JSON.parse(jsonOf(healthyReport));
    expect(validate({ ...document, mood: 'good' })).toBe(false);
    for (const key of Object.keys(document)) {
      expect(validate(Object.fromEntries(Object.entries(document).filter(([name]) => name !== key))), key).toBe(false);
    }
  });
});
