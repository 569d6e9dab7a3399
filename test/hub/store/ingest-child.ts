/**
 * Keeps reports until it is killed: `bun ingest-child.ts ADDRESS ROUND NODE…`. A line `NODE TAKEN-AT` on standard output says that a
 * report was answered: kept, or known from a try of which the answer was lost.
 */
import { writeSync } from 'node:fs';
import { StoreAway } from '../../../src/hub/store/hub-store.ts';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { at, exampleProblem, exampleReport } from './store-examples.ts';

const [address = '', round = '', ...nodes] = process.argv.slice(2);

/** What a node does that was not answered: the same again, a little later. */
async function untilAnswered<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const store = await untilAnswered(() => openStore(address));
for (let number = 0; ; number += 1) {
  const minute = Number(round) * 100_000 + number;
  const count = 1 + (number % nodes.length);
  const problems = [exampleProblem('always'), exampleProblem(`some-${number % 3}`), exampleProblem(`one-${number}`)];
  const batch = nodes
    .slice(0, count)
    .map((node) => exampleReport(node, minute, { problems, body: `${node} ${minute}` }));
  const results = await untilAnswered(() => store.keep(batch));
  const answered = batch.filter((_, place) => results[place] === 'kept' || results[place] === 'known');
  writeSync(1, answered.map(({ nodeId }) => `${nodeId} ${at(minute)}\n`).join(''));
}
