import { afterAll, describe, expect, it } from 'vitest';
import { someOf, trials } from '../sample.ts';
import { removeScratch } from '../store/scratch.ts';
import { fuzz, whyWrong } from './engine.ts';
import { keptInputs, keptTargets } from './kept-inputs.ts';
import { DEVICE_MAPPER } from './targets/device-mapper.ts';
import { GUEST_CONFIGURATIONS } from './targets/guest-configurations.ts';
import { TARGETS } from './targets/index.ts';
import { LVM_REPORT } from './targets/lvm-report.ts';
import { MACHINE_FILES } from './targets/machine-files.ts';
import { PVE_FILES } from './targets/pve-files.ts';

/** Of all targets together; `npm run fuzz` runs a million. */
const INPUTS = trials(4500);
const LEAST = trials(80);
const SHARES = TARGETS.reduce((sum, { share }) => sum + share, 0);
const SEED = 20_261_121;

/** Readers of files and of what programs print. */
const PARSERS = [...DEVICE_MAPPER, ...GUEST_CONFIGURATIONS, ...LVM_REPORT, ...MACHINE_FILES, ...PVE_FILES].map(
  (target) => [target.name, target] as const,
);
const LENGTH = 60_000;

afterAll(removeScratch);

describe('readers, decoders and renderers', () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))(
    'hold their laws whatever the text: %s',
    async (_, target) => {
      const inputs = Math.max(LEAST, Math.ceil((INPUTS * target.share) / SHARES));
      const { failures } = await fuzz(target, inputs, SEED);
      expect(failures).toEqual([]);
    },
  );

  // What takes a moment in proportion to the text would take longer than a test may in proportion to its square.
  it.each(PARSERS)('read a word thousands of times: %s', async (_, { words, read }) => {
    for (const word of someOf(words, 8)) await read(word.repeat(Math.ceil(LENGTH / (word.length + 1))));
  });

  const kept = keptTargets().flatMap((name) =>
    keptInputs(name).map(({ name: file, input }) => [name, file, input] as const),
  );

  it.each(kept)('hold them for what once broke one: %s, %s', async (name, _, input) => {
    const target =
      TARGETS.find((candidate) => candidate.name === name) ?? expect.unreachable(`no target is called ${name}`);
    expect(await whyWrong(target, input)).toBeNull();
  });
});
