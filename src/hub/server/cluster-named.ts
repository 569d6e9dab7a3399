import { type ClusterWord, NO_CLUSTER } from '../pages/cluster-word.ts';
import type { HubParts } from './hub-parts.ts';
import { silentBefore } from './show-page.ts';

const MOST_ALIKE = 10;

/** The cluster of that id or name, or the only one with that in its name. */
export async function clusterNamed(parts: HubParts, word: string): Promise<ClusterWord> {
  const text = word.trim().slice(0, 100);
  if (text === '') return NO_CLUSTER;
  const { store } = parts;
  const exact = await store.cluster(text);
  if (exact !== null) return { text, chosen: exact, alike: [] };
  const alike = await store.clusters({ silentBefore: silentBefore(parts), text, sort: 'name', limit: MOST_ALIKE });
  const [only] = alike;
  return { text, chosen: alike.length === 1 && only !== undefined ? only : null, alike };
}
