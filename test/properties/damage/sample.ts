import { readCapture, situations } from '../../capture-files.ts';
import type { Damaged, Thoroughness } from './damaged.ts';
import { damagedCaptures } from './index.ts';

/** `npm run faults` tries all of it; 10 MB take a second each, so nobody waits for them in the ordinary run. */
const SAMPLED: Thoroughness = { places: 2, alike: 1, large: () => false };

/** What decides most is tried most. */
const strideOf = (source: string): number => (/^command|^file \/etc\/pve/.test(source) ? 6 : 24);

/**
 * Some of the damage to every capture, the same on every run: the first of each kind of damage to each kind of source, and
 * then every so many-th one.
 */
export function sampledDamage(): ReadonlyMap<string, readonly Damaged[]> {
  const counts = new Map<string, number>();
  const isChosen = ({ source, damage }: Damaged): boolean => {
    const pair = `${source}: ${damage}`;
    const count = counts.get(pair) ?? 0;
    counts.set(pair, count + 1);
    return count % strideOf(source) === 0;
  };
  return new Map(
    situations.map((situation) => [
      situation,
      [...damagedCaptures(readCapture(situation), SAMPLED)].filter((damaged) => isChosen(damaged)),
    ]),
  );
}
