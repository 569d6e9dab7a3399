import { decodeText, isFailure } from '../../src/model/capture.ts';
import { readCapture, situations } from '../capture-files.ts';

/** Texts of recorded nodes, to be damaged. Long ones are cut: the damage has to hit what matters. */

const MOST_TEXTS = 60;
const LONGEST = 8000;

const captures = situations.map(readCapture);

const distinct = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts.map((text) => text.slice(0, LONGEST)))].sort((a, b) => a.length - b.length).slice(0, MOST_TEXTS);

/** What recorded commands printed. */
export const outputsOf = (...names: readonly string[]): readonly string[] =>
  distinct(
    captures.flatMap(({ commands }) =>
      names.flatMap((name) => [commands?.[name] ?? []].flat().map((run) => decodeText(run.stdout ?? ''))),
    ),
  );

/** Recorded files whose path fits. */
export const filesOf = (pattern: RegExp): readonly string[] =>
  distinct(
    captures.flatMap(({ files }) =>
      Object.entries(files ?? {}).flatMap(([path, entry]) =>
        pattern.test(path) && !isFailure(entry) ? [decodeText(entry)] : [],
      ),
    ),
  );

/** Whole captures, small ones. */
export const wholeCaptures = (): readonly string[] =>
  captures
    .map((capture) => JSON.stringify(capture))
    .filter((text) => text.length < 30_000)
    .sort((a, b) => a.length - b.length);
