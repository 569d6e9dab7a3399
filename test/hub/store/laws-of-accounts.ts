import { expect, it } from 'vitest';
import type { HubStore } from '../../../src/hub/store/hub-store.ts';
import { at } from './store-examples.ts';

/** What holds on either engine for who may look. */
export function lawsOfAccounts(empty: () => Promise<HubStore>): void {
  const ann = { name: 'ann', realm: 'local', role: 'admin', passwordHash: 'scrypt', createdAt: at(0) } as const;

  it('adds a user once in a realm, changes and removes it with its sessions', async () => {
    const store = await empty();
    const user = await store.addUser(ann);
    if (user === 'taken') throw new Error('taken');
    expect(user).toEqual({ ...ann, id: user.id, lastLoginAt: null });
    expect(await store.addUser(ann)).toBe('taken');
    expect(await store.addUser({ ...ann, realm: 'pve', passwordHash: null })).toMatchObject({ realm: 'pve' });
    expect(await store.user('local', 'ann')).toEqual(user);
    expect(await store.user('oidc', 'ann')).toBeNull();
    expect(await store.changeUser(user.id, { role: 'viewer', lastLoginAt: at(2) })).toBe(true);
    expect([await store.changeUser(user.id, {}), await store.changeUser('nobody', { role: 'admin' })]).toEqual([
      true,
      false,
    ]);
    expect(await store.users()).toMatchObject([
      { realm: 'local', role: 'viewer', lastLoginAt: at(2) },
      { realm: 'pve' },
    ]);
    await store.addSession({ hash: 'h', userId: user.id, createdAt: at(1), expiresAt: at(9) });
    expect([await store.removeUser(user.id), await store.removeUser(user.id)]).toEqual([true, false]);
    expect(await store.session('h', at(2))).toBeNull();
  });

  it('knows a session until it ends', async () => {
    const store = await empty();
    const user = await store.addUser(ann);
    if (user === 'taken') throw new Error('taken');
    const session = { hash: 'h', userId: user.id, createdAt: at(1), expiresAt: at(9) };
    await store.addSession(session);
    expect(await store.session('h', at(2))).toEqual({ session, user });
    expect(await store.session('h', at(9))).toBeNull();
    await store.extendSession('h', at(20));
    expect(await store.session('h', at(9))).toMatchObject({ session: { expiresAt: at(20) } });
    await store.endSession('h');
    expect(await store.session('h', at(2))).toBeNull();
  });

  it('ends the sessions of a user with a new password, and no other one', async () => {
    const store = await empty();
    const [one, two] = [await store.addUser(ann), await store.addUser({ ...ann, name: 'bob' })];
    if (one === 'taken' || two === 'taken') throw new Error('taken');
    const sessionOf = (hash: string, userId: string) => ({ hash, userId, createdAt: at(1), expiresAt: at(9) });
    for (const session of [sessionOf('a', one.id), sessionOf('b', one.id), sessionOf('c', two.id)])
      await store.addSession(session);
    await store.changeUser(one.id, { role: 'viewer', lastLoginAt: at(2) });
    expect((await store.sessionsOf(one.id, at(2))).map(({ hash }) => hash)).toEqual(['a', 'b']);
    await store.changeUser(one.id, { passwordHash: 'another' });
    expect([await store.sessionsOf(one.id, at(2)), await store.session('a', at(2))]).toEqual([[], null]);
    expect(await store.sessionsOf(two.id, at(2))).toEqual([sessionOf('c', two.id)]);
    await store.endSessionsOf(two.id);
    expect(await store.session('c', at(2))).toBeNull();
  });

  it('writes a setting only over what was expected, whoever else is at it', async () => {
    const store = await empty();
    expect([await store.changeSetting('s', 'x', 'y'), await store.setting('s')]).toEqual([false, null]);
    const tries = await Promise.all(['a', 'b', 'c'].map((value) => store.changeSetting('s', null, value)));
    expect(tries.filter(Boolean)).toHaveLength(1);
    const now = await store.setting('s');
    expect([await store.changeSetting('s', 'other', 'z'), await store.setting('s')]).toEqual([false, now]);
    expect([await store.changeSetting('s', now, 'z'), await store.setting('s')]).toEqual([true, 'z']);
    expect([await store.changeSetting('s', 'z', null), await store.setting('s')]).toEqual([true, null]);
    expect([await store.changeSetting('s', null, null), await store.changeSetting('s', 'z', null)]).toEqual([
      true,
      false,
    ]);
  });

  it('keeps what was done, the newest first', async () => {
    const store = await empty();
    for (const who of ['ann', 'bob', 'eve']) await store.audit({ at: at(1), who, action: 'login', detail: '' });
    expect((await store.audited(2)).map(({ who }) => who)).toEqual(['eve', 'bob']);
  });
}
