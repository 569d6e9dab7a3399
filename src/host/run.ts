import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import type { CommandResult } from '../model/command-result.ts';
import { answerTo, gatherOutput, letGo, startChild } from './child-output.ts';
import type { ReadCommand } from './commands.ts';
import { isStepOpen } from './interrupts.ts';
import { isAtWork, processFields, ticksOf } from './process-fields.ts';

/** Where programs are looked for; never the caller's PATH. */
const DIRECTORIES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** All that a child gets from us. */
export const ENVIRONMENT = { LC_ALL: 'C', PATH: DIRECTORIES.join(':') };

type Outcome = CommandResult['outcome'];

/** Bytes of standard error: warnings of every disk of a node, and no flood. What it prints is no reason to end it. */
const MOST_COMPLAINTS = 64 * 1024;

/**
 * Runs one command of the table. Its answer comes at the deadline at the latest, whatever the child does, or later where the
 * command may take longer and is at work: a process in uninterruptible sleep survives SIGKILL and never exits, so nothing
 * here waits for `exit` or `close` alone, and the child is left behind without holding this process.
 */
export function runCommand(command: ReadCommand): Promise<CommandResult> {
  const answer = answerTo(command.argv);
  const [name, ...args] = command.argv;
  const program = findProgram(name);
  if (program === null) return Promise.resolve(answer('not-found', null));
  return new Promise((resolve) => {
    const child = start(program, args, command.inUtc === true);
    if (child === null) {
      resolve(answer('failed', null));
      return;
    }
    const settle = (outcome: Outcome, exitCode: number | null): void => {
      if (settled) return;
      settled = true;
      timer.stop();
      resolve(answer(outcome, exitCode, { stdout: out.text(), stderr: err.text(), truncated: out.overflowed() }));
      if (outcome !== 'timed-out' && outcome !== 'killed') return;
      child.kill('SIGKILL');
      letGo(child);
    };
    let settled = false;
    const timer = whenStuck(child, command, () => settle('timed-out', null));
    const out = gatherOutput(child.stdout, command.maxBytes, () => settle('killed', null));
    const err = gatherOutput(child.stderr, MOST_COMPLAINTS);
    child.once('error', (error) => settle(startFailure(error), null));
    child.once('exit', (code) => {
      // Bun may deliver data after `exit` and even `close`; only the streams' own ends say that all of it is here.
      void Promise.all([out.ended, err.ended]).then(() => settle(code === null ? 'killed' : 'exited', code));
    });
  });
}

/** A command that did nothing between two looks waits for something. */
const LOOK_MS = 1000;

/** Calls once the deadline has passed and the child is not at work, or is still at work when it may take no longer. */
function whenStuck(
  child: ChildProcess,
  { deadlineMs, atWorkMs = deadlineMs }: ReadCommand,
  stop: () => void,
): { readonly stop: () => void } {
  const lookMs = Math.min(LOOK_MS, deadlineMs / 2);
  let passedMs = deadlineMs - lookMs;
  let ticks = Number.NaN;
  const look = (): void => {
    const fields = processFields(child.pid);
    const isStuck = passedMs >= deadlineMs && !isAtWork(fields) && Object.is(ticksOf(fields), ticks);
    ticks = ticksOf(fields);
    const nextMs = Math.min(lookMs, atWorkMs - passedMs);
    if (isStuck || nextMs <= 0) {
      stop();
      return;
    }
    timer = setTimeout(look, nextMs);
    passedMs += nextMs;
  };
  let timer = setTimeout(look, passedMs);
  return { stop: () => clearTimeout(timer) };
}

// No shell, no terminal, no inherited directory: one on a dead mount would hang the child at its start. In a session of its
// own while a step is open: Ctrl-C would end what tells how the step ended.
const start = (program: string, args: readonly string[], inUtc: boolean) =>
  startChild(() =>
    spawn(program, args, {
      ...{ cwd: '/', env: inUtc ? { ...ENVIRONMENT, TZ: 'UTC' } : ENVIRONMENT, detached: isStepOpen() },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );

export function findProgram(name: string): string | null {
  for (const directory of DIRECTORIES) {
    try {
      accessSync(`${directory}/${name}`, constants.X_OK);
      return `${directory}/${name}`;
    } catch {
      // Not in this directory.
    }
  }
  return null;
}

function startFailure(error: NodeJS.ErrnoException): Outcome {
  if (error.code === 'ENOENT') return 'not-found';
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'denied';
  return 'failed';
}
