import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryAccess, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { journalOf } from '../../test/apply/steps-on.ts';
import { active, device, guest, linear, mention, volume } from '../../test/checks/examples.ts';
import { startRun } from '../apply/run.ts';
import { findLeftovers } from '../engine/examine.ts';
import { shellWords } from '../model/command/shell-words.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { type CleaningPlan, type LeftAlone, stepsOf } from '../model/repair/cleaning-plan.ts';
import { renderCleanSummary } from '../render/clean-summary.ts';
import { styles } from '../render/colour.ts';
import { renderOverview, renderPlan } from '../render/plan.ts';
import { type CleaningSelection, planCleaning } from '../repair/plan-cleaning.ts';
import { unitsOf } from './clean-run.ts';
import { runSession, type Session, type SessionResult } from './session.ts';
import { undoUnits } from './undo-run.ts';

const EVERYTHING: CleaningSelection = { only: null, vmid: null, max: null };
const PAGE = { width: 80, style: styles(false), verbose: false };

const planFor = (on: MemoryNode, over: Partial<CleaningSelection> = {}): CleaningPlan => {
  const snapshot = snapshotOf(on);
  return planCleaning({ ...findLeftovers(snapshot), lastTasks: new Map() }, snapshot, { ...EVERYTHING, ...over });
};
/** As `clean` does; what is left alone is no part of the session. */
const cleanBy = (plan: CleaningPlan, session: Session): Promise<SessionResult> =>
  runSession(
    unitsOf(plan, () => PAGE),
    session,
  );
const ACTOR = { uid: 0, user: 'root', sudoUser: null, sudoUid: null, loginUid: null };

async function cleanUnasked(plan: CleaningPlan, on: MemoryNode, isReviewed = false): Promise<SessionResult> {
  const run = await startRun(memoryAccess(on), { actor: ACTOR, pid: 1, command: [], nextId: 1 });
  const io = { page: () => PAGE, print: async () => undefined, ask: async () => 'y', interrupted: () => null };
  return await cleanBy(plan, { run, io, assumeYes: true, isReviewed });
}

/** A duplicate of guest 169, orphans 500 and 501, the latter below a partition map, and 502 in use. */
function node(): MemoryNode {
  const doubled = volume('san', 'vm-169-disk-0');
  const table = [linear('8:0', 2048, 8192)];
  const parent = volume('san', 'vm-501-disk-0', { lvUuid: 'p'.repeat(32), segments: [] });
  const others = [500, 502].map((vmid) => volume('san', `vm-${vmid}-disk-0`, { segments: [] }));
  const map = device('san-vm--501--disk--0p1', 7, {
    uuid: `part1-${lvDmUuid(parent)}`,
    table: [linear('253:6', 2048, 64)],
  });
  const made = memoryNode({
    volumes: [doubled, parent, ...others],
    devices: [
      active(doubled, 1, { table }),
      device('san-vm--169--disk--0-copy', 2, { table }),
      ...others.map((lv, at) => active(lv, 4 + at, { openCount: at })),
      active(parent, 6, { openCount: 1 }),
      map,
    ],
    configs: [guest(169, { mentions: [mention('scsi0', 'san', 'vm-169-disk-0')] })],
  });
  made.holders.set('253:6', [{ kind: 'device', kernelName: 'dm-7', name: map.name }]);
  made.holders.set('253:5', [{ kind: 'process', pid: 9, command: 'dd', user: 'root', vmid: null }]);
  return made;
}

async function session(on: MemoryNode, answers: readonly (string | null)[], assumeYes = false) {
  const text: string[] = [];
  const left = [...answers];
  const inner = memoryAccess(on);
  const io = {
    ...inner,
    mutate: async (...rest: Parameters<typeof inner.mutate>) => {
      const result = await inner.mutate(...rest);
      // The kernel closes the parent of a map that is gone.
      if (!on.devices.some(({ minor }) => minor === 7)) {
        on.devices = on.devices.map((d) => (d.minor === 6 ? { ...d, openCount: 0 } : d));
        on.holders.delete('253:6');
      }
      return result;
    },
  };
  const run = await startRun(io, { actor: ACTOR, pid: 1, command: ['clean'], nextId: 1 });
  const result = await cleanBy(planFor(on), {
    run,
    assumeYes,
    isReviewed: false,
    io: {
      page: () => PAGE,
      print: async (lines) => {
        text.push(...lines);
      },
      ask: async (question) => {
        text.push(question);
        return left.shift() ?? null;
      },
      interrupted: () => null,
    },
  });
  return { ...result, text, left };
}

const did = ({ items }: Pick<SessionResult, 'items'>) =>
  items.map(({ deviceName, state, reason }) => `${reason ?? state} ${deviceName}`);

describe('runSession', () => {
  it('takes Enter and n for no', async () => {
    const on = node();
    const result = await session(on, ['', 'n', ' ']);
    expect(on.ran).toEqual([]);
    expect(result.ended).toBe('finished');
    expect(did(result).every((line) => line.startsWith('refused'))).toBe(true);
  });

  it('stops everything at q, and at the end of the input', async () => {
    for (const answer of ['q', null]) {
      const on = node();
      const result = await session(on, [answer]);
      expect([on.ran, result.ended]).toEqual([[], 'quit']);
      expect(result.text.filter((line) => line.includes('(y/N'))).toHaveLength(1);
      expect(result.text.join('\n')).not.toContain('ORPHANS');
    }
  });

  it('takes a for all the rest, and comes back for what had to wait', async () => {
    const on = node();
    const result = await session(on, ['n', 'a']);
    expect(did(result)).toEqual([
      'refused san-vm--169--disk--0-copy',
      'changed san-vm--501--disk--0p1',
      'changed san-vm--500--disk--0',
      'changed san-vm--501--disk--0',
    ]);
    expect(on.devices.map(({ name }) => name)).toEqual([
      'san-vm--169--disk--0',
      'san-vm--169--disk--0-copy',
      'san-vm--502--disk--0',
    ]);
  });

  it('asks again for anything else', async () => {
    const on = node();
    const result = await session(on, ['yo', 'remove', 'q']);
    expect(result.text.filter((line) => line.includes('Please answer'))).toHaveLength(2);
    expect(on.ran).toEqual([]);
  });

  it('stops at the first surprise and tries nothing more', async () => {
    const on = node();
    const result = await session(on, ['y'], false);
    expect(on.ran).toHaveLength(1);
    expect(result.ended).toBe('quit');
    const other = node();
    other.devices = other.devices.map((d) => (d.minor === 1 ? { ...d, openCount: 0 } : d));
    const first = planFor(other);
    other.devices = other.devices.map((d) => (d.minor === 2 ? { ...d, minor: 12 } : d));
    const stopped = await cleanUnasked(first, other);
    expect([stopped.ended, other.ran]).toEqual(['stopped by a surprise', []]);
    expect(did(stopped)[0]).toBe('failed san-vm--169--disk--0-copy');
  });
});

describe('taking back', () => {
  const takeBack = async (on: MemoryNode, ids: readonly number[], answers: readonly string[] = ['a']) => {
    const journal = journalOf(on);
    const entries = journal.steps.filter(({ intent }) => ids.includes(intent.id)).toReversed();
    const run = await startRun(memoryAccess(on), { actor: ACTOR, pid: 2, command: ['undo'], nextId: journal.nextId });
    const left = [...answers];
    const text: string[] = [];
    const io = {
      page: () => PAGE,
      print: async (lines: readonly string[]) => void text.push(...lines),
      ask: async () => left.shift() ?? null,
      interrupted: () => null,
    };
    const session = { run, io, assumeYes: false, isReviewed: false };
    return { ...(await runSession(undoUnits(entries, snapshotOf(on)), session)), text };
  };

  it('looks again for what lies on a volume that came back in the same run', async () => {
    const on = node();
    await session(on, ['n', 'a']);
    const back = await takeBack(on, [1, 2, 3]);
    expect(did(back)).toEqual([
      'changed san-vm--501--disk--0',
      'changed san-vm--500--disk--0',
      'changed san-vm--501--disk--0p1',
    ]);
    expect(back.text.join('\n')).toContain('Step 3 of 3: the node is read again …');
  });

  it('tries nothing of what was taken back already, and nothing after q', async () => {
    const on = node();
    await session(on, ['n', 'a']);
    await takeBack(on, [3]);
    const { items } = await takeBack(on, [1, 2, 3], ['q']);
    expect(items.map(({ reason, seen }) => [reason, seen])).toEqual([
      ['refused', 'step 4 has taken it back already'],
      ['interrupted', 'not tried, quit'],
      ['interrupted', 'not tried, quit'],
    ]);
  });
});

describe('a set that nobody needs', () => {
  /** An entry of LVM of a guest that is gone, and a copy of it. */
  function doubledOrphan(): MemoryNode {
    const lv = volume('san', 'vm-700-disk-0');
    const table = [linear('8:0', 2048, 8192)];
    return memoryNode({
      volumes: [lv],
      devices: [active(lv, 1, { table }), device('san-vm--700--disk--0-copy', 2, { table })],
    });
  }
  const names = ['san-vm--700--disk--0-copy', 'san-vm--700--disk--0'];

  it('is asked about once, and goes whole, the copy first', async () => {
    const on = doubledOrphan();
    const result = await session(on, ['y']);
    expect(result.text.filter((line) => line.includes('(y/N'))).toHaveLength(1);
    expect(result.text.join('\n')).toContain('2 entries for san/vm-700-disk-0');
    expect(did(result)).toEqual(names.map((name) => `changed ${name}`));
  });

  it('stays whole at Enter', async () => {
    const on = doubledOrphan();
    const result = await session(on, ['', 'y']);
    expect([on.ran, result.left]).toEqual([[], ['y']]);
  });

  it('stops where its copy stays', async () => {
    const on = doubledOrphan();
    const first = planFor(on);
    on.devices = on.devices.map((each) => (each.minor === 2 ? { ...each, openCount: 1 } : each));
    const result = await cleanUnasked(first, on);
    expect([on.ran, did(result)]).toEqual([[], names.map((name) => `refused ${name}`)]);
  });

  it('keeps the volume’s own entry while only the copies are asked about', () => {
    const on = doubledOrphan();
    const plan = planFor(on, { only: 'duplicates' });
    expect(stepsOf(plan).map(({ deviceName }) => deviceName)).toEqual(['san-vm--700--disk--0-copy']);
    expect(plan.kept.map(({ name }) => name)).toEqual(['san-vm--700--disk--0']);
    const others = planFor(on, { only: 'orphans' });
    expect(stepsOf(others)).toEqual([]);
    expect(others.leftAlone[0]?.because).toBe(
      'it is the one to keep beside san-vm--700--disk--0-copy, which maps the same sectors or has its name',
    );
  });
});

describe('a reviewed plan', () => {
  it('ends at the first step that is refused', async () => {
    const on = node();
    const first = planFor(on);
    on.configs = [...on.configs, guest(501, { mentions: [mention('scsi0', 'san', 'vm-501-disk-0')] })];
    on.devices = on.devices.map((each) => (each.minor === 2 ? { ...each, openCount: 1 } : each));
    const result = await cleanUnasked(first, on, true);
    expect([on.ran, result.ended]).toEqual([[], 'stopped, since a step of the plan was refused']);
  });
});

describe('what appears at the question', () => {
  it('is named: the configuration that refers to the volume now', async () => {
    const on = node();
    const first = planFor(on, { vmid: 500 });
    on.configs = [...on.configs, guest(500, { mentions: [mention('scsi0', 'san', 'vm-500-disk-0')] })];
    const result = await cleanUnasked(first, on);
    expect(result.items[0]?.seen).toMatch(/^it is no leftover any more: guest 500 on node \S+ refers to it: scsi0/);
  });
});

describe('what cannot be judged at the question', () => {
  it.each([
    ['cluster', 'test: hidden by the test'],
    ['lvm', 'LVM metadata was not read'],
  ] as const)('is said with what could not be read (%s), and not as if nothing were wrong', async (hidden, because) => {
    const on = node();
    const first = planFor(on, { vmid: 500 });
    on.hidden.add(hidden);
    const result = await cleanUnasked(first, on);
    expect(result.items[0]).toMatchObject({
      reason: 'refused',
      seen: `it cannot be judged now: ${because}`,
    });
  });
});

describe('what it shows', () => {
  it.each([40, 80, 200])('breaks every line but commands at %d columns', async (width) => {
    const on = node();
    const page = { ...PAGE, width };
    const lines = [...renderPlan(planFor(on), 'id', ['pve-doctor', 'clean'], page)];
    const commands = stepsOf(planFor(on)).map(({ step }) => `    ${shellWords(step.argv)}`);
    for (const command of commands) expect(lines).toContain(command);
    // A name is one word and is not broken either.
    const broken = lines.filter((line) => line.length > width && line.trim().includes(' '));
    expect(broken.filter((line) => !commands.includes(line))).toEqual([]);
  });

  it('has a line for each of hundreds, with its command in a dry run', () => {
    const volumes = Array.from({ length: 500 }, (_, at) => volume('san', `vm-${1000 + at}-disk-0`, { segments: [] }));
    const on = memoryNode({
      volumes,
      devices: volumes.map((lv, at) => active(lv, at + 1, { openCount: at < 250 ? 0 : 1 })),
    });
    for (const lv of volumes.slice(250)) {
      const minor = volumes.indexOf(lv) + 1;
      on.holders.set(`253:${minor}`, [{ kind: 'process', pid: minor, command: 'dd', user: 'root', vmid: null }]);
    }
    const plan = planFor(on);
    expect(stepsOf(plan)).toHaveLength(250);
    const lines = renderPlan(plan, 'id', ['pve-doctor', 'clean'], PAGE);
    expect(lines.length).toBeLessThan(350);
    for (const { step } of stepsOf(plan))
      expect(lines.filter((line) => line.endsWith(shellWords(step.argv)))).toHaveLength(1);
    expect(renderOverview(plan, PAGE).length).toBeLessThan(350);
    expect(renderOverview(plan, { ...PAGE, verbose: true }).length).toBeGreaterThan(900);
  });

  it('names what is kept, who holds what stays, and the advice, before the first question', () => {
    const text = renderOverview(planFor(node()), PAGE).join('\n').replace(/\s+/g, ' ');
    expect(text).toContain('keep san-vm--169--disk--0 LVM’s own entry');
    expect(text).toContain('leave san-vm--502--disk--0 [DEVICE IS CURRENTLY OPEN/IN USE] DM010');
    expect(text).toContain('in use by process 9 dd, user root. Close what uses it');
    expect(text).toContain('4 steps planned, 1 kept; 1 entry left alone.');
  });

  it('plans the entry below a partition map after it, with its command', () => {
    const [map, , below] = stepsOf(planFor(node())).slice(1);
    expect(map?.deviceName).toBe('san-vm--501--disk--0p1');
    expect(below).toMatchObject({ deviceName: 'san-vm--501--disk--0', after: [map?.deviceName] });
    expect(below?.step.argv.slice(0, 2)).toEqual(['lvchange', '-aln']);
    expect(below?.step.argv.at(-1)).toBe('san/vm-501-disk-0');
  });

  it('does not try what comes after an entry that stays', async () => {
    const result = await session(node(), ['n', 'n', 'n']);
    expect(result.items.find(({ deviceName }) => deviceName === 'san-vm--501--disk--0')?.seen).toBe(
      'san-vm--501--disk--0p1 stays, and it comes only after that',
    );
  });

  it('counts what was deactivated apart from what was removed', async () => {
    const { items, ended } = await session(node(), ['a']);
    expect(renderCleanSummary(items, ended, 'r', PAGE)[1]).toBe('  Deactivated 2, removed 2.');
  });

  it('takes names of entries and of volumes, in each of their forms, and says which mean nothing', () => {
    const planned = (...names: readonly string[]) => planFor(node(), { names });
    for (const name of [
      'san-vm--500--disk--0',
      '/dev/mapper/san-vm--500--disk--0',
      'san/vm-500-disk-0',
      'san:vm-500-disk-0',
    ])
      expect(
        stepsOf(planned(name)).map(({ deviceName }) => deviceName),
        name,
      ).toEqual(['san-vm--500--disk--0']);
    expect(stepsOf(planned('san/vm-501-disk-0')).map(({ deviceName }) => deviceName)).toEqual([
      'san-vm--501--disk--0p1',
      'san-vm--501--disk--0',
    ]);
    expect(planned('san/vm-9-disk-0', 'san-vm--169--disk--0').unknownNames).toEqual([
      { name: 'san/vm-9-disk-0', because: 'no entry of this node has that name' },
      { name: 'san-vm--169--disk--0', because: 'no check finds anything to clean there' },
    ]);
  });

  it('takes no more than --max, and nothing that waits for what is left out', () => {
    const plan = planFor(node(), { max: 1 });
    expect(stepsOf(plan)).toHaveLength(1);
    expect(plan.leftAlone.map(({ because }) => because)).toContain('--max 1 leaves it for another run');
  });

  it('lists an entry that is busy as left alone, with why', () => {
    const on = node();
    on.activity = { ...on.activity, locks: [{ path: '/var/lock/x', vmid: 500, storeid: null, pid: 7 }] };
    const busy = planFor(on).leftAlone.find(({ deviceName }) => deviceName === 'san-vm--500--disk--0');
    expect(busy).toMatchObject({ because: 'not judged: guest 500: /var/lock/x is locked' });
  });

  it('escapes what a name may hold', () => {
    const plan = planFor(node());
    const [first, ...rest] = plan.units;
    if (first === undefined) throw new Error('nothing planned');
    const [step] = first;
    const evil = { ...step, deviceName: 'a\x1b[2Jb', finding: { ...step.finding, title: 'x\r\ny' } };
    const left = { ...plan.leftAlone[0], deviceName: 'l\x1b', because: 'b\x07' } as LeftAlone;
    const lines = [
      ...renderPlan({ ...plan, units: [[evil], ...rest], leftAlone: [left] }, 'id', ['a\x1b'], PAGE),
      ...renderCleanSummary(
        [{ deviceName: 'a\x1bb', kind: null, state: 'unchanged', reason: 'failed', id: 1, seen: 'c\x07' }],
        'finished',
        'r',
        PAGE,
      ),
    ];
    for (const line of lines) expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f]/);
  });
});
