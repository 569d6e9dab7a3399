import { join } from 'node:path';
import { writeAtomically } from '../host/output-file.ts';
import { readSmallFile } from '../host/small-file.ts';
import type { ToldChannel } from '../model/cluster/mail-part.ts';
import { having, lines, orNull, text } from '../model/json-shape.ts';
import { openChannels } from './channels.ts';
import { adoptPicture } from './history.ts';

/** What this node knows of the mail of its cluster stands beside its own history, as a history of its own. */
export const clusterDirectory = (directory: string): string => join(directory, 'cluster');

/** When this node last saw to it that everything was told, and of which nodes it tells. */
export interface Pass {
  readonly passedAt: string | null;
  readonly covers: readonly string[];
}

const PASS = having({ passedAt: orNull(text), covers: lines });
const NEVER: Pass = { passedAt: null, covers: [] };

const passPath = (directory: string): string => join(directory, 'cluster-pass.json');

/** One that cannot be read is none: then this node sends for nobody. */
export async function readPass(directory: string): Promise<Pass> {
  const file = await readSmallFile(passPath(directory), 64 * 1024);
  if (file.state !== 'read') return NEVER;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(file.bytes));
    return PASS(value, 'it') === null ? (value as Pass) : NEVER;
  } catch {
    return NEVER;
  }
}

export const writePass = (pass: Pass, directory: string): Promise<void> =>
  writeAtomically(passPath(directory), `${JSON.stringify(pass)}\n`, 0o600, 'exact');

/** Takes over what channels of the cluster took from another node, where that is more than is known here. A problem is thrown. */
export function adoptTold(directory: string, told: readonly ToldChannel[], now: string): void {
  const path = clusterDirectory(directory);
  const store = openChannels(path, now);
  try {
    const newer = told.filter(({ channel, turn }) => turn > store.record(channel).turn);
    const [newest] = newer.toSorted((a, b) => b.turn - a.turn);
    // First: what a channel knows and no picture has would look resolved.
    if (newest?.told) adoptPicture(path, newest.told.picture, now);
    for (const { channel, ...record } of newer) store.save(channel, { ...record, waiting: null });
  } finally {
    store.close();
  }
}
