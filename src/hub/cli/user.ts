import { randomBytes } from 'node:crypto';
import { UsageError } from '../../model/faults.ts';
import { hashPassword, passwordComplaint } from '../login/password.ts';
import { isRole, ROLES, USER_NAME, USER_NAME_WORDS } from '../login/roles.ts';
import type { HubStore } from '../store/hub-store.ts';
import type { Role, UserRow } from '../store/people.ts';
import { columns, type HubTerminal } from './hub-terminal.ts';
import { type ConfigOptions, whoIsHere, withStore } from './with-store.ts';

interface PasswordOptions extends ConfigOptions {
  readonly passwordStdin?: boolean;
}

interface AddOptions extends PasswordOptions {
  readonly role: Role;
}

/** One that is made here has 120 random bits. */
async function newPassword({ passwordStdin = false }: PasswordOptions, terminal: HubTerminal): Promise<string> {
  if (!passwordStdin) return randomBytes(15).toString('base64url');
  const password = await terminal.readLine();
  const complaint = passwordComplaint(password);
  if (complaint !== null) throw new UsageError(complaint);
  return password;
}

const audit = (store: HubStore, action: string, detail: string): Promise<void> =>
  store.audit({ at: new Date().toISOString(), who: whoIsHere(), action, detail });

const shown = async ({ passwordStdin = false }: PasswordOptions, password: string, terminal: HubTerminal) => {
  if (!passwordStdin) await terminal.print(`${password}\n`);
};

export async function runUserAdd(name: string, options: AddOptions, terminal: HubTerminal): Promise<number> {
  if (!USER_NAME.test(name)) throw new UsageError(USER_NAME_WORDS);
  const password = await newPassword(options, terminal);
  const passwordHash = await hashPassword(password);
  return await withStore(options, terminal, async (store) => {
    const createdAt = new Date().toISOString();
    const user = await store.addUser({ name, realm: 'local', role: options.role, passwordHash, createdAt });
    if (user === 'taken') throw new UsageError(`there is a user ${name} already`);
    await audit(store, 'add-user', `${name}@local as ${options.role}`);
    await shown(options, password, terminal);
    return 0;
  });
}

export async function runUserList(options: ConfigOptions, terminal: HubTerminal): Promise<number> {
  return await withStore(options, terminal, async (store) => {
    const rows = (await store.users()).map(({ name, realm, role, lastLoginAt }) => [
      name,
      realm,
      role,
      lastLoginAt ?? 'never',
    ]);
    await terminal.print(columns(['NAME', 'REALM', 'ROLE', 'LAST LOGIN'], rows));
    return 0;
  });
}

/** `alice`, `alice@local`, `root@pam@pve`. */
async function userOf(store: HubStore, word: string): Promise<UserRow> {
  const users = await store.users();
  const found =
    users.find(({ name, realm }) => `${name}@${realm}` === word) ??
    users.find(({ name, realm }) => realm === 'local' && name === word);
  if (found === undefined) throw new UsageError(`there is no user ${word}; user list shows them`);
  return found;
}

export async function runUserRole(
  word: string,
  role: string,
  options: ConfigOptions,
  terminal: HubTerminal,
): Promise<number> {
  if (!isRole(role)) throw new UsageError(`a role is one of ${ROLES.join(', ')}`);
  return await withStore(options, terminal, async (store) => {
    const user = await userOf(store, word);
    await store.changeUser(user.id, { role });
    await audit(store, 'role', `${user.name}@${user.realm}: ${user.role} becomes ${role}`);
    return 0;
  });
}

export async function runUserPassword(word: string, options: PasswordOptions, terminal: HubTerminal): Promise<number> {
  const password = await newPassword(options, terminal);
  const passwordHash = await hashPassword(password);
  return await withStore(options, terminal, async (store) => {
    const user = await userOf(store, word);
    if (user.realm !== 'local') throw new UsageError(`the password of ${word} is not the hub's: ${user.realm} has it`);
    await store.changeUser(user.id, { passwordHash });
    await audit(store, 'password', `${user.name}@${user.realm}`);
    await shown(options, password, terminal);
    return 0;
  });
}

export async function runUserRemove(word: string, options: ConfigOptions, terminal: HubTerminal): Promise<number> {
  return await withStore(options, terminal, async (store) => {
    const user = await userOf(store, word);
    await store.removeUser(user.id);
    await audit(store, 'remove-user', `${user.name}@${user.realm}`);
    return 0;
  });
}
