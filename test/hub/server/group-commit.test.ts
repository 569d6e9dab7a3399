import { describe, expect, it } from 'vitest';
import { groupCommit } from '../../../src/hub/receive/group-commit.ts';

/** A store whose writing ends when it is told to. */
function slowStore() {
  const batches: number[][] = [];
  const gates: { readonly open: () => void; readonly fail: () => void }[] = [];
  let inside = 0;
  let most = 0;
  const write = async (batch: readonly number[]): Promise<readonly string[]> => {
    batches.push([...batch]);
    inside += 1;
    most = Math.max(most, inside);
    await new Promise<void>((open, reject) =>
      gates.push({ open, fail: () => reject(new Error('the disk is full')) }),
    ).finally(() => {
      inside -= 1;
    });
    return batch.map((item) => `kept ${item}`);
  };
  return { write, batches, gates, most: () => most };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('what waits', () => {
  it('is written in one transaction after the one before, and answered after it', async () => {
    const store = slowStore();
    const queue = groupCommit(store.write);
    const answered: string[] = [];
    const add = (item: number) => queue.add(item).then((result) => answered.push(result));
    const first = add(1);
    await turn();
    const others = [2, 3, 4].map(add);
    await turn();
    expect({ batches: store.batches, answered, waiting: queue.waiting() }).toEqual({
      batches: [[1]],
      answered: [],
      waiting: 4,
    });
    store.gates[0]?.open();
    await first;
    await turn();
    expect({ batches: store.batches, answered }).toEqual({ batches: [[1], [2, 3, 4]], answered: ['kept 1'] });
    store.gates[1]?.open();
    await Promise.all(others);
    expect(answered).toEqual(['kept 1', 'kept 2', 'kept 3', 'kept 4']);
    expect(store.most()).toBe(1);
    await queue.idle();
    expect(queue.waiting()).toBe(0);
  });

  it('is never more at once than the limit', async () => {
    const batches: number[] = [];
    const queue = groupCommit(async (batch: readonly number[]) => {
      batches.push(batch.length);
      return batch;
    }, 10);
    const all = Array.from({ length: 95 }, (_, item) => queue.add(item));
    expect(await Promise.all(all)).toEqual(Array.from({ length: 95 }, (_, item) => item));
    expect(Math.max(...batches)).toBe(10);
  });

  it('fails with its own transaction alone', async () => {
    const store = slowStore();
    const queue = groupCommit(store.write);
    const first = queue.add(1).catch((error: Error) => error.message);
    await turn();
    const second = queue.add(2);
    store.gates[0]?.fail();
    expect(await first).toBe('the disk is full');
    await turn();
    store.gates[1]?.open();
    expect(await second).toBe('kept 2');
  });

  it('is not called kept where the store says nothing of it', async () => {
    const queue = groupCommit(async (batch: readonly number[]) => batch.slice(1));
    await expect(queue.add(1)).rejects.toThrow('fewer results');
  });
});
