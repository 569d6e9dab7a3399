/** Runs on this machine what a case does beside its three guests: run.ts CASE RESULTS */
import { writeFileSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';
import { Outside } from './conductor.ts';

const [name = '', results = ''] = process.argv.slice(2);
const outside = new Outside(name, results);
try {
  const { labCase } = (await import(`../cases/${name}.ts`)) as { labCase: LabCase };
  await labCase.outside?.(outside);
} catch (error) {
  outside.differences.push(`outside: ${error instanceof Error ? error.stack : String(error)}`);
} finally {
  outside.end();
}
writeFileSync(`${results}/${name}.outside.json`, JSON.stringify(outside.differences));
process.exit(outside.differences.length === 0 ? 0 : 1);
