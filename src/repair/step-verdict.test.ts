import { describe, expect, it } from 'vitest';
import { memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { firstPlan, takenStep } from '../../test/apply/plan-on.ts';
import { cleanOnce, journalOf, orphan, runOn } from '../../test/apply/steps-on.ts';
import { active, volume } from '../../test/checks/examples.ts';
import { explainInterrupted } from '../apply/run.ts';
import type { CommandResult } from '../model/command-result.ts';
import { volumeSections } from './conditions.ts';
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
    expect(result).toMatchObject({ status: 'running', id: 1, because: expect.stringMatching(/process 7 \(lvchange/) });
    expect(node.records.map(({ record }) => record)).toEqual(['run-start', 'intent', 'running']);
    expect(node.records.at(-1)).toMatchObject({ bootId: 'boot', processes: [PROCESS] });
    expect(journalOf(node).open).toHaveLength(1);
  });

  it('is closed by nobody while it lives, and by the next run when it has ended', async () => {
    const node = orphan();
    await cleanOnce(node, { mutate: async () => ({ argv: ['lvchange'], ...GIVEN_UP }) });
    const found = (living: readonly (typeof PROCESS)[]) =>
      findInterrupted(journalOf(node), snapshotOf(node), new Map([[1, living]]));
    const alive = found([PROCESS]);
    expect(alive).toMatchObject([{ state: 'unknown', seen: expect.stringMatching(/still runs: process 7/) }]);
    await explainInterrupted(alive, await runOn(node));
    expect([journalOf(node).open.length, withExplained(journalOf(node), alive).steps[0]?.explained]).toEqual([1, null]);
    node.devices = [];
    await explainInterrupted(found([]), await runOn(node));
    expect(journalOf(node)).toMatchObject({ open: [], steps: [{ explained: { state: 'changed' } }] });
  });
});

describe('a command that says it is done', () => {
  it('and did nothing is named as that, with what to do', () => {
    const node = orphan();
    const result: CommandResult = { argv: ['lvchange'], ...GIVEN_UP, outcome: 'exited', exitCode: 0 };
    const verdict = judgeStep(firstPlan(node).step, result, volumeSections(snapshotOf(node)));
    expect(verdict).toMatchObject({ result: 'failed', state: 'unchanged' });
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
