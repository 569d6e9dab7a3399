import { describe, expect, it } from 'vitest';
import { parseReplicationCfg, parseReplicationState } from './replication.ts';

describe('parseReplicationCfg', () => {
  it('reads jobs with their target, and those that are off or on their way out', () => {
    const text =
      'local: 100-0\n\ttarget pve2\n\trate 10\n\tschedule */30\n\tsource pve1\n\nlocal: 100-1\n\tdisable\n\ttarget pve3\n\n' +
      'local: 101-0\n\tdisable 0\n\tremove_job full\n\ttarget pve2\n';
    expect(parseReplicationCfg(text)).toEqual([
      { id: '100-0', vmid: 100, target: 'pve2', disabled: false, beingRemoved: false },
      { id: '100-1', vmid: 100, target: 'pve3', disabled: true, beingRemoved: false },
      { id: '101-0', vmid: 101, target: 'pve2', disabled: false, beingRemoved: true },
    ]);
  });

  it.each([
    '',
    'local: x\n\ttarget pve2\n',
    'local: 100-0\n',
    'remote: 100-0\n\ttarget pve2\n',
    '#local: 100-0\n\ttarget a\n',
  ])('reads no job in %j', (text) => expect(parseReplicationCfg(text)).toEqual([]));
});

describe('parseReplicationState', () => {
  it('reads how the last runs went', () => {
    const text = JSON.stringify({
      100: {
        'local/pve2': {
          last_sync: 1763600000,
          last_try: 1763603600,
          fail_count: 2,
          error: "command 'ssh' failed: exit code 255\nmore",
          storeid_list: ['tank'],
          duration: 1.5,
        },
        'local/pve3': { last_sync: 0, fail_count: '0', pid: 4711, ptime: '5000' },
      },
    });
    expect(parseReplicationState(text).value).toEqual([
      {
        vmid: 100,
        target: 'pve2',
        lastSyncAt: '2025-11-20T00:53:20.000Z',
        failCount: 2,
        error: "command 'ssh' failed: exit code 255",
        worker: { pid: 0, startTicks: 0 },
      },
      {
        vmid: 100,
        target: 'pve3',
        lastSyncAt: null,
        failCount: 0,
        error: '',
        worker: { pid: 4711, startTicks: 5000 },
      },
    ]);
  });

  it('takes an empty file for no state, a cut one for damage, and leaves out what it does not know', () => {
    expect(parseReplicationState('')).toEqual({ value: [], problems: [] });
    expect(parseReplicationState('{"100":{"loc').problems).toHaveLength(1);
    expect(parseReplicationState('{"100":{"other/x":{}},"a":{"local/b":{}},"101":[]}').value).toEqual([]);
  });
});
