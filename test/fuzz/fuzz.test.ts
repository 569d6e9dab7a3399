import { afterAll, describe, expect, it } from 'vitest';
import { trials } from '../sample.ts';
import { removeScratch } from '../store/scratch.ts';
import { fuzz, whyWrong } from './engine.ts';
import { keptInputs, keptTargets } from './kept-inputs.ts';
import { TARGETS } from './targets/index.ts';

/** Of all targets together; `npm run fuzz` runs a million. */
const INPUTS = trials(4500);
const SHARES = TARGETS.reduce((sum, { share }) => sum + share, 0);
const SEED = 20_261_121;

afterAll(removeScratch);

describe('readers, decoders and renderers', () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))(
    'hold their laws whatever the text: %s',
    async (_, target) => {
      const { failures } = await fuzz(target, Math.ceil((INPUTS * target.share) / SHARES), SEED);
      expect(failures).toEqual([]);
    },
  );

  const kept = keptTargets().flatMap((name) =>
    keptInputs(name).map(({ name: file, input }) => [name, file, input] as const),
  );

  it.each(kept)('hold them for what once broke one: %s, %s', async (name, _, input) => {
    const target =
      TARGETS.find((candidate) => candidate.name === name) ?? expect.unreachable(`no target is called ${name}`);
    expect(await whyWrong(target, input)).toBeNull();
  });
});
