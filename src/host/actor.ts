import { readFileSync } from 'node:fs';
import type { Actor } from '../model/repair/journal.ts';

/** (uid_t) -1: no login session (kernel fs/proc/base.c proc_loginuid_read). */
const UNSET = 4294967295;

/** Who runs this process, and who stands behind sudo. */
export function readActor(env: Readonly<Record<string, string | undefined>>): Actor {
  const sudoUid = Number(env['SUDO_UID']);
  const uid = process.getuid?.() ?? -1;
  return {
    uid,
    user: userName(uid),
    sudoUser: env['SUDO_USER'] ?? null,
    sudoUid: env['SUDO_UID'] !== undefined && Number.isInteger(sudoUid) ? sudoUid : null,
    loginUid: readLoginUid(),
  };
}

/** By the uid: what Bun 1.4 calls the user's name is $USER, which a timer has not and anybody else may set. */
function userName(uid: number): string {
  try {
    const users = readFileSync('/etc/passwd', 'utf8').split('\n');
    const [name = ''] = users.map((line) => line.split(':')).find((fields) => fields[2] === `${uid}`) ?? [];
    return name;
  } catch {
    return '';
  }
}

function readLoginUid(): number | null {
  try {
    const uid = Number(readFileSync('/proc/self/loginuid', 'utf8').trim());
    return Number.isInteger(uid) && uid !== UNSET ? uid : null;
  } catch {
    return null;
  }
}
