import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandResult } from '../model/command-result.ts';
import { answerTo, startChild } from './child-output.ts';
import { errorCode, explainCode } from './errors.ts';
import { ENVIRONMENT, findProgram } from './run.ts';
import { ownStepProcesses, STEP_VARIABLE } from './step-processes.ts';

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

/** Of whoever logs out, stops a service or shuts the machine down: the command ends by itself, and so does who keeps its locks. */
const UNMOVED = ['--ignore-signal=HUP', '--ignore-signal=TERM'] as const;

/** How often a command whose keeper has ended is looked for. */
const LOOK_MS = 100;

/**
 * Runs a command that goes on without us: in a session of its own, so that no key reaches it, with files and no pipes, so that it can
 * write when nobody reads, and unmoved by TERM and HUP. At the deadline it is left to end by itself. `setsid --wait` is its parent and
 * keeps the locks, since LVM closes every file that it inherits (lvm2 tools/lvmcmdline.c, _close_stray_fds). Whatever becomes of
 * that keeper, the answer comes when no process of the command lives, or at the deadline.
 */
export async function runLasting(command: LastingCommand): Promise<CommandResult> {
  const { argv, token, descriptors } = command;
  const answer = answerTo(argv);
  const [name, ...args] = argv;
  const programs = [name, 'env', 'setsid', 'tail'].map((program) => findProgram(program) ?? { missing: program });
  const absent = programs.find((program) => typeof program === 'object');
  if (absent !== undefined) return answer('not-found', null, { stderr: `${absent.missing} is not installed` });
  const [program = '', env = ''] = programs.map(String);
  const until = performance.now() + command.deadlineMs;
  const files = scratchFiles(command);
  if (typeof files === 'string') return answer('failed', null, { stderr: files });
  try {
    const child = startChild(() =>
      spawn(env, [...UNMOVED, 'setsid', '--wait', program, ...args], {
        ...{ cwd: '/', detached: true, stdio: [files.input, 'ignore', files.errors, ...descriptors] },
        env: { ...ENVIRONMENT, LVM_SUPPRESS_FD_WARNINGS: '1', [STEP_VARIABLE]: token },
      }),
    );
    if (child === null) return answer('failed', null, { stderr: 'the process could not be started' });
    const end = await endOf(child, until);
    if (end === 'given up' || (await outlives(token, end.code, until))) {
      child.unref();
      if (end !== 'given up') keepLocks(token, descriptors);
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

/** Whether a process of the command is there at the deadline. A keeper that gave a status has seen the command end. */
async function outlives(token: string, code: number | null, until: number): Promise<boolean> {
  // A program that is just being started has no environment for a moment.
  if (code === null) await pause(LOOK_MS);
  while (ownStepProcesses(token).length > 0) {
    if (performance.now() >= until) return true;
    await pause(LOOK_MS);
  }
  return false;
}

/** Takes the place of a keeper that was killed: holds the locks until the processes that are left have ended. */
function keepLocks(token: string, descriptors: readonly number[]): void {
  for (const { pid } of ownStepProcesses(token))
    startChild(() =>
      spawn(findProgram('env') ?? 'env', [...UNMOVED, 'tail', `--pid=${pid}`, '--follow', '/dev/null'], {
        ...{ cwd: '/', detached: true, env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'ignore', ...descriptors] },
      }),
    )?.unref();
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
