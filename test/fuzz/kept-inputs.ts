import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CapturedText, decodeText, encodeText } from '../../src/model/capture.ts';
import { hashOf } from './chance.ts';

/** Inputs that once broke something, or show what is odd about a format; each is run again by every test. */

const FOLDER = fileURLToPath(new URL('./seeds', import.meta.url));

export interface KeptInput {
  readonly name: string;
  readonly input: string;
}

/** A text in the form of a capture's texts; `[unit, times]` pairs where it is long and dull. */
type Kept = CapturedText | { readonly repeated: readonly (readonly [string, number])[] };

const decode = (kept: Kept): string =>
  typeof kept === 'object' && 'repeated' in kept
    ? kept.repeated.map(([unit, times]) => unit.repeat(times)).join('')
    : decodeText(kept);

export function keptInputs(target: string): readonly KeptInput[] {
  const folder = join(FOLDER, target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      name: file.replace('.json', ''),
      input: decode(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Kept),
    }));
}

export const keptTargets = (): readonly string[] => readdirSync(FOLDER);

/** Keeps an input; the file can be given a better name. Answers its path. */
export function keepInput(target: string, input: string): string {
  const folder = join(FOLDER, target);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `found-${hashOf(input).toString(16).padStart(8, '0')}.json`);
  writeFileSync(path, `${JSON.stringify(encodeText(input), null, 2)}\n`);
  return path;
}
