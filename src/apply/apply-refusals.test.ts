import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryAccess, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { cleanOnce, intend, journalOf, orphan, runOn, undo } from '../../test/apply/steps-on.ts';
import { active, hidden, volume } from '../../test/checks/examples.ts';
import type { CommandResult } from '../model/command-result.ts';
import { absent, known } from '../model/reading.ts';
import { unchanged } from '../model/repair/journal.ts';
import { stateOf } from '../repair/step-verdict.ts';
import { applyStep, type Intended } from './apply-step.ts';
import type { NodeAccess } from './node-access.ts';

/** LV vm-300-disk-0 is gone, its entry is not. */
const ghost = () =>
  memoryNode({ volumes: [volume('san', 'other')], devices: [active(volume('san', 'vm-300-disk-0'), 5)] });

/** Applies the first plan with this as the second look at device-mapper. */
async function withLastLook(node: MemoryNode, change: (devices: MemoryNode['devices']) => MemoryNode['devices']) {
  const readDeviceMapper: NodeAccess['readDeviceMapper'] = async () =>
    known({ devices: change(node.devices), changedMeanwhile: [] });
  return cleanOnce(node, { readDeviceMapper });
}

const each = (over: Partial<MemoryNode['devices'][number]>) => (devices: MemoryNode['devices']) =>
  devices.map((device) => ({ ...device, ...over }));

describe('before the command', () => {
  it('refuses while udev has not settled, at the first look and at the last', async () => {
    for (const failing of [1, 2]) {
      const node = orphan();
      let calls = 0;
      const settle = async () => {
        calls += 1;
        return calls === failing ? 'udev is still at work' : null;
      };
      expect(await cleanOnce(node, { settle })).toEqual({
        state: 'unchanged',
        reason: 'refused',
        id: failing === 1 ? null : 1,
        seen: 'udev is still at work',
      });
      expect([calls, node.ran]).toEqual([failing, []]);
    }
  });

  it('gives the guests’ locks back, whatever happened', async () => {
    for (const settle of [async () => null, async () => 'no']) {
      const node = orphan();
      let released = 0;
      const release = () => {
        released += 1;
      };
      const lockGuests: NodeAccess['lockGuests'] = (paths) => ({
        stillHeld: () => paths,
        descriptors: [],
        release,
      });
      await cleanOnce(node, { settle, lockGuests });
      expect(released).toBe(1);
    }
  });

  it.each<[string, (devices: MemoryNode['devices']) => MemoryNode['devices'], RegExp, string]>([
    ['is read-only now', each({ readOnly: true }), /another one now: read-only true, was false/, 'failed'],
    ['has another number', each({ minor: 6 }), /another one now: device number 253:6, was 253:5/, 'failed'],
    ['was renamed', each({ name: 'san-other' }), /another one now: name san-other/, 'failed'],
    ['is there twice', (devices) => [...devices, ...each({ minor: 6 })(devices)], /two entries share/, 'failed'],
    ['is suspended', each({ suspended: true }), /is suspended/, 'refused'],
    ['was opened', each({ openCount: 2 }), /opened meanwhile \(open count 2\)/, 'refused'],
  ])('looks once more: nothing is done when the entry %s', async (_, change, seen, reason) => {
    const node = orphan();
    const result = await withLastLook(node, change);
    expect(result).toMatchObject({ state: 'unchanged', reason, seen: expect.stringMatching(seen) });
    expect([node.ran, node.records.map(({ record }) => record)]).toEqual([[], ['run-start', 'intent', 'outcome']]);
  });

  it('has nothing to do where the entry went by itself', async () => {
    const node = orphan();
    expect(await withLastLook(node, () => [])).toEqual({
      state: 'unchanged',
      reason: 'already',
      id: 1,
      seen: 'san-vm--500--disk--0 is gone',
    });
    expect([node.ran, node.records.map(({ record }) => record)]).toEqual([[], ['run-start', 'intent', 'outcome']]);
  });

  it('does nothing when a signal or a stop comes after the last look', async () => {
    const node = orphan();
    const interrupted = unchanged('interrupted', 'interrupted by SIGINT');
    expect(await cleanOnce(node, { whyNotAct: async () => interrupted })).toEqual({ ...interrupted, id: 1 });
    expect([node.ran, node.records.map(({ record }) => record)]).toEqual([[], ['run-start', 'intent', 'outcome']]);
    expect(journalOf(node).open).toEqual([]);
  });

  it('gives up what it reads when it is told to, and lets go of the locks', async () => {
    const node = orphan();
    let released = 0;
    const release = () => {
      released += 1;
    };
    const result = await cleanOnce(node, {
      look: () => new Promise(() => undefined),
      beforeCommand: async (work) => {
        void work();
        return unchanged('interrupted', 'interrupted by SIGINT');
      },
      lockGuests: (paths) => ({ stillHeld: () => paths, descriptors: [], release }),
    });
    expect(result).toEqual({ state: 'unchanged', reason: 'interrupted', id: null, seen: 'interrupted by SIGINT' });
    expect([released, node.ran]).toEqual([1, []]);
  });

  it('takes no other entry made by hand for the one without a UUID', async () => {
    const node = memoryNode({ volumes: [volume('san', 'other')] });
    node.devices.push(
      active(volume('san', 'vm-700-disk-0'), 5, { uuid: '' }),
      active(volume('x', 'y'), 6, { uuid: '' }),
    );
    expect(await cleanOnce(node)).toMatchObject({ state: 'changed' });
    expect(node.devices.map(({ minor }) => minor)).toEqual([6]);
  });

  it('does nothing when device-mapper cannot be read again', async () => {
    for (const readDeviceMapper of [async () => hidden<never>(), async () => absent('no such device')]) {
      const node = orphan();
      expect(await cleanOnce(node, { readDeviceMapper })).toMatchObject({
        state: 'unchanged',
        reason: 'refused',
        id: 1,
      });
      expect(node.ran).toEqual([]);
    }
  });

  it('stops when the step is another one than was shown', async () => {
    const node = orphan();
    const intended = intend(node);
    const shown: Intended = { ...intended, step: { ...intended.step, guests: [500, 501] } };
    expect(await applyStep(shown, await runOn(node))).toEqual({
      ...{ state: 'unchanged', reason: 'failed', id: null },
      seen: 'the plan has changed since it was shown: guests concerned: 500, 501, now 500',
    });
    expect(node.ran).toEqual([]);
  });

  it('writes the gates as they held, the lock as its own', async () => {
    const node = orphan();
    await cleanOnce(node);
    const intent = node.records.find(({ record }) => record === 'intent');
    if (intent?.record !== 'intent') throw new Error('no intent');
    expect(intent.gates).toHaveLength(8);
    expect(intent.gates.filter(({ name }) => name === 'guest lock')).toEqual([
      {
        ...{ name: 'guest lock', holds: true, source: '/proc/locks' },
        fact: `held by this run: ${intent.step.locks.join(', ')}`,
      },
    ]);
    const lost = orphan();
    const lockGuests: NodeAccess['lockGuests'] = ([first = '']) => ({
      ...{ stillHeld: () => [first], descriptors: [], release: () => undefined },
    });
    expect(await cleanOnce(lost, { lockGuests })).toEqual({
      ...{ state: 'unchanged', reason: 'refused', id: null, seen: '/run/lock/lxc/pve-config-500.lock is not held' },
    });
  });
});

describe('putting back', () => {
  it('has nothing to do when the entry has appeared by itself after the first look', async () => {
    const node = ghost();
    const [entry] = node.devices;
    await cleanOnce(node);
    const readDeviceMapper: NodeAccess['readDeviceMapper'] = async () =>
      known({ devices: entry ? [entry] : [], changedMeanwhile: [] });
    expect(await undo(node, 1, { readDeviceMapper })).toBe('already');
    expect(node.ran).toHaveLength(1);
    expect(await undo(node, 1)).toBe('changed');
  });
});

describe('after the command', () => {
  const answer = (over: Partial<CommandResult>): CommandResult => ({
    ...{ argv: ['lvchange'], outcome: 'exited', exitCode: 0, stdout: '', stderr: '', truncated: false, durationMs: 1 },
    ...over,
  });

  /** What the journal says of a command that answered this and left the node like this. */
  async function outcomeOf(over: Partial<CommandResult>, change: (node: MemoryNode) => void) {
    const node = orphan();
    const mutate: NodeAccess['mutate'] = async () => {
      change(node);
      return answer(over);
    };
    const result = await cleanOnce(node, { mutate });
    const outcome = node.records.find(({ record }) => record === 'outcome');
    if (outcome?.record !== 'outcome') throw new Error('no outcome');
    return { result, outcome };
  }
  const remove = (node: MemoryNode) => {
    node.devices = [];
  };
  const rename = (node: MemoryNode) => {
    node.devices = each({ name: 'san-other' })(node.devices);
  };

  it('says done when the node is as intended, and what the command said where it did not end well', async () => {
    const done = await outcomeOf({}, remove);
    expect(done.outcome).toMatchObject({ state: 'changed', reason: null, device: null });
    expect(done.result).toEqual({
      ...{ state: 'changed', reason: null, id: 1 },
      seen: 'san-vm--500--disk--0 is gone',
    });
    const failed = await outcomeOf({ exitCode: 5, stderr: '  Failed\nmore' }, remove);
    expect(failed.outcome).toMatchObject({ state: 'changed', exitCode: 5 });
    expect(failed.result).toMatchObject({
      state: 'changed',
      seen: expect.stringMatching(/; lvchange ended with exit status 5: Failed$/),
    });
  });

  it('tells what a command that was killed has left', async () => {
    const { result, outcome } = await outcomeOf({ outcome: 'killed', exitCode: null }, () => undefined);
    expect(outcome).toMatchObject({ state: 'unchanged', reason: 'failed', outcome: 'killed' });
    expect(result).toEqual({
      ...{ state: 'unchanged', reason: 'failed', id: 1 },
      seen: 'san-vm--500--disk--0 is there; lvchange ended with killed',
    });
    const killed = await outcomeOf({ outcome: 'killed', exitCode: 0 }, remove);
    expect(killed.outcome).toMatchObject({ state: 'changed', reason: null });
  });

  it('leaves the step open while a process of the command lives, however its keeper ended', async () => {
    const living = [{ pid: 7, startTicks: 9, commandLine: 'lvchange -aln san/vm-500-disk-0' }];
    for (const outcome of ['killed', 'exited', 'timed-out', 'failed'] as const) {
      const node = orphan();
      const mutate = async () => answer({ outcome, exitCode: null });
      const result = await cleanOnce(node, { mutate, processesOf: () => living });
      expect(result).toMatchObject({ state: 'running', reason: null, seen: expect.stringMatching(/process 7/) });
      expect(node.records.map(({ record }) => record)).toEqual(['run-start', 'intent', 'running']);
      expect(journalOf(node).open).toHaveLength(1);
    }
  });

  it('looks again before it asks LVM once more, and skips a VG whose lock is held', async () => {
    const locked = answer({ exitCode: 5, stderr: "  Can't get lock for san.\n  Cannot process volume group san" });
    const busy = orphan();
    const result = await cleanOnce(busy, { mutate: async () => locked });
    expect(result).toMatchObject({
      ...{ state: 'unchanged', reason: 'refused', id: 1 },
      seen: 'LVM’s lock of its VG, /run/lock/lvm/V_san, is held by process 9 (lvs)',
    });
    const node = orphan();
    let asked = 0;
    const mutate: NodeAccess['mutate'] = async () => {
      asked += 1;
      node.devices = each({ openCount: 1 })(node.devices);
      return locked;
    };
    expect(await cleanOnce(node, { mutate })).toMatchObject({ state: 'unchanged', reason: 'refused', id: 1 });
    expect(asked).toBe(1);
    expect(journalOf(node)).toMatchObject({ open: [], steps: [{ outcome: { reason: 'refused' } }] });
  });

  it('tells a node that is something else from one that cannot be seen', async () => {
    const different = await outcomeOf({ exitCode: 1 }, rename);
    expect(different.outcome).toMatchObject({ state: 'different', reason: null, device: null });
    expect(different.result).toMatchObject({ seen: expect.stringMatching(/another one now: name san-other/) });
    const unseen = await outcomeOf({ exitCode: 1 }, (node) => node.hidden.add('deviceMapper'));
    expect(unseen.outcome).toMatchObject({ state: 'unknown', reason: null, device: null });
    expect(unseen.result).toMatchObject({ seen: expect.stringMatching(/^test: hidden by the test; lvchange/) });
  });

  it('records the device as it is now, and no more than the beginning of what was printed', async () => {
    const node = orphan();
    const kept = await outcomeOf({ exitCode: 1, stderr: 'x'.repeat(5000) }, (changed) => {
      changed.devices = [active(volume('san', 'a'), 9), ...changed.devices];
    });
    expect(kept.outcome.device?.name).toBe(node.devices[0]?.name);
    expect(kept.outcome.stderr).toHaveLength(4000);
  });

  it('says that the node was changed when the journal cannot be written any more', async () => {
    const node = orphan();
    const inner = memoryAccess(node);
    const append: NodeAccess['append'] = async (record) => {
      if (record.record === 'outcome') throw new Error('ENOSPC');
      await inner.append(record);
    };
    expect(await cleanOnce(node, { append })).toMatchObject({
      ...{ state: 'changed', id: 1, isRecorded: false },
      seen: expect.stringMatching(/is gone.*the journal cannot be written any more \(ENOSPC\)$/),
    });
    expect(node.devices).toEqual([]);
  });
});

describe('stateOf', () => {
  const state = (over: Partial<MemoryNode>) => {
    const node = orphan();
    return stateOf(intend(node).step, snapshotOf({ ...node, ...over }).sections.deviceMapper.reading).state;
  };

  it('is different where the entry is another one', () => {
    expect(state({})).toBe('unchanged');
    expect(state({ devices: [] })).toBe('changed');
    expect(state({ devices: orphan().devices.map((device) => ({ ...device, minor: 9 })) })).toBe('different');
    expect(state({ hidden: new Set(['deviceMapper']) })).toBe('unknown');
  });

  it('is not about what another node does to the volume', () => {
    expect(state({ volumes: [] })).toBe('unchanged');
    expect(state({ volumes: [], devices: [] })).toBe('changed');
  });
});
