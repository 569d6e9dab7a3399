import { describe, expect, it } from 'vitest';
import { given, guest } from '../../test/checks/examples.ts';
import { begun } from '../../test/checks/guest-examples.ts';
import { vol005 as check } from './vol005-unfinished-snapshot.ts';

const vol005 = given(check);
const LOOK = ['pvenode', 'task', 'list', '--vmid', '100', '--source', 'active'];
const config = (state: 'prepare' | 'delete', over = {}) =>
  guest(100, { snapshots: ['s1', 's2'], unfinished: [{ snapshot: 's1', state }], unchangedSeconds: 5000, ...over });

describe('VOL005', () => {
  it.each([
    ['prepare', 'was to be made'],
    ['delete', 'was to be deleted'],
  ] as const)('says what snapstate: %s means', (state, words) => {
    const found = vol005.examine(begun(config(state)), {});
    expect(found).toHaveLength(1);
    expect(found[0]?.title).toContain(words);
    expect(found[0]?.remedy.commands).toEqual([
      LOOK,
      ['qm', 'config', '100', '--snapshot', 's1'],
      ['qm', 'delsnapshot', '100', 's1'],
    ]);
  });

  it('looks, takes the lock away, and then deletes', () => {
    const [finding] = vol005.examine(begun(config('delete', { lock: 'snapshot-delete', type: 'lxc' })), {});
    expect(finding?.remedy.commands).toEqual([
      LOOK,
      ['pct', 'config', '100', '--snapshot', 's1'],
      ['pct', 'unlock', '100'],
      ['pct', 'delsnapshot', '100', 's1'],
    ]);
  });

  it('is silent about whole snapshots, about work in progress, and about guests of other nodes', () => {
    expect(vol005.examine(begun(guest(100, { snapshots: ['s1'] })), {})).toEqual([]);
    expect(vol005.examine(begun(config('prepare'), { state: 'working', because: 'x' }), {})).toEqual([]);
    expect(vol005.examine(begun(config('prepare', { node: 'pve2' })), {})).toEqual([]);
  });
});
