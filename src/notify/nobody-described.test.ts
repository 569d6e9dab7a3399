import { describe, expect, it } from 'vitest';
import { read } from '../../test/config/sources.ts';
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
    expect(withDefault(NOBODY, true, []).channels).toEqual([{ name: 'root', type: 'node', policy: 'new-problems' }]);
  });

  it.each([
    ['that somebody switched it off', { ...NOBODY, otherwise: 'nobody' as const }, true, []],
    ['another machine than a node', NOBODY, false, []],
    ['a channel that this process cannot use', NOBODY, true, [{ isWrong: false }]],
  ])('is nobody on %s', (_, settings, isPve, leftOut) => {
    expect(withDefault(settings, isPve, leftOut).channels).toEqual([]);
  });

  it('is root where a misspelt key leaves no channel, and the channel that is left where one is', async () => {
    const misspelt = '[channel.mail]\ntype = "sendmail"\nrecipient = "ops@example.org"\n';
    const whole = '[channel.local]\ntype = "sendmail"\n';
    const told = async (toml: string) => {
      const { config, leftOut } = await read({ toml });
      return withDefault(config.notify, true, leftOut).channels.map(({ name }) => name);
    };
    expect([await told(misspelt), await told(misspelt + whole)]).toEqual([['root'], ['local']]);
  });

  it('is who is described, and nobody else', () => {
    const channels = [sendmail({ name: 'admins' })];
    expect(withDefault({ ...SETTINGS, channels }, true, []).channels).toEqual(channels);
  });
});
