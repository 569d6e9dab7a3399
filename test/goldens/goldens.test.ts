import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { situations } from '../capture-files.ts';
import { clusterGoldenOf, clusterSituations } from './cluster-goldens.ts';
import { goldenOf, goldenPath } from './goldens.ts';

const clusterSchema: object = JSON.parse(
  readFileSync(new URL('../../docs/cluster.schema.json', import.meta.url), 'utf8'),
);
const schema: object = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, allErrors: true });
const isReport = ajv.compile(schema);
const isClusterReport = ajv.compile(clusterSchema);

describe.each(situations)('the report of %s', (situation) => {
  it('is the one that was reviewed, as text and as JSON', async () => {
    const { txt, json } = await goldenOf(situation);
    expect(txt).toBe(readFileSync(goldenPath(situation, 'txt'), 'utf8'));
    expect(json).toBe(readFileSync(goldenPath(situation, 'json'), 'utf8'));
    isReport(JSON.parse(json));
    expect(isReport.errors ?? []).toEqual([]);
  });
});

describe.each(clusterSituations)('the cluster report of %s', (situation) => {
  it('is the one that was reviewed, as text and as JSON', () => {
    const { txt, json } = clusterGoldenOf(situation);
    expect(txt).toBe(readFileSync(goldenPath(situation, 'txt'), 'utf8'));
    expect(json).toBe(readFileSync(goldenPath(situation, 'json'), 'utf8'));
    isClusterReport(JSON.parse(json));
    expect(isClusterReport.errors ?? []).toEqual([]);
  });
});
