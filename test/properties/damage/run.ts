/**
 * npm run faults [-- CAPTURE…]: damages every source of every capture in every way, each alone, and holds the law of damage
 * (verdict.ts). Prints what was tried and what came of it, the exemptions that were needed, and every breach.
 */
import { readCapture, situations } from '../../capture-files.ts';
import { DAMAGES, type Damage, type Damaged, type Thoroughness } from './damaged.ts';
import { EXEMPTIONS, type Exemption } from './exemptions.ts';
import { damagedCaptures } from './index.ts';
import { answerTo } from './law.ts';
import { HARMS, judge, type Verdict } from './verdict.ts';

/** Each kind of source meets 10 MB in so many captures. */
const LARGE = 2;

const metLarge = new Map<string, number>();

const THOROUGH: Thoroughness = {
  ...{ places: 4, alike: 2 },
  large: (source) => {
    const met = metLarge.get(source) ?? 0;
    metLarge.set(source, met + 1);
    return met < LARGE * 2;
  },
};

interface Row {
  cases: number;
  equal: number;
  said: number;
  silent: number;
  accuses: number;
  removes: number;
  resolves: number;
  clears: number;
  crashes: number;
  broken: number;
}

const emptyRow = (): Row => ({
  ...{ cases: 0, equal: 0, said: 0, silent: 0, accuses: 0, removes: 0, resolves: 0, clears: 0, crashes: 0, broken: 0 },
});

const rows = new Map<Damage, Row>(DAMAGES.map((damage) => [damage, emptyRow()]));
const needed = new Map<Exemption, number>();
const sources = new Set<string>();
let failed = 0;

function note({ source, damage }: Damaged, { effect, complaints, used }: Verdict, situation: string): void {
  const row = rows.get(damage);
  if (row === undefined) throw new Error(`no row for ${damage}`);
  sources.add(source);
  row.cases += 1;
  if (effect === null) row.crashes += 1;
  else {
    row[effect.answer] += 1;
    for (const harm of HARMS) if (effect[harm].length > 0) row[harm] += 1;
  }
  for (const exemption of used) needed.set(exemption, (needed.get(exemption) ?? 0) + 1);
  if (complaints.length === 0) return;
  row.broken += 1;
  failed += 1;
  for (const complaint of complaints) console.log(`BROKEN in ${situation}: ${complaint}`);
}

async function tryCapture(situation: string): Promise<void> {
  const capture = readCapture(situation);
  const whole = await answerTo(capture);
  const begun = performance.now();
  let cases = 0;
  for (const damaged of damagedCaptures(capture, THOROUGH)) {
    note(damaged, await judge(damaged, whole), situation);
    cases += 1;
  }
  console.log(`${situation}: ${cases} cases, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

const line = (cells: readonly (string | number)[]): string =>
  cells.map((cell, at) => (at === 0 ? `${cell}`.padEnd(14) : `${cell}`.padStart(9))).join('');

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? situations : wanted;
for (const situation of chosen) await tryCapture(situation);

const columns = [
  'cases',
  'equal',
  'said',
  'silent',
  'accuses',
  'removes',
  'resolves',
  'clears',
  'crashes',
  'broken',
] as const;
console.log(`\n${chosen.length} captures, ${sources.size} kinds of sources\n\n${line(['damage', ...columns])}`);
for (const [damage, row] of rows) console.log(line([damage, ...columns.map((column) => row[column])]));
console.log('\nWhat is silent, accuses, removes or resolves without being broken is allowed, since it may be true:');
for (const exemption of EXEMPTIONS) {
  const count = needed.get(exemption) ?? 0;
  console.log(
    `${`${count}`.padStart(6)}  ${exemption.source.source}, ${exemption.damage.join(', ')}: ${exemption.because}`,
  );
  if (count > 0 || wanted.length > 0) continue;
  console.log('BROKEN: no capture needs this exemption any more');
  failed += 1;
}
const total = [...rows.values()].reduce((sum, { cases }) => sum + cases, 0);
console.log(`\n${total - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
