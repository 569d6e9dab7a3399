import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { takenStep } from '../../test/apply/plan-on.ts';
import { active, device, linear, volume } from '../../test/checks/examples.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import type { JournalStep } from '../model/repair/journal.ts';
import { identityOf } from '../model/repair/plan.ts';
import { planUndo } from './plan-undo.ts';

const lv = volume('san', 'vm-500-disk-0');
const ghostly = () => memoryNode({ volumes: [volume('san', 'other')], devices: [active(lv, 5)] });
const orphaned = () => memoryNode({ volumes: [lv], devices: [active(lv, 5)] });

/** The record of an undo: what was taken from the node as it is stands there again. */
function putBack(node: MemoryNode): JournalStep {
  const taken = takenStep(node);
  const undo = planUndo(taken, snapshotOf({ ...node, devices: node.devices.filter(({ minor }) => minor !== 5) }));
  if ('because' in undo) throw new Error(undo.because);
  return { ...taken, intent: { ...taken.intent, id: 2, undoes: 1, step: undo.step } };
}

describe('taking back an undo', () => {
  it('removes a ghost and deactivates a volume, as the repair did', () => {
    const step = (node: MemoryNode) => planUndo(putBack(node), snapshotOf(node));
    const gates = expect.arrayContaining([expect.objectContaining({ name: 'not in use', holds: true })]);
    expect(step(ghostly())).toMatchObject({ step: { kind: 'remove-device', guests: [500] }, gates });
    expect(step(orphaned())).toMatchObject({ step: { kind: 'deactivate-volume', guests: [500] }, gates });
  });

  it('removes a partition map as one', () => {
    const map = device('san-vm--500--disk--0p1', 5, { uuid: `part1-${lvDmUuid(lv)}`, table: [linear('253:1', 2, 64)] });
    const node = memoryNode({ volumes: [lv], devices: [active(lv, 1, { openCount: 1 }), map] });
    expect(planUndo(putBack(node), snapshotOf(node))).toMatchObject({
      step: { kind: 'remove-partition-map', device: identityOf(map) },
    });
  });

  it('keeps what a repair keeps, and takes the guests and the locks of now', () => {
    const copied = () =>
      memoryNode({
        volumes: [lv],
        devices: [active(lv, 1), device('san-vm--500--disk--0-copy', 5, { table: active(lv, 1).table })],
      });
    const node = copied();
    const entry = putBack(node);
    const old = { ...entry, intent: { ...entry.intent, step: { ...entry.intent.step, guests: [7], locks: ['/old'] } } };
    const kept = { is: 'device-present', device: identityOf(active(lv, 1)) };
    const again = planUndo(old, snapshotOf(node));
    if ('because' in again) throw new Error(again.because);
    expect(again.step.guests).toEqual([500]);
    expect(again.step.locks).toEqual(takenStep(copied()).intent.step.locks);
    expect([again.step.before.at(-1), again.step.after.at(-1)]).toEqual([kept, kept]);
  });

  it('is refused by the gates of a repair', () => {
    const node = ghostly();
    const entry = putBack(node);
    node.devices = node.devices.map((each) => ({ ...each, openCount: 1 }));
    const undo = planUndo(entry, snapshotOf(node));
    expect(undo).toMatchObject({ because: 'open count 1' });
    expect(undo.gates).toHaveLength(8);
  });

  it.each<[string, (node: MemoryNode) => void, string]>([
    [
      'is gone',
      (node) => {
        node.devices = [device('other', 6)];
      },
      'san-vm--500--disk--0 is not there',
    ],
    [
      'has another table',
      (node) => {
        node.devices = node.devices.map((each) => ({ ...each, table: [linear('8:0', 9, 8192)] }));
      },
      'san-vm--500--disk--0 is another one now: table 0 8192 linear 8:0 9, was 0 8192 linear 8:0 6000000',
    ],
    ['cannot be looked at', (node) => node.hidden.add('deviceMapper'), 'test: hidden by the test'],
  ])('is refused when the entry %s', (_, change, because) => {
    const node = ghostly();
    const entry = putBack(node);
    change(node);
    const gate = { name: 'same device', holds: false, fact: because, source: 'dmsetup info -c' };
    expect(planUndo(entry, snapshotOf(node))).toEqual({ because, gates: [gate] });
  });

  it('compares with the entry as the undo left it', () => {
    const node = orphaned();
    const entry = putBack(node);
    const grown = node.devices.map((each) => ({ ...each, table: [linear('8:0', 9, 8192)] }));
    const [device] = grown.map(identityOf);
    const head = { schemaVersion: 1, run: 'r', at: '', id: 2, record: 'outcome' } as const;
    const ran = { argv: [], outcome: 'exited', exitCode: 0, stderr: '', state: 'changed', seen: '' } as const;
    node.devices = grown;
    expect(planUndo(entry, snapshotOf(node))).toHaveProperty('because');
    const outcome = { ...head, ...ran, device: device ?? null };
    expect(planUndo({ ...entry, outcome }, snapshotOf(node))).toHaveProperty('step');
  });
});
