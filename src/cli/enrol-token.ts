import { hasTerminal, openPrompt } from '../host/prompt.ts';
import { readInput } from '../host/read-input.ts';
import { ownUid, readSmallFile } from '../host/small-file.ts';
import { UsageError } from '../model/faults.ts';

/** What a node shows to a hub, and whom it trusts besides its own list. */
export interface Shown {
  readonly token: string;
  /** PEM; null where the node's own list does. */
  readonly authorities: string | null;
}

export interface TokenOptions {
  readonly tokenFile?: string;
  readonly ca?: string;
}

const MOST_BYTES = 256 * 1024;

/** The token and, behind its line, certificates, as one node hands them to the standard input of another. */
export const asInput = ({ token, authorities }: Shown): string => `${token}\n${authorities ?? ''}`;

/** From a file, from standard input, or from whoever sits there; never from the command line or the environment. */
export async function readShown({ tokenFile, ca }: TokenOptions): Promise<Shown> {
  if (ca === '-' && tokenFile !== '-') throw new UsageError('--ca - goes with --token-file -, behind the token');
  const input = tokenFile === '-' ? await wholeInput() : null;
  const [first = '', ...rest] = (input ?? '').split('\n');
  const typed =
    input !== null ? first : tokenFile === undefined ? await askForToken() : await textOf(tokenFile, 'a token');
  const token = typed.trim();
  if (!/^[!-~]{8,512}$/.test(token))
    throw new UsageError('that is no token: the hub prints one of 8 to 512 printable characters without blanks');
  const authorities = ca === undefined ? null : ca === '-' ? rest.join('\n') : await textOf(ca, 'certificates');
  if (authorities !== null && !authorities.includes('-----BEGIN CERTIFICATE-----'))
    throw new UsageError(`${ca === '-' ? 'standard input' : ca} holds no certificate in PEM`);
  return { token, authorities };
}

async function wholeInput(): Promise<string> {
  const input = await readInput(MOST_BYTES);
  if (input === null) throw new UsageError(`standard input holds more than ${MOST_BYTES / 1024} KiB`);
  return input;
}

/** A file with a token is closed to others, as every file with a secret; certificates are for everybody. */
async function textOf(path: string, what: 'a token' | 'certificates'): Promise<string> {
  const file = await readSmallFile(path, MOST_BYTES);
  if (file.state === 'absent') throw new UsageError(`there is no ${path}`);
  if (file.state === 'unreadable') throw new UsageError(`${path} ${file.because}`);
  const mayWrite = what === 'a token' ? 0o077 : 0o022;
  if ((file.mode & mayWrite) !== 0)
    throw new UsageError(
      what === 'a token'
        ? `${path} holds a secret and other users may open it: \`chmod 600\` closes it`
        : `other users may write ${path}, so it is not used`,
    );
  if (file.ownerUid !== 0 && file.ownerUid !== ownUid())
    throw new UsageError(`${path} belongs to another user (uid ${file.ownerUid}), so it is not used`);
  return new TextDecoder().decode(file.bytes);
}

async function askForToken(): Promise<string> {
  if (!hasTerminal())
    throw new UsageError('which token? --token-file FILE names it, --token-file - reads it from standard input');
  const prompt = openPrompt();
  try {
    const never = new Promise<void>(() => undefined);
    const line = await prompt.ask({ text: 'Token that the hub printed: ', whenTypedAhead: '' }, never);
    if (line === null) throw new UsageError('no token was typed, so this node is not enrolled');
    return line;
  } finally {
    prompt.close();
  }
}
