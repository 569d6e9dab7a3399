import { describe, expect, it } from 'vitest';
import { given, guest, mention, running } from '../../test/checks/examples.ts';
import { begun } from '../../test/checks/guest-examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { Work } from '../model/guests/guest-work.ts';
import { vol012 as check } from './vol012-state-of-running-guest.ts';

const vol012 = given(check);
const state = mention('vmstate', 'tank', 'vm-100-state-suspend-2026-11-20');
const examine = (over = {}, vmids: readonly number[] = [100], work?: Work) =>
  vol012.examine({ ...begun(guest(100, { mentions: [state], ...over }), work), running: running(...vmids) }, {});

describe('VOL012', () => {
  it('warns of a running guest that its next start would resume from old memory', () => {
    const [finding] = examine({ lock: 'suspended' });
    expect(finding?.harm).toBe('operation');
    expect(vectorsOf(finding?.remedy.commands)).toEqual([
      ['pvenode', 'task', 'list', '--vmid', '100', '--source', 'active'],
      ['qm', 'status', '100'],
    ]);
  });

  it('only notices a state that nothing would use', () => {
    expect(examine()).toMatchObject([{ harm: 'housekeeping', subject: { id: '100' } }]);
  });

  it.each([
    ['sleeps', examine({ lock: 'suspended' }, [])],
    ['has the memory of a snapshot', examine({ mentions: [{ ...state, section: 'snapshot', snapshot: 's1' }] })],
    ['is just being resumed', examine({ lock: 'suspended' }, [100], { state: 'working', because: 'task qmstart' })],
    ['is of another node', examine({ node: 'pve2' })],
  ])('is silent about a guest that %s', (_, found) => expect(found).toEqual([]));
});
