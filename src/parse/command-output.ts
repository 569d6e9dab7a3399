import { hasLostBytes } from '../model/believable.ts';
import type { CommandResult } from '../model/command-result.ts';
import { harmlessMessage } from '../model/mounts/mount-secrets.ts';
import { known, type Parsed, type Problem, type ProblemKind, type Reading, unreadable } from '../model/reading.ts';

const STDERR_LINES = 5;
const STDERR_LENGTH = 600;

/** What the C library says for EACCES and EPERM; the commands run with LC_ALL=C. */
const DENIED = /Permission denied|Operation not permitted|Running as a non-root user/;

/** The standard output of a command that ended well with all of it; anything else is a problem. `mayLoseBytes`: the parser looks where they are. */
export function commandText(output: CommandResult, mayLoseBytes = false): Reading<string> {
  const failure = (kind: ProblemKind, detail: string) => unreadable(outputProblem(output, kind, detail));
  if (output.truncated) return failure('truncated', 'printed more than the limit');
  switch (output.outcome) {
    case 'not-found':
      return failure('failed', 'is not installed');
    case 'denied':
      return failure('denied', 'may not be run');
    case 'failed':
      return failure('failed', 'could not be started');
    case 'killed':
      return failure('killed', 'was killed by a signal');
    case 'timed-out':
      return failure('timed-out', `did not end within ${Math.round(output.durationMs / 100) / 10} s`);
    case 'exited':
      // LVM without root rights finds no device, reports nothing and exits 0.
      if (DENIED.test(output.stderr)) return failure('denied', 'was denied access');
      if (output.exitCode !== 0) return failure('failed', `ended with exit status ${output.exitCode}`);
      // Names of LVM are ASCII, and reports of dmsetup escape all else.
      return !mayLoseBytes && hasLostBytes(output.stdout)
        ? failure('malformed', 'printed bytes that are no UTF-8')
        : known(output.stdout);
  }
}

/** What a parser understood of all that a command printed; what it did not understand is a problem. */
export function parsedOutput<T>(
  output: CommandResult,
  parse: (text: string) => Parsed<T>,
  mayLoseBytes = false,
): Reading<T> {
  const text = commandText(output, mayLoseBytes);
  if (text.state !== 'known') return text;
  const { value, problems } = parse(text.value);
  return problems.length === 0 ? known(value) : unreadable(unparsed(output, problems));
}

/** A problem with what a command printed. */
export function outputProblem(output: CommandResult, kind: ProblemKind, detail: string): Problem {
  const lines = output.stderr.split('\n').slice(0, STDERR_LINES).map(harmlessMessage);
  const stderr = lines.join('\n').trim().slice(0, STDERR_LENGTH);
  return {
    ...{ kind, source: output.argv.slice(0, 2).join(' '), detail },
    ...(output.exitCode === null ? {} : { exitCode: output.exitCode }),
    ...(stderr === '' ? {} : { stderr }),
  };
}

/** A problem with what a parser did not understand: a text without its last newline was cut. */
export function unparsed(output: CommandResult, problems: readonly string[]): Problem {
  const [first = '', ...others] = problems;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const isCut = output.stdout !== '' && !output.stdout.endsWith('\n');
  return outputProblem(output, isCut ? 'truncated' : 'malformed', `${first}${more}`);
}

/** Why a node that was asked did not answer, in the last words of ssh. */
export function noAnswer(text: Reading<string>, { stderr }: Pick<CommandResult, 'stderr'>): string {
  const detail = text.state === 'unreadable' ? text.problem.detail : 'failed';
  const said = lastWords(stderr);
  return `it was asked over ssh, which ${detail}${said === '' ? '' : `: ${said}`}`;
}

const MOST_SAID = 200;

/** A banner and the box around a changed host key come first; why it ended comes last. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return harmlessMessage(lines.findLast((line) => line !== '') ?? '').slice(0, MOST_SAID);
}
