import { problemText } from '../../src/config/given.ts';
import { type ConfigSource, type LoadedConfig, readConfig } from '../../src/config/load-config.ts';
import type { SmallFile } from '../../src/host/small-file.ts';

/** Configurations that exist in memory only. */

export const FILE = '/etc/pve-doctor/config.toml';

export interface Situation {
  /** Text of the configuration; undefined: there is none. */
  readonly toml?: string | Uint8Array;
  readonly mode?: number;
  readonly ownerUid?: number;
  readonly ownUid?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly set?: readonly string[];
  readonly named?: ReadonlyMap<string, string>;
  readonly mustExist?: boolean;
  /** Other files: text with mode 0600, or whatever is found there. */
  readonly files?: Readonly<Record<string, string | SmallFile>>;
}

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

export const fileOf = (content: string | Uint8Array, mode = 0o600, ownerUid = 0): SmallFile => ({
  state: 'read',
  bytes: bytesOf(content),
  mode,
  ownerUid,
});

export function sourceOf(situation: Situation): ConfigSource {
  const { toml, mode, ownerUid, files = {} } = situation;
  return {
    file: { path: FILE, mustExist: situation.mustExist ?? false },
    environment: situation.environment ?? {},
    flags: { set: situation.set ?? [], named: situation.named ?? new Map() },
    host: {
      ownUid: () => situation.ownUid ?? 0,
      readSmallFile: async (path) => {
        if (path === FILE && toml !== undefined) return fileOf(toml, mode, ownerUid);
        const found = files[path];
        if (found === undefined) return { state: 'absent' };
        return typeof found === 'string' ? fileOf(found) : found;
      },
    },
  };
}

export const read = (situation: Situation): Promise<LoadedConfig> => readConfig(sourceOf(situation));

/** What is wrong, one line each, without the name of the file. */
export const problems = async (situation: Situation): Promise<readonly string[]> =>
  (await read(situation)).problems.map((problem) => problemText(problem).replace(`${FILE}:`, ''));
