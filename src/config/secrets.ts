import type { SmallFile } from '../host/small-file.ts';
import { shellWords } from '../model/command/shell-words.ts';
import type { Origin } from '../model/config/config.ts';
import { printable } from '../render/printable.ts';
import type { REFERENCES } from './channel-keys.ts';

/** What the loader needs of the machine. */
export interface ConfigHost {
  readonly readSmallFile: (path: string, mostBytes: number) => Promise<SmallFile>;
  /** Who runs this program; root's files count as one's own. */
  readonly ownUid: () => number;
}

/** The text of a secret, or why there is none. `unseen`: only a unit of systemd could look. */
export type SecretText =
  | { readonly text: string; readonly origin: Origin }
  | { readonly wrong: string }
  | { readonly unseen: string };

const MOST_BYTES = 64 * 1024;

/** Why a file must not be trusted with a secret, with the command that changes it; null where it may. */
export function tooOpen(path: string, mode: number, ownerUid: number, ownUid: number): string | null {
  if (ownerUid !== 0 && ownerUid !== ownUid) return belongsToOther(path, ownerUid);
  if ((mode & 0o077) !== 0) return `has mode ${octal(mode)}: ${shellWords(['chmod', '600', path])}`;
  return null;
}

export const belongsToOther = (path: string, ownerUid: number): string =>
  `belongs to the user with id ${ownerUid}: ${shellWords(['chown', 'root:root', path])}`;

export const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

export async function readReference(
  reference: (typeof REFERENCES)[number],
  target: string,
  named: Origin,
  host: ConfigHost,
  credentials: string | undefined,
): Promise<SecretText> {
  if (reference === 'file') return await readSecretFile(target, { kind: 'secret-file', path: target, named }, host);
  if (!/^[A-Za-z0-9_.@-]{1,255}$/.test(target) || /^\.+$/.test(target))
    return { wrong: 'must be the name of a credential: letters, digits, "_", ".", "@" and "-"' };
  if (credentials === undefined || credentials === '')
    return { unseen: 'the credential is there only when systemd starts pve-doctor: $CREDENTIALS_DIRECTORY is not set' };
  // systemd keeps them from others itself, with an access list that shows as a readable group.
  const file = await host.readSmallFile(`${credentials}/${target}`, MOST_BYTES);
  if (file.state === 'absent') return { wrong: 'names a credential that the unit does not load' };
  if (file.state === 'unreadable') return { wrong: `names a credential that ${file.because}` };
  return textOf(file.bytes, 'a credential', { kind: 'credential', name: target, named });
}

async function readSecretFile(path: string, origin: Origin, host: ConfigHost): Promise<SecretText> {
  if (!path.startsWith('/')) return { wrong: 'must be an absolute path' };
  const file = await host.readSmallFile(path, MOST_BYTES);
  if (file.state === 'absent') return { wrong: 'names a file that does not exist' };
  if (file.state === 'unreadable') return { wrong: `names a file that ${file.because}` };
  const open = tooOpen(path, file.mode, file.ownerUid, host.ownUid());
  if (open !== null) return { wrong: `names ${printable(path)}, which holds a secret and ${open}` };
  return textOf(file.bytes, 'a file', origin);
}

/**
 * What does not exist is not named: it may be the secret itself, put at the wrong key. An editor ends the last line; that line end is
 * not part of the secret.
 */
function textOf(bytes: Uint8Array, name: 'a file' | 'a credential', origin: Origin): SecretText {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
    return text === '' ? { wrong: `names ${name} that is empty` } : { text, origin };
  } catch {
    return { wrong: `names ${name} that is not UTF-8 text` };
  }
}
