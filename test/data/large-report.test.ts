import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { findingKey } from '../../src/model/report/report-history.ts';
import { IS_THOROUGH } from '../sample.ts';
import { LARGE, largeReport, makeReport } from './large-report.ts';

const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: false }).compile(schema);
const small = makeReport({ guests: 10, findings: 50, mounts: 6, runs: 3 });
const ALL = IS_THOROUGH ? [largeReport, small] : [small];

describe('a made-up report', () => {
  it('has as much of everything as was asked for', () => {
    const { guests, findings, mounts, history } = largeReport;
    const runs = history?.trend.length;
    expect({ guests: guests.length, findings: findings.length, mounts: mounts.length, runs }).toEqual(LARGE);
    expect(makeReport({ ...LARGE, runs: 0 }).history).toBeNull();
  });

  it.each(ALL)('is a report that names each finding once', (report) => {
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    const keys = report.findings.map(findingKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(report.history?.problems.map(({ id }) => id)).toEqual(report.problems.map(({ id }) => id));
  });
});
