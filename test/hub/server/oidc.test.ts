import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OidcSettings } from '../../../src/hub/config/hub-config.ts';
import { Secret } from '../../../src/model/config/secret.ts';
import { CLIENT, startProvider, type TestProvider } from './oidc-provider.ts';
import { type Browser, browser, type RunningHub, startHub } from './running-hub.ts';

let provider: TestProvider;
let hub: RunningHub;

beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());
beforeEach(async () => {
  const oidc: OidcSettings = {
    ...{
      issuer: provider.issuer,
      clientId: CLIENT.id,
      clientSecret: new Secret(CLIENT.secret),
      label: 'Company login',
    },
    ...{ scope: 'openid profile', nameClaim: 'preferred_username', roleClaim: 'groups' },
    ...{ admins: ['storage-admins'], operators: ['ops'], viewers: ['staff'] },
  };
  hub = await startHub(() => ({ oidc }));
});
afterEach(() => hub.stop());

/** Goes to the issuer, as a browser does, and comes back with what it says. */
async function onTheWay(page: Browser, next = '/problems'): Promise<string> {
  const begun = await page.send('/login/oidc', { next });
  const address = /content="0;url=([^"]+)"/.exec(await begun.text())?.[1] ?? '';
  const there = await fetch(address.replaceAll('&#38;', '&'), { redirect: 'manual' });
  const back = new URL(there.headers.get('location') ?? '');
  expect(back.pathname).toBe('/login/oidc');
  return `${back.pathname}${back.search}`;
}

async function login(
  claims: Readonly<Record<string, unknown>>,
): Promise<{ readonly page: Browser; readonly answer: Response }> {
  provider.claims = claims;
  const page = browser(hub);
  return { page, answer: await page.get(await onTheWay(page)) };
}

describe('a login by OpenID Connect', () => {
  it.each([
    [['staff', 'other'], 'viewer'],
    [['ops', 'staff'], 'operator'],
    ['storage-admins', 'admin'],
  ])('is what the claim %j says: %s, and leads to where one wanted to go', async (groups, role) => {
    const { page, answer } = await login({ sub: 'u1', preferred_username: 'alice', groups });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/problems']);
    expect((await page.get('/settings')).status).toBe(role === 'admin' ? 200 : 403);
    const users = (await hub.store.users()).filter(({ realm }) => realm === 'oidc');
    expect(users.map((user) => user.role)).toEqual([role]);
  });

  it('that nobody began fills the audit only as fast as an address may try', async () => {
    const stranger = browser(hub);
    const answers: number[] = [];
    for (let turn = 0; turn < 60; turn += 1) answers.push((await stranger.get('/login/oidc?code=x&state=y')).status);
    expect(answers.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 403));
    expect(answers.slice(40)).toEqual(Array.from({ length: 20 }, () => 429));
    expect((await hub.store.audited(100)).length).toBeLessThan(40);
  });

  it('gives nobody the account of another who calls himself the same', async () => {
    await login({ sub: 'u1', preferred_username: 'alice', groups: ['staff'] });
    await login({ sub: 'u2', preferred_username: 'alice', groups: ['staff'] });
    const names = (await hub.store.users()).map(({ name }) => name).filter((name) => name.startsWith('alice#'));
    expect(new Set(names).size).toBe(2);
  });

  it.each([[['others']], [undefined], [{ staff: true }], ['']])('lets in nobody without a role: %j', async (groups) => {
    const { page, answer } = await login({ sub: 'u3', preferred_username: 'eve', groups });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('none of your groups')]);
    expect((await page.get('/')).status).toBe(303);
    expect((await hub.store.users()).some(({ name }) => name.startsWith('eve'))).toBe(false);
  });

  it.each(['nonce', 'audience', 'issuer', 'signature', 'expired'] as const)(
    'lets in nobody whose token has a wrong %s',
    async (wrong) => {
      provider.wrong = wrong;
      const { page, answer } = await login({ sub: 'u4', preferred_username: 'mallory', groups: ['storage-admins'] });
      provider.wrong = '';
      expect(answer.status).toBe(403);
      expect((await page.get('/')).status).toBe(303);
    },
  );

  it('does not end in another browser than it began in, nor twice, nor with a state that was made up', async () => {
    provider.claims = { sub: 'u5', preferred_username: 'bob', groups: ['staff'] };
    const mine = browser(hub);
    const path = await onTheWay(mine);
    expect((await browser(hub).get(path)).status).toBe(403);
    expect((await mine.get(path.replace(/state=[^&]*/, 'state=x'))).status).toBe(403);
    expect((await mine.get(path)).status).toBe(403);
    const again = browser(hub);
    const whole = await onTheWay(again);
    expect((await again.get(whole)).status).toBe(303);
    expect((await again.get(whole)).status).toBe(403);
  });

  it('leads nowhere but into the hub', async () => {
    provider.claims = { sub: 'u5', preferred_username: 'bob', groups: ['staff'] };
    const page = browser(hub);
    expect((await page.get(await onTheWay(page, '//evil.example'))).headers.get('location')).toBe('/');
  });

  it('says so where the issuer cannot be reached', async () => {
    const lonely = await startHub(() => ({
      oidc: {
        issuer: 'http://localhost:9',
        clientId: 'x',
        clientSecret: null,
        label: 'x',
        scope: 'openid',
        nameClaim: 'n',
        roleClaim: 'r',
        admins: [],
        operators: [],
        viewers: ['*'],
      },
    }));
    const answer = await browser(lonely).send('/login/oidc', { next: '/' });
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('cannot be reached')]);
    await lonely.stop();
  });
});
