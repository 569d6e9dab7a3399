import { describe, expect, it } from 'vitest';
import { memoryAccess, snapshotOf } from '../../test/apply/memory-node.ts';
import { takenStep } from '../../test/apply/plan-on.ts';
import { cleanOnce, journalOf, orphan, runOn } from '../../test/apply/steps-on.ts';
import { findInterrupted } from '../repair/step-verdict.ts';
import { auditLine, endRun } from './run.ts';

const actor = { uid: 0, user: 'root', sudoUser: null, sudoUid: null, loginUid: null };

describe('a run', () => {
  it('is called by its time and its process, and counts on from the journal', async () => {
    const node = orphan();
    const run = await runOn(node);
    expect(run.id).toBe('20261120020000-1');
    expect([run.takeId(), run.takeId()]).toEqual([1, 2]);
    await cleanOnce(node);
    expect((await runOn(node)).takeId()).toBe(2);
  });

  it('ends with its counts, and in silence when the journal is full', async () => {
    const node = orphan();
    const came = (['changed', 'unchanged', 'unchanged', 'running', 'unknown', 'different'] as const).map((state) => ({
      state,
    }));
    const counts = { changed: 1, unchanged: 2, open: 3, ended: 'quit' };
    await endRun(await runOn(node), came, 'quit');
    expect(node.records.at(-1)).toMatchObject({ record: 'run-end', run: '20261120020000-1', ...counts });
    const run = await runOn(node);
    const full = async () => {
      throw new Error('ENOSPC');
    };
    await endRun({ ...run, access: memoryAccess(node, { append: full }) }, came, 'quit');
  });
});

describe('a step whose run was interrupted', () => {
  it('is told by what it met where nothing has changed, by what is missing otherwise', () => {
    const node = orphan();
    const step = takenStep(node, { explained: null });
    const seen = () => {
      const found = findInterrupted(
        { ...journalOf(node), open: [step] },
        snapshotOf(node).sections.deviceMapper.reading,
        {
          running: new Map(),
          bootId: '',
        },
      );
      return found.map((interrupted) => [interrupted.state, interrupted.seen]);
    };
    expect(seen()).toEqual([['unchanged', 'san-vm--500--disk--0 is there']]);
    const [device] = node.devices;
    node.devices = device === undefined ? [] : [{ ...device, uuid: '' }];
    expect(seen()).toMatchObject([['different', expect.stringMatching(/is another one now: UUID empty, was LVM-/)]]);
    node.devices = [];
    expect(seen()).toEqual([['changed', 'san-vm--500--disk--0 is gone']]);
  });
});

describe('the line for the system’s log', () => {
  const { intent } = takenStep(orphan());
  const verdict = { state: 'changed', reason: null } as const;

  it('says who did what to which device, and why', () => {
    expect(auditLine(intent, verdict, actor)).toBe(
      `step 1: changed; \`lvchange -aln --config global/wait_for_locks=0 --select lv_uuid=lvvm50-0dis-k000-0000-0000-0000-000000 san/vm-500-disk-0\`; device san-vm--500--disk--0 (253:5, ${intent.step.device.uuid}); finding DM010; by root`,
    );
    expect(auditLine({ ...intent, undoes: 7 }, verdict, actor)).toContain('; undo of step 7; by root');
  });

  it('has no character that a log would take for another line', () => {
    const step = { ...intent.step, device: { ...intent.step.device, name: 'a\nb\x1b[2Jé', uuid: '' } };
    expect(auditLine({ ...intent, step }, verdict, actor)).toContain('; device a?b?[2J? (253:5, no UUID); ');
  });
});
