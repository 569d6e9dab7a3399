/** Runs one case inside a guest: guest.ts CASE RESULTS [--node=AT] [--record] [--situation-only] [--whole] */
import { writeFileSync } from 'node:fs';
import { Lab, type LabCase, NODES } from './node/lab.ts';

const [name = '', results = '', ...options] = process.argv.slice(2);
const at = Number(options.find((option) => option.startsWith('--node='))?.slice('--node='.length) ?? 0);
const node = NODES[at] ?? NODES[0];
const lab = new Lab({
  name,
  node,
  results,
  record: options.includes('--record'),
  situationOnly: options.includes('--situation-only'),
  whole: options.includes('--whole'),
});
try {
  const { labCase } = (await import(`./cases/${name}.ts`)) as { labCase: LabCase };
  if (labCase.steps !== undefined) lab.three.run(lab, labCase);
  else if (at > 0) labCase.otherNode?.(lab);
  else labCase.run(lab);
} catch (error) {
  lab.differences.push(`the case could not be built: ${error instanceof Error ? error.stack : String(error)}`);
}
writeFileSync(`${results}/${name}.${node}.json`, JSON.stringify(lab.differences));
process.exitCode = lab.differences.length === 0 ? 0 : 1;
