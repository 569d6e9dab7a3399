import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { situations } from '../capture-files.ts';
import { CLUSTERS_KEPT_AS_JSON, clusterGoldenOf, clusterSituations } from './cluster-goldens.ts';
import { goldenOf, goldenPath, KEPT_AS_JSON } from './goldens.ts';

const clusterSchema: object = JSON.parse(
  readFileSync(new URL('../../docs/cluster.schema.json', import.meta.url), 'utf8'),
);
const schema: object = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, allErrors: true });
const isReport = ajv.compile(schema);
const isClusterReport = ajv.compile(clusterSchema);

describe.each(situations)('the report of %s', (situation) => {
  it('is the one that was reviewed, and its JSON keeps to the schema', async () => {
    const { txt, json } = await goldenOf(situation);
    expect(txt).toBe(readFileSync(goldenPath(situation, 'txt'), 'utf8'));
    if (KEPT_AS_JSON.includes(situation)) expect(json).toBe(readFileSync(goldenPath(situation, 'json'), 'utf8'));
    isReport(JSON.parse(json));
    expect(isReport.errors ?? []).toEqual([]);
  });
});

describe.each(clusterSituations)('the cluster report of %s', (situation) => {
  it('is the one that was reviewed, and its JSON keeps to the schema', () => {
    const { txt, json } = clusterGoldenOf(situation);
    expect(txt).toBe(readFileSync(goldenPath(situation, 'txt'), 'utf8'));
    if (CLUSTERS_KEPT_AS_JSON.includes(situation))
      expect(json).toBe(readFileSync(goldenPath(situation, 'json'), 'utf8'));
    isClusterReport(JSON.parse(json));
    expect(isClusterReport.errors ?? []).toEqual([]);
  });
});
