import type { JudgedVolume } from './leftovers.ts';

type Judged = Pick<JudgedVolume, 'place' | 'standing' | 'owner'>;

/** What nobody can tell from the configurations that were read, and a person has to find out before anything else; one sentence. */
export function findOutFirst({ place, standing, owner }: Judged, isDoubled: boolean): string {
  if (standing.is === 'busy' || standing.is === 'unclear') return standing.because;
  const others = [
    ...(isDoubled ? ['which of the two volumes of this name is meant, which only an id tells'] : []),
    ...(standing.is === 'elsewhere' ? ['whether a guest of another cluster uses it, since the storage is shared'] : []),
    ...(standing.cause === 'guest-elsewhere' && owner !== null
      ? [`whether guest ${owner.vmid}, which is on node ${owner.node}, is being migrated or replicated there`]
      : []),
    place.kind === 'directory' ? OF_FILES : OF_VOLUMES,
    'what is on it, and whether somebody keeps it',
  ];
  return `find out ${others.join('; ')}`;
}

const OF_FILES = 'whether another image, a link, a mount or a program of this or another node uses it';
const OF_VOLUMES = 'whether a clone, a link, a mount or a program of this or another node uses it';
