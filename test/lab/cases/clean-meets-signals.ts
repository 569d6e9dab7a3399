import { waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { ENTRY, isFree, type Scene, withOneOrphan } from '../node/one-orphan.ts';
import type { Repair } from '../node/repair.ts';

/** From the answer on, across the whole step: one takes some seconds in the lab. */
const MOMENTS = {
  'ctrl-c': [0, 700, 1400, 2100, 2800, 3500, 4200, 4900, 5600, 6300],
  'ctrl-z': [0, 2000, 4000],
  hangup: [0, 2000, 4000],
} as const;

export const labCase: LabCase = {
  about: 'Ctrl-C, Ctrl-Z and a hangup at any moment of a step: it ends, the journal says how, and no lock stays.',
  nightly: true,
  limitSeconds: 1800,
  run(lab) {
    const keys = Object.keys(MOMENTS) as (keyof typeof MOMENTS)[];
    withOneOrphan(
      lab,
      keys.flatMap((key) =>
        lab.sample<number>(MOMENTS[key], 2).map(
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
  const ran = repair.onTerminal('clean --vmid 500', `y then ${what.replace(/ ms$/, '')}`);
  waitFor(`${what}: the run ends`, () => repair.trail().at(-1) === 'run-end', 90_000);
  const last = repair.trail().at(-2) ?? '';
  const gone = !repair.entries().includes(ENTRY);
  lab.expect(`${what}: never unknown`, /unknown|failed/.test(last), false);
  lab.expect(`${what}: the journal is right`, last === 'outcome changed', gone);
  // The command's guard ends a moment after the run, and the lock with it.
  waitFor(`${what}: the lock is free`, () => isFree(lab), 10_000);
  if (key === 'ctrl-c') lab.expect(`${what}: status`, [0, 130].includes(ran.exit), true);
}
