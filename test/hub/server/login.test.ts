import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogins } from '../../../src/hub/login/logins.ts';
import { nextPath } from '../../../src/hub/login/next-path.ts';
import { hashPassword, isPassword } from '../../../src/hub/login/password.ts';
import { firstLink } from '../../../src/hub/server/run-server.ts';
import { browser, loggedIn, PASSWORD, type RunningHub, startHub } from './running-hub.ts';

let hub: RunningHub;
beforeEach(async () => {
  hub = await startHub();
});
afterEach(() => hub.stop());

const HOUR = 3_600_000;

describe('the first administrator', () => {
  const linkOf = async (): Promise<string> => {
    const link = await firstLink(hub, hub.url);
    if (link === null) throw new Error('there is an administrator');
    return link.slice(hub.url.length);
  };
  const tokenOf = (path: string): string => new URL(path, hub.url).searchParams.get('token') ?? '';

  it('comes in by one link of those that were printed, once, and then there is no other', async () => {
    const [first, second] = [await linkOf(), await linkOf()];
    const page = browser(hub);
    expect((await page.get(first)).status).toBe(200);
    expect((await page.get('/first?token=wrong')).status).toBe(403);
    const fields = { token: tokenOf(first), name: 'root', password: PASSWORD };
    expect((await page.send('/first', { ...fields, password: 'short' })).status).toBe(422);
    expect((await page.send('/first', { ...fields, name: 'Ro ot' })).status).toBe(422);
    const tries = await Promise.all(
      [fields, { ...fields, name: 'other' }].map((one) => browser(hub).send('/first', one)),
    );
    expect(tries.map(({ status }) => status).toSorted()).toEqual([303, 403]);
    expect((await browser(hub).send('/first', { ...fields, token: tokenOf(second) })).status).toBe(403);
    expect((await hub.store.users()).map(({ role }) => role)).toEqual(['admin']);
    expect(await firstLink(hub, hub.url)).toBeNull();
    expect((await hub.store.audited(10)).map(({ action }) => action)).toContain('first-administrator');
  });

  it('comes in by no link that is older than an hour', async () => {
    const late = await startHub();
    const link = await firstLink(late, late.url);
    late.pass(HOUR + 1);
    expect((await fetch(link ?? '')).status).toBe(403);
    await late.stop();
  });

  it('leaves no secret in the log or the store', async () => {
    expect(hub.log.join('\n')).not.toContain('token=');
    expect(JSON.stringify(await hub.store.audited(100))).not.toContain(PASSWORD);
  });
});

describe('a session', () => {
  it('is a cookie that scripts and other sites do not have, and new with every login', async () => {
    const page = await loggedIn(hub, 'viewer');
    const before = page.cookies.get('pve-doctor-hub');
    const answer = await page.send('/login', { name: 'some-viewer', password: PASSWORD });
    expect(answer.status).toBe(303);
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/; Path=\//);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(page.cookies.get('pve-doctor-hub')).not.toBe(before);
    // The old one ended with it.
    const old = browser(hub);
    old.cookies.set('pve-doctor-hub', before ?? '');
    expect((await old.get('/')).status).toBe(303);
  });

  it('over https stands behind __Host- and Secure', async () => {
    const behind = await startHub((config) => ({ server: { ...config.server, url: 'https://hub.example.org' } }));
    const passwordHash = await hashPassword(PASSWORD);
    await behind.store.addUser({
      name: 'a',
      realm: 'local',
      role: 'viewer',
      passwordHash,
      createdAt: behind.now().toISOString(),
    });
    const headers = { host: 'hub.example.org', origin: 'https://hub.example.org' };
    const body = new URLSearchParams({ name: 'a', password: PASSWORD });
    const answer = await fetch(`${behind.url}/login`, { method: 'POST', redirect: 'manual', headers, body });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-pve-doctor-hub=[^;]{43};.*; Secure/);
    expect(answer.headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    await behind.stop();
  });

  it('that somebody planted is worth nothing after the login', async () => {
    await loggedIn(hub, 'viewer');
    const page = browser(hub);
    const planted = 'A'.repeat(43);
    page.cookies.set('pve-doctor-hub', planted);
    await page.send('/login', { name: 'some-viewer', password: PASSWORD });
    expect(page.cookies.get('pve-doctor-hub')).not.toBe(planted);
    const thief = browser(hub);
    thief.cookies.set('pve-doctor-hub', planted);
    expect((await thief.get('/')).status).toBe(303);
  });

  it('ends when it is idle, in any case after the longest time, and by the button', async () => {
    const idle = await loggedIn(hub, 'operator');
    hub.pass(11 * HOUR);
    expect((await idle.get('/')).status).toBe(200);
    hub.pass(11 * HOUR);
    expect((await idle.get('/')).status).toBe(200);
    hub.pass(13 * HOUR);
    expect((await idle.get('/')).status).toBe(303);
    const again = browser(hub);
    await again.send('/login', { name: 'some-operator', password: PASSWORD });
    for (let hours = 0; hours < 167; hours += 11) {
      hub.pass(11 * HOUR);
      await again.get('/');
    }
    expect((await again.get('/')).status).toBe(303);
    await again.send('/login', { name: 'some-operator', password: PASSWORD });
    const value = again.cookies.get('pve-doctor-hub') ?? '';
    expect((await again.form('/logout')).status).toBe(303);
    again.cookies.set('pve-doctor-hub', value);
    expect((await again.get('/')).status).toBe(303);
  });

  it('stands in the store as a hash only', async () => {
    const page = await loggedIn(hub, 'admin');
    const value = page.cookies.get('pve-doctor-hub') ?? '';
    expect(await hub.store.session(value, hub.now().toISOString())).toBeNull();
  });
});

describe('a form', () => {
  const fields = { hours: '1', uses: '1', cluster: 'x' };

  it('of another site, of another session or of no page does nothing', async () => {
    const admin = await loggedIn(hub, 'admin');
    const csrf = await admin.csrf();
    const count = async () => (await hub.store.tokens(hub.now().toISOString())).length;
    const before = await count();
    const other = browser(hub);
    await other.send('/login', { name: 'some-admin', password: PASSWORD });
    const tries = [
      await admin.send('/settings/tokens', fields),
      await admin.send('/settings/tokens', { ...fields, csrf: await other.csrf() }),
      await admin.send('/settings/tokens', { ...fields, csrf }, { origin: 'https://evil.example' }),
      await admin.send('/settings/tokens', { ...fields, csrf }, { origin: 'null' }),
      await fetch(`${hub.url}/settings/tokens`, {
        method: 'POST',
        body: new URLSearchParams({ ...fields, csrf }),
        headers: { cookie: `pve-doctor-hub=${admin.cookies.get('pve-doctor-hub')}` },
      }),
      await admin.send('/settings/tokens', { ...fields, csrf }, { 'content-type': 'text/plain' }),
    ];
    expect(tries.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 415]);
    expect(await count()).toBe(before);
    expect((await admin.send('/settings/tokens', { ...fields, csrf })).status).toBe(200);
    expect(await count()).toBe(before + 1);
  });
});

describe('somebody who tries passwords', () => {
  it('is told to wait, and each try is written down with the address that a trusted proxy names', async () => {
    const strict = await startHub((config) => ({ server: { ...config.server, trustedProxies: ['127.0.0.1'] } }));
    const tryOnce = () => browser(strict, '1.2.3.4, 10.0.0.7').send('/login', { name: 'alice', password: 'wrong' });
    const statuses = [];
    for (let at = 0; at < 6; at += 1) statuses.push((await tryOnce()).status);
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429]);
    const audited = await strict.store.audited(100);
    expect(audited.map(({ who, action, detail }) => [who, action, detail])).toEqual(
      Array.from({ length: 5 }, () => ['alice@local', 'login-failed', 'from 10.0.0.7']),
    );
    await strict.stop();
  });

  it('waits by account and address, by address, and only then by account', () => {
    let time = new Date('2026-11-20T00:00:00Z').getTime();
    const logins = openLogins(hub.store, () => new Date(time));
    const passes = (name: string, address: string): boolean => {
      try {
        logins.mayTry({ realm: 'local', name, address });
        return true;
      } catch {
        return false;
      }
    };
    const count = (tries: readonly boolean[]): number => tries.filter((passed) => passed).length;
    expect(count(Array.from({ length: 9 }, () => passes('alice', '10.0.0.1')))).toBe(5);
    expect(passes('ALICE', '10.0.0.1')).toBe(false);
    // Its owner, elsewhere, is not kept out by that.
    expect(passes('alice', '10.0.0.2')).toBe(true);
    expect(count(Array.from({ length: 50 }, (_, at) => passes(`user${at}`, '10.0.0.3')))).toBe(30);
    expect(count(Array.from({ length: 200 }, (_, at) => passes('bob', `10.0.1.${at}`)))).toBe(100);
    time += 3_600_000;
    expect(passes('alice', '10.0.0.1') && passes('bob', '10.0.0.3')).toBe(true);
  });

  it('does not hear which half was wrong', async () => {
    const [nobody, wrong] = await Promise.all(
      ['nobody-at-all', 'some-viewer'].map(
        async (name) => await (await browser(hub).send('/login', { name, password: 'wrong' })).text(),
      ),
    );
    const plain = (text = '') => text.replaceAll(/<time[^>]*>/g, '');
    expect(plain(nobody)).toBe(plain(wrong));
  });
});

describe('a password', () => {
  it('is kept so that only it fits, and nothing fits a user without one', async () => {
    const [hash, again] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
    expect(hash).not.toBe(again);
    expect(hash).toMatch(/^scrypt\$32768\$8\$3\$/);
    expect(await isPassword(PASSWORD, hash)).toBe(true);
    expect(await isPassword(`${PASSWORD} `, hash)).toBe(false);
    for (const stored of [null, '', 'plain', 'scrypt$1$1$1$$', hash.slice(0, -4)])
      expect(await isPassword(PASSWORD, stored)).toBe(false);
    expect(await isPassword('', null)).toBe(false);
  });
});

describe('a new password', () => {
  const login = async (password: string) => {
    const page = browser(hub);
    const { status } = await page.send('/login', { name: 'some-viewer', password, next: '/' });
    return { page, status };
  };

  it('of oneself asks for the one before, and ends every session but the own', async () => {
    const page = await loggedIn(hub, 'viewer');
    const { page: elsewhere } = await login(PASSWORD);
    expect(await (await page.get('/account')).text()).toContain('Where you are logged in');
    const change = (password: string, fresh: string) => page.form('/account/password', { password, new: fresh });
    expect((await change('wrong password', 'another good password')).status).toBe(403);
    expect((await change(PASSWORD, 'short')).status).toBe(422);
    expect((await elsewhere.get('/')).status).toBe(200);
    expect((await page.send('/account/password', { password: PASSWORD, new: 'another good password' })).status).toBe(
      403,
    );
    expect((await change(PASSWORD, 'another good password')).status).toBe(303);
    expect([(await page.get('/')).status, (await elsewhere.get('/')).status]).toEqual([200, 303]);
    expect([(await login(PASSWORD)).status, (await login('another good password')).status]).toEqual([403, 303]);
    const actions = (await hub.store.audited(20)).map(({ action }) => action);
    expect([actions.includes('password'), actions.includes('password-failed')]).toEqual([true, true]);
  });

  it('by the operator of the hub ends all of them', async () => {
    const page = await loggedIn(hub, 'viewer');
    const user = await hub.store.user('local', 'some-viewer');
    await hub.store.changeUser(user?.id ?? '', { passwordHash: await hashPassword('another good password') });
    expect((await page.get('/')).status).toBe(303);
  });

  it('cannot be tried at without end, and all sessions can be ended', async () => {
    const page = await loggedIn(hub, 'viewer');
    const statuses: number[] = [];
    for (let turn = 0; turn < 7; turn += 1)
      statuses.push((await page.form('/account/password', { password: 'wrong', new: 'another good one' })).status);
    expect(statuses.slice(-1)).toEqual([429]);
    expect((await page.form('/account/sessions/end')).status).toBe(303);
    expect((await page.get('/')).status).toBe(303);
  });
});

describe('the page after a login', () => {
  it.each([
    ['/nodes/1?x=2', '/nodes/1?x=2'],
    ['/search?q=a%20b', '/search?q=a%20b'],
    [undefined, '/'],
    ['', '/'],
    ['https://evil.example/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/x\\y', '/'],
    ['/..//evil.example', '/'],
    ['/.//evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/a\r\nset-cookie: x', '/'],
  ])('is one of this hub: %j', (given, path) => {
    expect(nextPath(given)).toBe(path);
  });

  it('is what the form of the login leads to', async () => {
    await loggedIn(hub, 'viewer');
    const login = (next: string) => browser(hub).send('/login', { name: 'some-viewer', password: PASSWORD, next });
    expect((await login('/search?q=1')).headers.get('location')).toBe('/search?q=1');
    expect((await login('//evil.example')).headers.get('location')).toBe('/');
    expect(await (await fetch(`${hub.url}/login?next=//evil.example`)).text()).toContain('name="next" value="/"');
  });
});
