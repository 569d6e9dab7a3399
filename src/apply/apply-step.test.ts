import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryAccess, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { cleanOnce, intend, journalOf, orphan, runOn, undo } from '../../test/apply/steps-on.ts';
import { active, device, guest, linear, mention, volume } from '../../test/checks/examples.ts';
import { findInterrupted } from '../repair/step-verdict.ts';
import { applyStep } from './apply-step.ts';
import { explainInterrupted } from './run.ts';

const NOBODY = { running: new Map(), bootId: 'boot' };

describe('applyStep', () => {
  it('writes the intent before the command runs and the outcome after it', async () => {
    const node = orphan();
    const seen: string[] = [];
    const inner = memoryAccess(node);
    const result = await cleanOnce(node, {
      append: async (record) => {
        seen.push(record.record);
        await inner.append(record);
      },
      mutate: async (mutation, ...rest) => {
        seen.push(mutation.does);
        return inner.mutate(mutation, ...rest);
      },
    });
    expect(result).toMatchObject({ state: 'changed', reason: null, id: 1 });
    expect(seen).toEqual(['run-start', 'intent', 'deactivate-volume', 'outcome']);
    expect(node.devices).toEqual([]);
    expect(node.audited[0]).toMatch(
      /step 1: changed; `lvchange -aln --config global\/wait_for_locks=0 --select lv_uuid=\S+ san\/vm-500-disk-0`.*sudo by alice \(1000\)/,
    );
  });

  const between: readonly (readonly [string, (node: MemoryNode) => void, RegExp, string])[] = [
    [
      'a UUID that changed',
      (node) => Object.assign(node, { devices: node.devices.map((d) => ({ ...d, uuid: `${d.uuid.slice(0, -1)}X` })) }),
      /another one now: UUID|two entries/,
      'failed',
    ],
    [
      'a table that changed',
      (node) => Object.assign(node, { devices: node.devices.map((d) => ({ ...d, table: [linear('8:0', 9, 8192)] })) }),
      /table/,
      'failed',
    ],
    [
      'a volume that was renamed',
      (node) => Object.assign(node, { volumes: node.volumes.map((lv) => ({ ...lv, lvName: 'vm-500-disk-7' })) }),
      /vm-500-disk-7/,
      'failed',
    ],
    [
      'a volume that was removed on another node',
      (node) => Object.assign(node, { volumes: [volume('san', 'other')] }),
      /not in metadata with this UUID: it was removed meanwhile/,
      'refused',
    ],
    [
      'a reference that was added',
      (node) => node.configs.push(guest(500, { mentions: [mention('scsi0', 'san', 'vm-500-disk-0')] })),
      /no finding names it/,
      'refused',
    ],
    [
      'a guest that was started',
      (node) => node.running.push({ vmid: 500, type: 'qemu', pid: 9, incoming: true }),
      /no finding names it|runs here/,
      'refused',
    ],
    [
      'a device that was opened',
      (node) => Object.assign(node, { devices: node.devices.map((d) => ({ ...d, openCount: 1 })) }),
      /open count 1/,
      'refused',
    ],
    ['a section that cannot be read', (node) => node.hidden.add('guests'), /hidden|no finding/, 'refused'],
  ];
  it.each(between)('meets %s between plan and step, and changes nothing', async (_, change, seen, reason) => {
    const node = orphan();
    const intended = intend(node);
    const run = await runOn(node);
    change(node);
    const result = await applyStep(intended, run);
    expect(result).toMatchObject({ state: 'unchanged', reason, id: null, seen: expect.stringMatching(seen) });
    expect(node.ran).toEqual([]);
    expect(node.records.map(({ record }) => record)).toEqual(['run-start']);
  });

  it('refuses when the guest’s lock cannot be had, or was lost', async () => {
    const node = orphan();
    const refusal = await cleanOnce(node, { lockGuests: () => ({ refused: 'lock-500.conf is held' }) });
    expect(refusal).toEqual({ state: 'unchanged', reason: 'refused', id: null, seen: 'lock-500.conf is held' });
    const lost = { stillHeld: () => [], descriptors: [], release: () => undefined };
    expect(await cleanOnce(node, { lockGuests: () => lost })).toMatchObject({
      state: 'unchanged',
      reason: 'refused',
    });
    expect(node.ran).toEqual([]);
  });

  it('does not take its own lock for somebody’s activity', async () => {
    const node = orphan();
    const path = '/var/lock/qemu-server/lock-500.conf';
    const intended = intend(node);
    node.activity = { tasks: [], locks: [{ path, vmid: 500, storeid: null, pid: 99 }] };
    expect(await applyStep(intended, await runOn(node))).toMatchObject({ state: 'changed' });
  });

  it('refuses when it is opened between the two looks', async () => {
    const node = orphan();
    const access = memoryAccess(node);
    let settled = 0;
    const settle = async () => {
      settled += 1;
      if (settled === 2) node.devices = node.devices.map((d) => ({ ...d, openCount: 1 }));
      return null;
    };
    expect(await cleanOnce(node, { ...access, settle })).toMatchObject({ state: 'unchanged', reason: 'refused' });
    expect(node.ran).toEqual([]);
  });

  it('ends unchanged when it is opened after the last look', async () => {
    const node = orphan();
    const inner = memoryAccess(node);
    const result = await cleanOnce(node, {
      mutate: async (mutation, ...rest) => {
        node.devices = node.devices.map((d) => ({ ...d, openCount: 1 }));
        return inner.mutate(mutation, ...rest);
      },
    });
    expect(result).toMatchObject({
      state: 'unchanged',
      reason: 'failed',
      seen: expect.stringMatching(/is there.*busy/),
    });
    expect(node.records.at(-1)).toMatchObject({ record: 'outcome', state: 'unchanged', reason: 'failed' });
    expect(node.devices).toHaveLength(1);
  });

  it('believes the node and not the exit status', async () => {
    const node = orphan();
    const lie = { argv: ['lvchange'], outcome: 'exited', exitCode: 0, stdout: '', stderr: '' } as const;
    const result = await cleanOnce(node, { mutate: async () => ({ ...lie, truncated: false, durationMs: 1 }) });
    expect(result).toMatchObject({ state: 'unchanged', reason: 'failed', seen: expect.stringMatching(/is there/) });
    expect(node.records.at(-1)).toMatchObject({ record: 'outcome', state: 'unchanged', reason: 'failed' });
  });

  it('changes nothing when the journal cannot be written', async () => {
    const node = orphan();
    const full = async () => {
      throw new Error('ENOSPC');
    };
    await expect(cleanOnce(node, { append: full })).rejects.toThrow('ENOSPC');
    let records = 0;
    const later = await cleanOnce(node, {
      append: async () => {
        records += 1;
        if (records > 1) throw new Error('ENOSPC');
      },
    });
    expect(later).toMatchObject({
      state: 'unchanged',
      reason: 'failed',
      seen: expect.stringMatching(/nothing was changed/),
    });
    expect(node.ran).toEqual([]);
  });

  it('is explained by the next run, wherever it was killed', async () => {
    for (const killedAt of ['intent', 'mutate', 'outcome'] as const) {
      const node = orphan();
      const inner = memoryAccess(node);
      const kill = () => {
        throw new Error('killed');
      };
      const run = cleanOnce(node, {
        append: async (record) => {
          if (record.record === 'outcome') kill();
          await inner.append(record);
          if (record.record === 'intent' && killedAt === 'intent') kill();
        },
        mutate: async (mutation, ...rest) => {
          if (killedAt === 'mutate') kill();
          return inner.mutate(mutation, ...rest);
        },
      });
      await run.catch(() => undefined);
      const interrupted = findInterrupted(journalOf(node), snapshotOf(node).sections.deviceMapper.reading, NOBODY);
      expect(interrupted.map(({ state }) => state)).toEqual([killedAt === 'outcome' ? 'changed' : 'unchanged']);
      await explainInterrupted(interrupted, await runOn(node));
      expect(journalOf(node).open).toEqual([]);
      if (killedAt === 'outcome') expect(await undo(node, 1)).toBe('changed');
      else expect(await cleanOnce(node)).toMatchObject({ state: 'changed', id: 2 });
    }
  });
});

describe('undo', () => {
  it('activates a volume again, and that can be undone', async () => {
    const node = orphan();
    await cleanOnce(node);
    expect(await undo(node, 1)).toBe('changed');
    expect(node.ran.at(-1)).toBe(
      'lvchange -aly -K --config global/wait_for_locks=0 --select lv_uuid=lvvm50-0dis-k000-0000-0000-0000-000000 san/vm-500-disk-0',
    );
    expect(await undo(node, 1)).toMatch(/step 2 has taken it back/);
    expect(await undo(node, 2)).toBe('changed');
    expect(node.devices).toEqual([]);
  });

  it('creates a removed entry from its table, its UUID and its read-only flag', async () => {
    const gone = volume('san', 'vm-300-disk-0');
    const entry = active(gone, 5, {
      readOnly: true,
      table: [linear('8:0', 500_000, 64), linear('8:0', 700_000, 64, 64)],
    });
    const node = memoryNode({ volumes: [volume('san', 'other')], devices: [entry] });
    await cleanOnce(node);
    expect(node.devices).toEqual([]);
    expect(await undo(node, 1)).toBe('changed');
    const { major: _, minor: __, ...expected } = entry;
    expect(node.devices[0]).toMatchObject(expected);
    expect(await undo(node, 2)).toBe('changed');
  });

  it('finds the device below under its new number by its UUID', async () => {
    const lv = volume('san', 'vm-501-disk-0');
    const uuid = `part1-${active(lv, 1).uuid}`;
    const map = device('san-vm--501--disk--0p1', 2, { uuid, table: [linear('253:1', 2048, 4096)] });
    const node = memoryNode({ volumes: [lv], devices: [active(lv, 1, { openCount: 1 }), map] });
    await cleanOnce(node);
    node.devices = [active(lv, 6)];
    expect(await undo(node, 1)).toBe('changed');
    expect(node.devices.at(-1)).toMatchObject({ uuid, table: [linear('253:6', 2048, 4096)] });
    node.devices = [device('other', 6)];
    expect(await undo(node, 1)).not.toBe('changed');
  });

  const refusals: readonly (readonly [string, (node: MemoryNode) => void, RegExp])[] = [
    [
      'its extents belong to another volume now',
      (node) =>
        node.volumes.push(
          volume('san', 'vm-900-disk-0', {
            segments: [
              {
                segType: 'linear',
                startBytes: 0,
                sizeBytes: 4 * 1024 * 1024,
                devices: [{ name: '/dev/sda', firstExtent: 50 }],
                thinId: null,
              },
            ],
          }),
        ),
      /volume san\/vm-900-disk-0 uses sectors/,
    ],
    [
      'another entry maps its sectors now',
      (node) => node.devices.push(device('new', 8, { table: [linear('8:0', 412_000, 64)] })),
      /new uses sectors/,
    ],
    ['its name exists', (node) => node.devices.push(device('san-vm--300--disk--0', 8)), /is there, with that name/],
    [
      'its UUID exists',
      (node) => node.devices.push(active(volume('san', 'vm-300-disk-0'), 8, { name: 'renamed' })),
      /with that UUID/,
    ],
    ['its volume is back in metadata', (node) => node.volumes.push(volume('san', 'vm-300-disk-0')), /activate that/],
    ['LVM cannot be read', (node) => node.hidden.add('lvm'), /hidden/],
    ['block devices cannot be read', (node) => node.hidden.add('blockDevices'), /hidden/],
    [
      'the node lost quorum',
      (node) => Object.assign(node, { cluster: { ...node.cluster, quorate: false } }),
      /quorate/,
    ],
    ['a device is suspended', (node) => node.devices.push(device('x', 9, { suspended: true })), /x is suspended/],
    [
      'the disk below is another one',
      (node) => {
        const [intent] = node.records.filter(({ record }) => record === 'intent');
        if (intent?.record === 'intent')
          Object.assign(intent, { below: intent.below.map((below) => ({ ...below, kernelName: 'sdz' })) });
      },
      /was sdz.* and is/,
    ],
  ];
  it.each(refusals)('is refused when %s', async (_, change, because) => {
    const entry = active(volume('san', 'vm-300-disk-0'), 5, { table: [linear('8:0', 411_648, 8192)] });
    const node = memoryNode({ volumes: [volume('san', 'other')], devices: [entry, device('keeps-sda', 7)] });
    await cleanOnce(node);
    const before = node.ran.length;
    change(node);
    expect(await undo(node, 1)).toMatch(because);
    expect(node.ran).toHaveLength(before);
  });

  it('is refused for a volume that was renamed', async () => {
    const node = orphan();
    await cleanOnce(node);
    node.volumes = node.volumes.map((lv) => ({ ...lv, lvName: 'vm-501-disk-0' }));
    expect(await undo(node, 1)).toMatch(/is called san\/vm-501-disk-0 now/);
  });
});
