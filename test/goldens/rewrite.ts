// `npm run goldens`: rewrites every golden from its capture. Read the diff; CI never writes.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { situations } from '../capture-files.ts';
import { goldenOf, goldenPath } from './goldens.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
for (const name of readdirSync(here)) {
  if (/\.(?:txt|json)$/.test(name) && !situations.includes(name.replace(/\.\w+$/, ''))) rmSync(`${here}${name}`);
}
for (const situation of situations) {
  const { txt, json } = await goldenOf(situation);
  writeFileSync(goldenPath(situation, 'txt'), txt);
  writeFileSync(goldenPath(situation, 'json'), json);
}
console.log(`${situations.length} situations`);
