import { readCapture, situations } from '../../capture-files.ts';
import { IS_THOROUGH } from '../../sample.ts';
import type { Damaged, Thoroughness } from './damaged.ts';
import { damagedCaptures } from './index.ts';

/** `npm run faults` tries all of it; 10 MB take a second each, so nobody waits for them here. */
const SAMPLED: Thoroughness = { places: 2, alike: 1, large: () => false };

type Sample = ReadonlyMap<string, readonly Damaged[]>;

/** Some of the damage to every capture, the same on every run. */
export const sampledDamage = (): Sample => (IS_THOROUGH ? largeSample() : smallSample());

const damageTo = (situation: string): readonly Damaged[] => [...damagedCaptures(readCapture(situation), SAMPLED)];

/** One of every third kind of damage to each capture: other kinds and another source in each, since they have much the same ones. */
const smallSample = (): Sample =>
  new Map(
    situations.map((situation, at) => {
      const kinds = [...Map.groupBy(damageTo(situation), ({ damage }) => damage).values()];
      const chosen = kinds.filter((_, kind) => (kind + at) % 3 === 0);
      return [situation, chosen.flatMap((alike) => alike[(at * 37) % alike.length] ?? [])];
    }),
  );

/** What decides most is tried most. */
const strideOf = (source: string): number => (/^command|^file \/etc\/pve/.test(source) ? 6 : 24);

/** The first of each kind of damage to each kind of source, and then every so many-th one. */
function largeSample(): Sample {
  const counts = new Map<string, number>();
  const isChosen = ({ source, damage }: Damaged): boolean => {
    const pair = `${source}: ${damage}`;
    const count = counts.get(pair) ?? 0;
    counts.set(pair, count + 1);
    return count % strideOf(source) === 0;
  };
  return new Map(situations.map((situation) => [situation, damageTo(situation).filter(isChosen)]));
}
