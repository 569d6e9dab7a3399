import { insertMany } from '../../src/hub/store/many-rows.ts';
import { openEngine } from '../../src/hub/store/open-store.ts';

export const nameOf = (number: number): string => `pve${number}`;

export const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Enrols nodes, all with one key, by writing the rows that an enrolment writes. */
export async function enrolAll(address: string, nodes: number, clusters: number, publicKey: string): Promise<void> {
  const engine = await openEngine(address, null);
  const all = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);
  const clusterId = (number: number): string => `cluster-${String(number % clusters).padStart(5, '0')}`;
  await engine.change(async (work) => {
    await insertMany(
      work,
      'cluster',
      all(clusters).map((number) => ({ id: clusterId(number), name: `site ${number}` })),
    );
    const rows = all(nodes).map((number) => ({
      ...{
        id: idOf(number),
        cluster_id: clusterId(number),
        name: nameOf(number),
        machine_id: `${number}`,
        public_key: publicKey,
      },
      ...{ enrolled_at: new Date().toISOString(), tool_version: '0.1.0', critical: 0, warnings: 0, notices: 0 },
      ...{ unjudged: 0, revision: 0 },
    }));
    await insertMany(work, 'node', rows);
  });
  await engine.close();
}
