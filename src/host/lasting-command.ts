import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandResult } from '../model/command-result.ts';
import { answerTo } from './child-output.ts';
import { errorCode, explainCode } from './errors.ts';
import { startKeeper } from './keeper.ts';
import { findProgram } from './run.ts';
import { ownStepProcesses } from './step-processes.ts';

export interface LastingCommand {
  readonly argv: readonly [string, ...string[]];
  readonly input: string;
  /** Open files whose locks the command holds as long as it lives. */
  readonly descriptors: readonly number[];
  /** By which it is found again. */
  readonly token: string;
  readonly deadlineMs: number;
  /** A directory of our own, for files that have no name while the command runs. */
  readonly scratch: string;
}

/** Both tools say little. */
const MOST_BYTES = 64 * 1024;

/** How often a command whose keeper has ended is looked for. */
const LOOK_MS = 100;

/**
 * Runs a command that goes on without us: in a session of its own, so that no key reaches it, with files and no pipes, so that it can
 * write when nobody reads, and unmoved by TERM and HUP. At the deadline it is left to end by itself. Its keeper is its parent and holds the
 * locks; whatever becomes of that, the answer comes when no process of the command lives, or at the deadline.
 */
export async function runLasting(command: LastingCommand): Promise<CommandResult> {
  const { argv, token, descriptors } = command;
  const answer = answerTo(argv);
  const [name, ...args] = argv;
  const program = findProgram(name);
  const absent = program === null ? name : findProgram('perl') === null ? 'perl' : null;
  if (program === null || absent !== null) return answer('not-found', null, { stderr: `${absent} is not installed` });
  const until = performance.now() + command.deadlineMs;
  const files = scratchFiles(command);
  if (typeof files === 'string') return answer('failed', null, { stderr: files });
  try {
    const stdio = [files.input, 'ignore', files.errors, ...descriptors] as const;
    const child = startKeeper({ token, command: [program, ...args], stdio: [...stdio] });
    if (child === null) return answer('failed', null, { stderr: 'the process could not be started' });
    const end = await endOf(child, until);
    if (end === 'given up' || (end.code === null && (await outlives(token, until)))) {
      child.unref();
      if (end !== 'given up')
        startKeeper({ token, command: [], stdio: ['ignore', 'ignore', 'ignore', ...descriptors] })?.unref();
      return answer('timed-out', null, { stderr: files.said() });
    }
    if (end.error !== '') return answer('failed', null, { stderr: end.error });
    return answer(end.code === null ? 'killed' : 'exited', end.code, { stderr: files.said() });
  } finally {
    files.close();
  }
}

interface KeeperEnd {
  /** The command's own status; null where the keeper was killed. */
  readonly code: number | null;
  /** Why it could not be started; empty where it was. */
  readonly error: string;
}

function endOf(child: ChildProcess, until: number): Promise<KeeperEnd | 'given up'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('given up'), until - performance.now());
    const settle = (end: KeeperEnd) => {
      clearTimeout(timer);
      resolve(end);
    };
    child.once('error', (error) => settle({ code: null, error: error.message }));
    child.once('exit', (code) => settle({ code, error: '' }));
  });
}

/** Whether a process of a command whose keeper was killed is there at the deadline. A keeper that gave a status has seen all of them end. */
async function outlives(token: string, until: number): Promise<boolean> {
  // A program that is just being started has no environment for a moment.
  await pause(LOOK_MS);
  while (ownStepProcesses(token).length > 0) {
    if (performance.now() >= until) return true;
    await pause(LOOK_MS);
  }
  return false;
}

/** A file to read from and one to write to, which have no name any more; or why there are none. */
function scratchFiles({ input, scratch }: LastingCommand) {
  try {
    const directory = mkdtempSync(join(scratch, 'step-'));
    const [from, to] = [join(directory, 'input'), join(directory, 'errors')] as const;
    writeFileSync(from, input, { flag: 'wx', mode: 0o600 });
    const files = { input: openSync(from, 'r'), errors: openSync(to, 'wx+', 0o600) };
    unlinkSync(from);
    unlinkSync(to);
    rmdirSync(directory);
    const said = () => {
      const buffer = Buffer.alloc(MOST_BYTES);
      return buffer.subarray(0, readSync(files.errors, buffer, 0, MOST_BYTES, 0)).toString('utf8');
    };
    const close = () => {
      closeSync(files.input);
      closeSync(files.errors);
    };
    return { ...files, said, close };
  } catch (error) {
    return `nothing can be written in ${scratch}: ${explainCode(errorCode(error))}`;
  }
}
