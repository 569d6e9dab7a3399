/** Runs one case inside a guest: inside.ts CASE RESULTS */
import { writeFileSync } from 'node:fs';
import { type CaseResult, type PveCase, PveLab } from './pve-lab.ts';

const [name = '', results = ''] = process.argv.slice(2);
const lab = new PveLab();
try {
  const { pveCase } = (await import(`./cases/${name}.ts`)) as { pveCase: PveCase };
  pveCase.run(lab);
} catch (error) {
  lab.differences.push(`the case could not be built: ${error instanceof Error ? error.stack : String(error)}`);
}
const { differences, judgements } = lab;
writeFileSync(`${results}/${name}.json`, JSON.stringify({ differences, judgements } satisfies CaseResult));
