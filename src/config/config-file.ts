import { shellWords } from '../model/command/shell-words.ts';
import type { ConfiguredAcknowledgement } from './acknowledge-table.ts';
import { type Given, type Problem, problemAt, problemOfFile } from './given.ts';
import { belongsToOther, type ConfigHost, octal, tooOpen } from './secrets.ts';
import { CHANNEL } from './settings.ts';

/** Where the file is, and whether it must be there. */
export interface ConfigFile {
  readonly path: string;
  readonly mustExist: boolean;
}

export type FileState = 'read' | 'absent' | 'refused' | 'not-asked';

export interface FileContent {
  readonly state: FileState;
  readonly acknowledged: readonly ConfiguredAcknowledgement[];
  readonly given: readonly Given[];
  readonly problems: readonly Problem[];
}

/** More than any configuration; the file is held in memory whole. */
const MOST_BYTES = 256 * 1024;

/**
 * What the file says. `refused`: it counts for nothing, because it cannot be read or understood, because others may write it, or
 * because a secret is in it that others may read. The type of a channel may stand in another layer.
 */
export async function givenByFileOf(
  file: ConfigFile | null,
  host: ConfigHost,
  others: readonly Given[],
): Promise<FileContent> {
  if (file === null) return { state: 'not-asked', given: [], acknowledged: [], problems: [] };
  const { path } = file;
  const content = await host.readSmallFile(path, MOST_BYTES);
  if (content.state === 'absent')
    return file.mustExist ? refused([problemOfFile(path, 'does not exist')]) : { ...refused([]), state: 'absent' };
  if (content.state === 'unreadable') return refused([problemOfFile(path, content.because)]);
  if ((content.mode & 0o022) !== 0) {
    const what = `can be written by others (mode ${octal(content.mode)}): ${shellWords(['chmod', 'go-w', path])}`;
    return refused([problemOfFile(path, what)]);
  }
  if (content.ownerUid !== 0 && content.ownerUid !== host.ownUid())
    return refused([problemOfFile(path, belongsToOther(path, content.ownerUid))]);
  // The parser is loaded only where there is something to parse.
  const { givenByFile } = await import('./from-file.ts');
  const { given, acknowledged, problems } = givenByFile(path, content.bytes);
  if (given === null) return refused(problems);
  // Only channels have secrets, and their types are loaded only where there is one.
  const hasChannels = given.some(({ key }) => key.startsWith(`${CHANNEL}.`));
  const secret = hasChannels ? (await import('./channel-keys.ts')).firstSecret(given, others) : null;
  const open = secret === null ? null : tooOpen(path, content.mode, content.ownerUid, host.ownUid());
  if (secret === null || open === null) return { state: 'read', given, acknowledged, problems };
  return refused([...problems, problemAt(secret.origin, `a secret stands here, and the file ${open}`)]);
}

const refused = (problems: readonly Problem[]): FileContent => ({
  state: 'refused',
  given: [],
  acknowledged: [],
  problems,
});
