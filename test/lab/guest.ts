/** Runs one case inside a guest: guest.ts CASE RESULTS [--other-node] [--record] [--situation-only] */
import { writeFileSync } from 'node:fs';
import { Lab, type LabCase, NODES } from './node/lab.ts';

const [name = '', results = '', ...options] = process.argv.slice(2);
const otherNode = options.includes('--other-node');
const node = NODES[otherNode ? 1 : 0];
const lab = new Lab({
  name,
  node,
  results,
  record: options.includes('--record'),
  situationOnly: options.includes('--situation-only'),
});
try {
  const { labCase } = (await import(`./cases/${name}.ts`)) as { labCase: LabCase };
  if (otherNode) labCase.otherNode?.(lab);
  else labCase.run(lab);
} catch (error) {
  lab.differences.push(`the case could not be built: ${error instanceof Error ? error.stack : String(error)}`);
}
writeFileSync(`${results}/${name}.${node}.json`, JSON.stringify(lab.differences));
process.exitCode = lab.differences.length === 0 ? 0 : 1;
