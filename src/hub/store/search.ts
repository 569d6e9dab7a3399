import type { Engine } from './engine.ts';
import type { FleetView, SearchHit } from './hub-store.ts';
import { lowerCase } from './store-text.ts';
import type { Database } from './tables.ts';

/** An index finds a middle by three characters in a row, or by the beginning or end of a word; less would be a look at every name. */
const hasMiddle = (text: string): boolean => [...text].length >= 3 && /[\p{L}\p{N}]{2}/u.test(text);

export const searchOn =
  (engine: Engine): FleetView['search'] =>
  (text, limit) =>
    engine.look(async (db) => {
      const wanted = lowerCase(text);
      if (wanted === '') return [];
      const first = await beginning(db, wanted, limit);
      if (first.length >= limit || !hasMiddle(wanted)) return first;
      const others = await hitQuery(db)
        .where(engine.inMiddle(wanted))
        .limit(limit + first.length)
        .execute();
      const middles = others.filter(({ name }) => !lowerCase(name).startsWith(wanted)).sort(byName);
      return [...first, ...middles].slice(0, limit);
    });

const hitQuery = (db: Database) =>
  db
    .selectFrom('search_index')
    .innerJoin('node', 'node.id', 'search_index.node_id')
    .innerJoin('cluster', 'cluster.id', 'node.cluster_id')
    .select(['search_index.kind', 'search_index.name', 'search_index.problem_id as problemId'])
    .select(['node.id as nodeId', 'node.name as node', 'cluster.id as clusterId', 'cluster.name as cluster']);

const beginning = (db: Database, wanted: string, limit: number): Promise<SearchHit[]> =>
  hitQuery(db)
    .where('search_index.name_lower', '>=', wanted)
    // The last character there is: no name that begins so comes after it.
    .where('search_index.name_lower', '<=', `${wanted}\u{10ffff}`)
    .orderBy('search_index.name_lower')
    .orderBy('cluster.name')
    .orderBy('node.name')
    .orderBy('search_index.kind')
    .limit(limit)
    .execute();

function byName(a: SearchHit, b: SearchHit): number {
  const of = ({ name, cluster, node, kind }: SearchHit) => [lowerCase(name), cluster, node, kind].join('\0');
  return of(a) < of(b) ? -1 : 1;
}
