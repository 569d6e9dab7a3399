import { describe, expect, it } from 'vitest';
import { memoryAccess, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { firstPlan, takenStep } from '../../test/apply/plan-on.ts';
import { cleanOnce, journalOf, orphan, runOn } from '../../test/apply/steps-on.ts';
import { active, volume } from '../../test/checks/examples.ts';
import { explainInterrupted } from '../apply/run.ts';
import type { CommandResult } from '../model/command-result.ts';
import { tableDifference } from './plan-undo.ts';
import { findInterrupted, judgeStep, withExplained } from './step-verdict.ts';

const GIVEN_UP = {
  outcome: 'timed-out',
  exitCode: null,
  stdout: '',
  stderr: '',
  truncated: false,
  durationMs: 1,
} as const;
const PROCESS = { pid: 7, startTicks: 9, commandLine: 'lvchange -aln san/vm-500-disk-0' };

describe('a command that was given up', () => {
  it('leaves the step open with its process, and no outcome', async () => {
    const node = orphan();
    const mutate = async () => ({ argv: ['lvchange'], ...GIVEN_UP });
    const result = await cleanOnce(node, { mutate, processesOf: (token) => (token.endsWith('/1') ? [PROCESS] : []) });
    expect(result).toMatchObject({ state: 'running', id: 1, seen: expect.stringMatching(/process 7 \(lvchange/) });
    expect(node.records.map(({ record }) => record)).toEqual(['run-start', 'intent', 'running']);
    expect(node.records.at(-1)).toMatchObject({ bootId: 'boot', processes: [PROCESS] });
    expect(journalOf(node).open).toHaveLength(1);
  });

  it('is closed by nobody while it lives, and by the next run when it has ended', async () => {
    const node = orphan();
    const mutate = async () => ({ argv: ['lvchange'], ...GIVEN_UP });
    await cleanOnce(node, { mutate, processesOf: () => [PROCESS] });
    const found = (living: readonly (typeof PROCESS)[]) =>
      findInterrupted(journalOf(node), snapshotOf(node).sections.deviceMapper.reading, {
        running: new Map([[1, living]]),
        bootId: 'boot',
      });
    const alive = found([PROCESS]);
    expect(alive).toMatchObject([{ state: 'running', seen: expect.stringMatching(/still runs: process 7/) }]);
    await explainInterrupted(alive, await runOn(node));
    expect([journalOf(node).open.length, withExplained(journalOf(node), alive).steps[0]?.explained]).toEqual([1, null]);
    node.devices = [];
    await explainInterrupted(found([]), await runOn(node));
    expect(journalOf(node)).toMatchObject({ open: [], steps: [{ explained: { state: 'changed' } }] });
  });

  it('is looked at by every run until it is known what came of it', async () => {
    const node = orphan();
    const mutate = async () => ({ argv: ['lvchange'], ...GIVEN_UP, outcome: 'exited' as const, exitCode: 1 });
    const { devices } = node;
    const look = () =>
      findInterrupted(journalOf(node), snapshotOf(node).sections.deviceMapper.reading, {
        running: new Map(),
        bootId: 'boot',
      });
    const result = await cleanOnce(node, {
      mutate: async () => {
        node.devices = devices.map((device) => ({ ...device, minor: 9 }));
        return mutate();
      },
    });
    expect([result.state, journalOf(node).open.length]).toEqual(['different', 1]);
    for (let run = 0; run < 2; run += 1) await explainInterrupted(look(), await runOn(node));
    // What was found already is not written again.
    expect(journalOf(node).records.filter(({ record }) => record === 'explained')).toHaveLength(1);
    node.devices = devices;
    await explainInterrupted(look(), await runOn(node));
    expect(journalOf(node)).toMatchObject({
      open: [],
      steps: [{ outcome: { state: 'different' }, explained: { state: 'unchanged', reason: 'interrupted' } }],
    });
  });

  it('has nothing left of what it did once the machine was started again', async () => {
    const node = orphan();
    const { append } = memoryAccess(node);
    await cleanOnce(node, {
      append: async (record) => {
        if (record.record === 'outcome') throw new Error('killed');
        await append(record);
      },
    });
    node.devices = [];
    const found = (bootId: string) =>
      findInterrupted(journalOf(node), snapshotOf(node).sections.deviceMapper.reading, { running: new Map(), bootId });
    expect(found('boot')).toMatchObject([{ state: 'changed', reason: null }]);
    expect(found('another')).toMatchObject([{ state: 'unchanged', seen: expect.stringMatching(/started again/) }]);
  });
});

describe('a command that says it is done', () => {
  it('and did nothing is named as that, with what to do', () => {
    const node = orphan();
    const result: CommandResult = { argv: ['lvchange'], ...GIVEN_UP, outcome: 'exited', exitCode: 0 };
    const verdict = judgeStep(firstPlan(node).step, result, snapshotOf(node).sections.deviceMapper.reading);
    expect(verdict).toMatchObject({ state: 'unchanged', reason: 'failed' });
    expect(verdict.said).toMatch(/lvchange reported success and changed nothing. Run `lvchange -vvv /);
  });
});

describe('the difference of the tables', () => {
  it('shows what comes, what goes, and a table that grew since', () => {
    const lv = volume('san', 'vm-500-disk-0');
    const node = memoryNode({ volumes: [lv], devices: [active(lv, 5)] });
    const { step } = takenStep(node).intent;
    const [line = ''] = tableDifference({ ...step, kind: 'deactivate-volume' }, snapshotOf(node));
    expect(line).toMatch(/^- san-vm--500--disk--0: 0 \d+ linear/);
    node.devices = [];
    expect(tableDifference({ ...step, kind: 'create-device' }, snapshotOf(node))).toEqual([line.replace('-', '+')]);
    const grown = { ...step, kind: 'activate-volume', device: { ...step.device, table: [] } } as const;
    expect(tableDifference(grown, snapshotOf(node))).toEqual([
      expect.stringMatching(/^\+ san-vm--500--disk--0: 0 \d+ linear 8:0/),
      expect.stringMatching(/when it was deactivated$/),
    ]);
  });
});
