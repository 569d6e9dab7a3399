import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Actor } from '../model/journal.ts';

/** (uid_t) -1: no login session (kernel fs/proc/base.c proc_loginuid_read). */
const UNSET = 4294967295;

/** Who runs this process, and who stands behind sudo. */
export function readActor(env: Readonly<Record<string, string | undefined>>): Actor {
  const sudoUid = Number(env['SUDO_UID']);
  return {
    uid: process.getuid?.() ?? -1,
    user: userName(),
    sudoUser: env['SUDO_USER'] ?? null,
    sudoUid: env['SUDO_UID'] !== undefined && Number.isInteger(sudoUid) ? sudoUid : null,
    loginUid: readLoginUid(),
  };
}

function userName(): string {
  try {
    return userInfo().username;
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
