import { describe, expect, it } from 'vitest';
import { sendmail } from '../../test/notify/samples.ts';
import { withDefault } from './policy.ts';

const SETTINGS = {
  otherwise: 'root' as 'root' | 'nobody',
  cluster: 'one' as const,
  digestAt: '07:00',
  remindDays: 7,
  healthyDays: 30,
};
const NOBODY = { ...SETTINGS, channels: [] };

describe('who is told where nobody described a channel', () => {
  it('is root of the node, of what is new or worse', () => {
    expect(withDefault(NOBODY, true, false).channels).toEqual([{ name: 'root', type: 'node', policy: 'new-problems' }]);
  });

  it.each([
    ['that somebody switched it off', { ...NOBODY, otherwise: 'nobody' as const }, true, false],
    ['another machine than a node', NOBODY, false, false],
    ['a channel that cannot be used now', NOBODY, true, true],
  ])('is nobody on %s', (_, settings, isPve, isDescribed) => {
    expect(withDefault(settings, isPve, isDescribed).channels).toEqual([]);
  });

  it('is who is described, and nobody else', () => {
    const channels = [sendmail({ name: 'admins' })];
    expect(withDefault({ ...SETTINGS, channels }, true, false).channels).toEqual(channels);
  });
});
