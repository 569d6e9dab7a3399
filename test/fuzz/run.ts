/**
 * npm run fuzz [-- [--inputs N] [--seed S] [--growth LENGTH] [TARGET…]]: gives every reader, decoder and renderer that many
 * damaged and made-up texts in all, each target its share. What breaks a law is made smaller and kept in test/fuzz/seeds.
 * `--growth` asks instead whether time follows the length of a text.
 */
import { parseArgs } from 'node:util';
import { removeScratch } from '../store/scratch.ts';
import { fuzz } from './engine.ts';
import { slowTexts } from './growth.ts';
import { keepInput } from './kept-inputs.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets/index.ts';

const { values, positionals } = parseArgs({
  options: { inputs: { type: 'string' }, seed: { type: 'string' }, growth: { type: 'string' } },
  allowPositionals: true,
});

const inputs = Number(values.inputs ?? 1_000_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const chosen = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !TARGETS.some((target) => target.name === name));
if (unknown.length > 0 || !Number.isInteger(inputs) || !Number.isInteger(seed)) {
  console.error(`usage: npm run fuzz -- [--inputs N] [--seed S] [--growth LENGTH] [TARGET…]`);
  console.error(`targets: ${TARGETS.map(({ name }) => name).join(', ')}`);
  process.exit(64);
}

let passed = 0;
let failed = 0;
const count = (ok: boolean) => {
  if (ok) passed += 1;
  else failed += 1;
};

async function fuzzOne(target: Target, share: number): Promise<void> {
  const result = await fuzz(target, share, seed);
  const rate = Math.round(result.inputs / (result.ms / 1000));
  const end = `${(result.ms / 1000).toFixed(1)} s, ${rate} a second, ${result.failures.length} failures`;
  console.log(`${target.name.padEnd(22)} ${String(result.inputs).padStart(8)} inputs, ${end}`);
  for (const { input, because } of result.failures) {
    const path = keepInput(target.name, input);
    console.log(`  ${because.slice(0, 300)}\n  ${JSON.stringify(input).slice(0, 300)}\n  kept as ${path}`);
  }
  count(result.failures.length === 0);
}

async function growOne(target: Target, length: number): Promise<void> {
  const start = performance.now();
  const slow = await slowTexts(target, length);
  console.log(`${target.name.padEnd(22)} ${((performance.now() - start) / 1000).toFixed(1)} s, ${slow.length} slow`);
  for (const { head, unit, ms } of slow)
    console.log(`  ${Math.round(ms)} ms with ${JSON.stringify(unit)} after ${JSON.stringify(head)}`);
  count(slow.length === 0);
}

console.log(values.growth === undefined ? `seed ${seed}, ${inputs} inputs` : `texts of ${values.growth} characters`);
const shares = chosen.reduce((sum, { share }) => sum + share, 0);
for (const target of chosen) {
  if (values.growth === undefined) await fuzzOne(target, Math.ceil((inputs * target.share) / shares));
  else if (target.growsOtherwise === undefined) await growOne(target, Number(values.growth));
}
removeScratch();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
