import type { SourceFile } from './repository.ts';

/** Lines of a source file. Long files hide more than one idea. */
export const MOST_LINES = 400;

/** Tables of data may be longer: each with the reason why it is one. */
export const TABLES: Readonly<Record<string, string>> = {};

/** Names that say nothing of the idea in a file. */
const NAMELESS = /(?:^|[-/])(?:utils?|helpers?|common|misc|shared|stuff)(?:\.test)?\.ts$/;

export function sizeProblems({ path, text }: SourceFile): readonly string[] {
  const lines = text.split('\n').length - 1;
  return [
    ...(lines > MOST_LINES && !(path in TABLES)
      ? [`${path} has ${lines} lines, more than ${MOST_LINES}: it holds more than one idea`]
      : []),
    ...(NAMELESS.test(path) ? [`${path} is named for no idea: say what it is about`] : []),
  ];
}
