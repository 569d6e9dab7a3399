import { describe, expect, it } from 'vitest';
import { cluster, hidden } from '../../test/checks/examples.ts';
import { believable, configDamage, undamagedConfig } from './believable.ts';
import { known } from './reading.ts';

describe('what stands below /etc/pve', () => {
  it('is believed with a quorum only', () => {
    expect(believable(known(cluster)).state).toBe('known');
    expect(believable(known({ ...cluster, quorate: false }))).toMatchObject({
      ...{ state: 'unreadable', problem: { kind: 'failed', source: '/etc/pve' } },
    });
    expect(believable(hidden()).state).toBe('unreadable');
  });

  it.each<[string, RegExp | null]>([
    ['', null],
    ['a: b\n', null],
    ['a: \ufffd\n', /no UTF-8/],
    ['a: b', null],
  ])('is damaged or not (case %#)', (text, damage) => {
    if (damage === null) expect(configDamage(text)).toBeNull();
    else expect(configDamage(text)).toMatch(damage);
  });

  it('decides nothing when it is damaged', () => {
    expect(undamagedConfig(known('a: b\n'), '/x')).toEqual(known('a: b\n'));
    expect(undamagedConfig(known('a: \ufffd'), '/x')).toMatchObject({
      ...{ state: 'unreadable', problem: { kind: 'malformed', source: '/x' } },
    });
    expect(undamagedConfig(hidden(), '/x').state).toBe('unreadable');
  });
});
