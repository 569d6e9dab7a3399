// `npm run goldens`: rewrites every golden from its capture, and what the pages of checks show of them. Read the diff; CI never writes.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CHECKS } from '../../src/checks/index.ts';
import { situations } from '../capture-files.ts';
import { withExcerpt } from '../docs/page-excerpts.ts';
import { withSeverities, withSeverity } from '../docs/severity-table.ts';
import { CLUSTERS_KEPT_AS_JSON, clusterGoldenOf, clusterSituations } from './cluster-goldens.ts';
import { goldenOf, goldenPath, KEPT_AS_JSON } from './goldens.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
for (const name of readdirSync(here)) {
  const kept = name.endsWith('.json')
    ? [...KEPT_AS_JSON, ...CLUSTERS_KEPT_AS_JSON]
    : [...situations, ...clusterSituations];
  if (/\.(?:txt|json)$/.test(name) && !kept.includes(name.replace(/\.\w+$/, ''))) rmSync(`${here}${name}`);
}
for (const situation of situations) {
  const { txt, json } = await goldenOf(situation);
  writeFileSync(goldenPath(situation, 'txt'), txt);
  if (KEPT_AS_JSON.includes(situation)) writeFileSync(goldenPath(situation, 'json'), json);
}
for (const situation of clusterSituations) {
  const { txt, json } = clusterGoldenOf(situation);
  writeFileSync(goldenPath(situation, 'txt'), txt);
  if (CLUSTERS_KEPT_AS_JSON.includes(situation)) writeFileSync(goldenPath(situation, 'json'), json);
}
for (const { code } of CHECKS) {
  const path = fileURLToPath(new URL(`../../docs/checks/${code}.md`, import.meta.url));
  writeFileSync(path, withSeverity(code, withExcerpt(code, readFileSync(path, 'utf8'))));
}
const reference = fileURLToPath(new URL('../../docs/reference.md', import.meta.url));
writeFileSync(reference, withSeverities(readFileSync(reference, 'utf8')));
console.log(`${situations.length} situations`);
