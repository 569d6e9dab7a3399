import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryDoors, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { active, device, guest, linear, mention, volume } from '../../test/checks/examples.ts';
import { startRun } from '../apply/run.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { renderCleanSummary } from '../render/clean-summary.ts';
import { styles } from '../render/colour.ts';
import { renderRepairs } from '../render/plan.ts';
import { planFor, runSession } from './clean-session.ts';

const SELECTION = { only: null, vmid: null };
const PAGE = { width: 80, style: styles(false), verbose: false };
const ACTOR = { uid: 0, user: 'root', sudoUser: null, sudoUid: null, loginUid: null };

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
  const inner = memoryDoors(on);
  const doors = {
    ...inner,
    mutate: async (mutation: Parameters<typeof inner.mutate>[0]) => {
      const result = await inner.mutate(mutation);
      // The kernel closes the parent of a map that is gone.
      if (!on.devices.some(({ minor }) => minor === 7)) {
        on.devices = on.devices.map((d) => (d.minor === 6 ? { ...d, openCount: 0 } : d));
        on.holders.delete('253:6');
      }
      return result;
    },
  };
  const run = await startRun(doors, { actor: ACTOR, pid: 1, command: ['clean'], nextId: 1 });
  const result = await runSession(planFor(snapshotOf(on), SELECTION), {
    ...{ run, selection: SELECTION, assumeYes },
    doors: {
      page: PAGE,
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

const did = ({ items }: { readonly items: readonly { readonly deviceName: string; readonly status: string }[] }) =>
  items.map(({ deviceName, status }) => `${status} ${deviceName}`);

describe('runSession', () => {
  it('takes Enter and n for no', async () => {
    const on = node();
    const result = await session(on, ['', 'n', ' ']);
    expect(on.ran).toEqual([]);
    expect(result.ended).toBe('finished');
    expect(did(result).every((line) => line.startsWith('skipped'))).toBe(true);
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
      'skipped san-vm--169--disk--0-copy',
      'done san-vm--500--disk--0',
      'done san-vm--501--disk--0p1',
      'skipped san-vm--502--disk--0',
      'done san-vm--501--disk--0',
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
    const first = planFor(snapshotOf(other), SELECTION);
    other.devices = other.devices.map((d) => (d.minor === 2 ? { ...d, minor: 12 } : d));
    const run = await startRun(memoryDoors(other), { actor: ACTOR, pid: 1, command: [], nextId: 1 });
    const doors = { page: PAGE, print: async () => undefined, ask: async () => 'y', interrupted: () => null };
    const stopped = await runSession(first, { run, selection: SELECTION, doors, assumeYes: true });
    expect([stopped.ended, other.ran]).toEqual(['stopped by a surprise', []]);
    expect(did(stopped)[0]).toBe('failed san-vm--169--disk--0-copy');
  });
});

describe('what it shows', () => {
  it('names the entry that is kept, the holder and the advice, within 80 columns', async () => {
    const on = node();
    const lines = [
      ...renderRepairs(planFor(snapshotOf(on), SELECTION), PAGE, true),
      ...(await session(on, ['n', 'a'])).text,
    ];
    const text = lines.join('\n');
    expect(text).toContain('KEEP       san-vm--169--disk--0 (LVM’s own entry)');
    expect(text).toContain('san-vm--502--disk--0 [DEVICE IS CURRENTLY OPEN/IN USE]');
    expect(text).toContain('Held by    process 9 (dd, root)');
    expect(text).toContain('Close what uses it, then run clean again.');
    expect(text).toContain('it comes when san-vm--501--disk--0p1 is gone');
    expect(lines.filter((line) => line.length > 80 && !line.includes('Command'))).toEqual([]);
  });

  it('escapes what a name may hold', async () => {
    const on = node();
    const [plan] = planFor(snapshotOf(on), SELECTION).plans;
    if (plan === undefined) throw new Error('nothing planned');
    const evil = { ...plan, deviceName: 'a\x1b[2Jb', finding: { ...plan.finding, title: 'x\r\ny' } };
    const lines = [
      ...renderRepairs({ takenAt: '', plans: [evil], refusals: [] }, PAGE, true),
      ...renderCleanSummary(
        [{ deviceName: 'a\x1bb', status: 'failed', kind: null, id: 1, because: 'c\x07' }],
        'finished',
        PAGE,
      ),
    ];
    for (const line of lines) expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f]/);
  });
});
