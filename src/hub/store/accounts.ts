import { randomUUID } from 'node:crypto';
import type { Engine } from './engine.ts';
import type { Accounts, UserRow } from './people.ts';
import { clean } from './store-text.ts';
import type { Tables } from './tables.ts';

const userOf = (row: Tables['account']): UserRow => ({
  ...{ id: row.id, name: row.name, realm: row.realm, role: row.role, passwordHash: row.password_hash },
  ...{ createdAt: row.created_at, lastLoginAt: row.last_login_at },
});

/** Who may look, since when, and what they did; and small values that hubs share. */
export const accountsOn = (engine: Engine): Accounts => ({
  ...usersOn(engine),
  ...sessionsOn(engine),
  ...settingsOn(engine),
  audit: async ({ at, who, action, detail }) => {
    const row = { at, who: clean(who), action: clean(action), detail: clean(detail) };
    await engine.change((work) => work.insertInto('audit').values(row).execute());
  },
  audited: (limit) =>
    engine.look((db) =>
      db.selectFrom('audit').select(['at', 'who', 'action', 'detail']).orderBy('id', 'desc').limit(limit).execute(),
    ),
});

type Users = Pick<Accounts, 'addUser' | 'user' | 'users' | 'changeUser' | 'removeUser'>;

const usersOn = (engine: Engine): Users => ({
  addUser: async ({ name, realm, role, passwordHash, createdAt }) => {
    const row = { id: randomUUID(), realm, name: clean(name), role, password_hash: passwordHash };
    const user = { ...row, created_at: createdAt, last_login_at: null };
    const { numInsertedOrUpdatedRows = 0n } = await engine.change((work) =>
      work
        .insertInto('account')
        .values(user)
        .onConflict((conflict) => conflict.columns(['realm', 'name']).doNothing())
        .executeTakeFirst(),
    );
    return numInsertedOrUpdatedRows === 0n ? 'taken' : userOf(user);
  },
  user: (realm, name) =>
    engine.look(async (db) => {
      const query = db.selectFrom('account').selectAll().where('realm', '=', realm).where('name', '=', clean(name));
      const row = await query.executeTakeFirst();
      return row === undefined ? null : userOf(row);
    }),
  users: () =>
    engine.look(async (db) =>
      (await db.selectFrom('account').selectAll().orderBy('realm').orderBy('name').execute()).map(userOf),
    ),
  changeUser: (id, { role, passwordHash, lastLoginAt }) =>
    engine.change(async (work) => {
      const set = {
        ...(role === undefined ? {} : { role }),
        ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
        ...(lastLoginAt === undefined ? {} : { last_login_at: lastLoginAt }),
      };
      const isThere = await work.selectFrom('account').select('id').where('id', '=', id).executeTakeFirst();
      if (isThere === undefined) return false;
      // Whoever had the password before may have a session by it.
      if (passwordHash !== undefined) await work.deleteFrom('session').where('account_id', '=', id).execute();
      if (Object.keys(set).length > 0) await work.updateTable('account').set(set).where('id', '=', id).execute();
      return true;
    }),
  removeUser: (id) =>
    engine.change(async (work) => {
      await work.deleteFrom('session').where('account_id', '=', id).execute();
      const { numDeletedRows } = await work.deleteFrom('account').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    }),
});

type Sessions = Pick<
  Accounts,
  'addSession' | 'session' | 'sessionsOf' | 'extendSession' | 'endSession' | 'endSessionsOf'
>;

const sessionsOn = (engine: Engine): Sessions => ({
  addSession: async ({ hash, userId, createdAt, expiresAt }) => {
    const row = { hash, account_id: userId, created_at: createdAt, expires_at: expiresAt };
    await engine.change((work) => work.insertInto('session').values(row).execute());
  },
  session: (hash, now) =>
    engine.look(async (db) => {
      const row = await db
        .selectFrom('session')
        .innerJoin('account', 'account.id', 'session.account_id')
        .selectAll('account')
        .select(['session.created_at as begun_at', 'session.expires_at'])
        .where('session.hash', '=', hash)
        .where('session.expires_at', '>', now)
        .executeTakeFirst();
      if (row === undefined) return null;
      const session = { hash, userId: row.id, createdAt: row.begun_at, expiresAt: row.expires_at };
      return { session, user: userOf(row) };
    }),
  extendSession: async (hash, expiresAt) => {
    await engine.change((work) =>
      work.updateTable('session').set({ expires_at: expiresAt }).where('hash', '=', hash).execute(),
    );
  },
  sessionsOf: (userId, now) =>
    engine.look(async (db) => {
      const rows = await db
        .selectFrom('session')
        .selectAll()
        .where('account_id', '=', userId)
        .where('expires_at', '>', now)
        .orderBy('created_at', 'desc')
        .orderBy('hash')
        .execute();
      return rows.map((row) => ({
        ...{ hash: row.hash, userId: row.account_id, createdAt: row.created_at, expiresAt: row.expires_at },
      }));
    }),
  endSessionsOf: async (userId) => {
    await engine.change((work) => work.deleteFrom('session').where('account_id', '=', userId).execute());
  },
  endSession: async (hash) => {
    await engine.change((work) => work.deleteFrom('session').where('hash', '=', hash).execute());
  },
});

const settingsOn = (engine: Engine): Pick<Accounts, 'setting' | 'changeSetting'> => ({
  setting: (name) =>
    engine.look(async (db) => {
      const row = await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst();
      return row?.value ?? null;
    }),
  // Each is one statement that says what it expects, so that of two hubs one comes too late.
  changeSetting: (name, was, value) =>
    engine.change(async (work) => {
      if (was === null) {
        if (value === null)
          return (
            (await work.selectFrom('setting').select('name').where('name', '=', name).executeTakeFirst()) === undefined
          );
        const insert = work.insertInto('setting').values({ name, value });
        const done = await insert.onConflict((conflict) => conflict.column('name').doNothing()).executeTakeFirst();
        return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
      }
      if (value === null) {
        const gone = work.deleteFrom('setting').where('name', '=', name).where('value', '=', was);
        return (await gone.executeTakeFirst()).numDeletedRows > 0n;
      }
      const changed = work.updateTable('setting').set({ value }).where('name', '=', name).where('value', '=', was);
      return (await changed.executeTakeFirst()).numUpdatedRows > 0n;
    }),
});
