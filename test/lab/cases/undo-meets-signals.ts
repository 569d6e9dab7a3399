import { waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { CLEAN, lastId } from '../node/lvchange.ts';
import { ENTRY, isFree, type Scene, withOneOrphan } from '../node/one-orphan.ts';
import type { Repair } from '../node/repair.ts';

/** From the answer on, across the whole step. */
const MOMENTS = {
  hangup: [0, 700, 1400, 2100, 2800, 3500, 4200, 4900, 5600, 6300],
  'ctrl-c': [0, 1400, 2800, 4200, 5600],
  'ctrl-z': [0, 2800],
} as const;

export const labCase: LabCase = {
  about:
    'A hangup, Ctrl-C and Ctrl-Z at any moment of undo: it ends, the journal says what the kernel has, no lock stays, and what was not taken back can be taken back later.',
  nightly: true,
  limitSeconds: 3600,
  run(lab) {
    const keys = Object.keys(MOMENTS) as (keyof typeof MOMENTS)[];
    withOneOrphan(
      lab,
      keys.flatMap((key) =>
        lab.sample<number>(MOMENTS[key], 3).map(
          (ms): Scene =>
            (...at) =>
              press(...at, key, ms),
        ),
      ),
    );
  },
};

function press(lab: Lab, repair: Repair, key: string, ms: number): void {
  const what = `${key} after ${ms} ms`;
  lab.expect(`${what}: cleaned`, repair.doctor(...CLEAN).exit, 0);
  const id = lastId(repair);
  const ran = repair.onTerminal(`undo ${id}`, `y then ${what.replace(/ ms$/, '')}`);
  waitFor(`${what}: the run ends`, () => repair.trail().at(-1) === 'run-end', 180_000);
  const last = repair.trail().at(-2) ?? '';
  const isBack = repair.entries().includes(ENTRY);
  lab.expect(`${what}: never unknown`, /unknown|different|failed/.test(last), false);
  lab.expect(`${what}: the journal is right`, last === 'outcome changed', isBack);
  waitFor(`${what}: the lock is free`, () => isFree(lab), 10_000);
  if (key === 'ctrl-c') lab.expect(`${what}: status`, ran.exit, isBack ? 0 : 130);
  if (!isBack) lab.expect(`${what}: taken back later`, repair.doctor('undo', '--yes', `${id}`).exit, 0);
  lab.expect(`${what}: it is back`, repair.entries().includes(ENTRY), true);
}
