import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const NAMES = ['probe_timeout', 'container_timeout', 'host', 'port', 'password', 'to'];

describe('nearestName', () => {
  it.each([
    ['pasword', 'password'],
    ['passwrod', 'password'],
    ['probe-timeout', 'probe_timeout'],
    ['Host', 'host'],
    ['prot', 'port'],
    ['hots', 'host'],
  ])('takes %s for %s', (word, name) => {
    expect(nearestName(word, NAMES)).toBe(name);
  });

  it.each(['', 'x', 'sender', 'recipient', 'timeout', 'from', 'x'.repeat(1_000_000)])(
    'suggests nothing for another word: %.20s',
    (word) => {
      expect(nearestName(word, NAMES)).toBeNull();
    },
  );

  it('finds every name from itself, and from itself with one character lost', () => {
    const long = NAMES.filter((name) => name.length > 3);
    fc.assert(
      fc.property(fc.constantFrom(...long), fc.nat(), (name, at) => {
        const cut = at % name.length;
        expect(nearestName(name, NAMES)).toBe(name);
        expect(nearestName(name.slice(0, cut) + name.slice(cut + 1), NAMES)).toBe(name);
      }),
    );
  });
});
