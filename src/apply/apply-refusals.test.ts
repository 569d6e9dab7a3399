import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryAccess, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { cleanOnce, intend, journalOf, orphan, runOn, undo } from '../../test/apply/steps-on.ts';
import { active, hidden, volume } from '../../test/checks/examples.ts';
import type { CommandResult } from '../model/command-result.ts';
import { absent, known } from '../model/reading.ts';
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
        id: null,
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
      const lockGuests: NodeAccess['lockGuests'] = async (paths) => ({
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
    expect([node.ran, node.records.map(({ record }) => record)]).toEqual([[], ['run-start']]);
  });

  it('has nothing to do where the entry went by itself', async () => {
    const node = orphan();
    expect(await withLastLook(node, () => [])).toEqual({
      state: 'unchanged',
      reason: 'already',
      id: null,
      seen: 'san-vm--500--disk--0 is gone',
    });
    expect([node.ran, node.records.map(({ record }) => record)]).toEqual([[], ['run-start']]);
  });

  it.each([
    ['before the intent', 1, null, ['run-start']],
    ['after it', 2, 1, ['run-start', 'intent', 'outcome']],
  ])('does nothing when a signal or a stop comes %s', async (_, at, id, records) => {
    const node = orphan();
    let asked = 0;
    const whyNotAct = async () => {
      asked += 1;
      return asked === at ? 'interrupted by SIGINT' : null;
    };
    expect(await cleanOnce(node, { whyNotAct })).toEqual({
      ...{ state: 'unchanged', reason: 'interrupted', id, seen: 'interrupted by SIGINT' },
    });
    expect([node.ran, node.records.map(({ record }) => record)]).toEqual([[], records]);
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
        return { gaveUp: 'interrupted by SIGINT', reason: 'interrupted' };
      },
      lockGuests: async (paths) => ({ stillHeld: () => paths, descriptors: [], release }),
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
    const node = orphan();
    for (const readDeviceMapper of [async () => hidden<never>(), async () => absent('no such device')])
      expect(await cleanOnce(node, { readDeviceMapper })).toEqual({
        ...{ state: 'unchanged', reason: 'refused', id: null },
        seen: 'device-mapper could not be read again',
      });
    expect(node.ran).toEqual([]);
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
    const lockGuests: NodeAccess['lockGuests'] = async ([first = '']) => ({
      ...{ stillHeld: () => [first], descriptors: [], release: () => undefined },
    });
    expect(await cleanOnce(lost, { lockGuests })).toEqual({
      ...{ state: 'unchanged', reason: 'refused', id: null, seen: '/run/lock/lxc/pve-config-500.lock is not held' },
    });
  });
});

describe('putting back', () => {
  it('stops when the entry has appeared by itself after the first look', async () => {
    const node = ghost();
    const [entry] = node.devices;
    await cleanOnce(node);
    const readDeviceMapper: NodeAccess['readDeviceMapper'] = async () =>
      known({ devices: entry ? [entry] : [], changedMeanwhile: [] });
    expect(await undo(node, 1, { readDeviceMapper })).toBe('failed');
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
      seen: 'san-vm--500--disk--0 is gone; san/vm-500-disk-0 is in metadata with this UUID',
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
    expect(different.result).toMatchObject({ seen: expect.stringMatching(/^san-other is there/) });
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
  it('is different where some conditions of before hold and others do not', () => {
    const node = orphan();
    const { step } = intend(node);
    const state = (lvm: MemoryNode['volumes']) => {
      const { sections } = snapshotOf({ ...node, volumes: lvm });
      return stateOf(step, { deviceMapper: sections.deviceMapper.reading, lvm: sections.lvm.reading });
    };
    expect(state(node.volumes)).toBe('unchanged');
    expect(state([])).toBe('different');
  });
});
