import { describe, expect, it } from 'vitest';
import { given, guest, textOf } from '../../test/checks/examples.ts';
import { begun } from '../../test/checks/guest-examples.ts';
import { vol004 as check } from './vol004-stale-lock.ts';

const vol004 = given(check);
const LOOK = ['pvenode', 'task', 'list', '--vmid', '100', '--source', 'active'];
const locked = (lock: string, over = {}) => guest(100, { lock, unchangedSeconds: 3 * 86_400, ...over });

describe('VOL004', () => {
  it('says that nothing holds a lock, how long it has stood, and how to take it away', () => {
    const [finding, ...more] = vol004.examine(begun(locked('backup')), {});
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'warning',
      subject: { kind: 'vmid', id: '100' },
      repairAction: null,
      remedy: { commands: [LOOK, ['qm', 'unlock', '100']] },
    });
    expect(finding && textOf(finding)).toContain('for 3 days');
  });

  it.each([
    ['snapshot-delete', {}, ['qm', 'unlock', '100'], 'delete the same snapshot again'],
    ['fstrim', { type: 'lxc' }, ['pct', 'unlock', '100'], 'take the lock away'],
    ['create', {}, ['qm', 'config', '100'], 'removes no guest'],
    ['destroyed', { type: 'lxc' }, ['pct', 'config', '100'], 'remove the guest again'],
    ['a-later-word', {}, ['qm', 'unlock', '100'], 'take the lock away'],
  ])('tells what lock: %s leaves behind', (lock, over, command, words) => {
    const [finding] = vol004.examine(begun(locked(lock, over)), {});
    expect(finding?.remedy.commands.at(-1)).toEqual(command);
    // An unlock that is pasted hours later must show first whether a task has begun since.
    expect(finding?.remedy.commands[0]).toEqual(command.includes('unlock') ? LOOK : command);
    expect(finding?.remedy.text).toContain(words);
  });

  it.each([
    ['a task works', begun(locked('backup'), { state: 'working', because: 'task vzdump runs' })],
    ['nobody can tell', begun(locked('backup'), { state: 'untold', by: 'others', because: 'pve2 is offline' })],
    ['there is none', begun(guest(100))],
    ['the guest sleeps', begun(locked('suspended'))],
    ['somebody mounted its disks', begun(locked('mounted', { type: 'lxc' }))],
    ['the guest is another node’s', begun(locked('backup', { node: 'pve2' }))],
  ])('accuses no lock where %s', (_, facts) => expect(vol004.examine(facts, {})).toEqual([]));

  it('says where nobody can tell', () => {
    const facts = { guests: { configs: [locked('backup')] }, cluster: begun(locked('backup')).cluster } as never;
    const work = { on: () => ({ state: 'untold', by: 'others', because: 'pve2 is offline' }) } as const;
    expect(check.notCompared?.({ ...(facts as object), guestWork: work } as never)).toEqual([
      'guest 100 has lock: backup, and pve2 is offline',
    ]);
  });
});
