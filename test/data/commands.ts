import { type Command, type PrintedCommand, printed } from '../../src/model/command/command.ts';
import { shellWords } from '../../src/model/command/shell-words.ts';

/** Commands of a check as a report of an unnamed node shows them. */
export const linesOf = (commands: readonly Command[] = []): readonly string[] =>
  commands.map((command) => printed(command, null).line);

/** Their argument vectors, without limit and guard. */
export const vectorsOf = (commands: readonly Command[] = []): readonly (readonly string[])[] =>
  commands.map(({ argv }) => argv);

/** Classes of those that change something. */
export const changesOf = (commands: readonly Command[] = []): readonly string[] =>
  commands.flatMap((command) => (command.kind === 'changes' ? [command.change] : []));

/** A line of a made-up report. */
export const looks = (...argv: readonly string[]): PrintedCommand => ({
  line: shellWords(argv),
  ...{ change: null, does: '', guard: '', node: null },
});

export const removes = (...argv: readonly string[]): PrintedCommand => ({
  line: shellWords(argv),
  ...{ change: 'remove-device', does: 'removes it', guard: 'nothing has it open', node: 'pve1' },
});
