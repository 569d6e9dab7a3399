import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import type { Readable } from 'node:stream';
import type { CommandResult } from '../model/command-result.ts';
import { withStreams } from './child-with-streams.ts';
import type { ReadCommand } from './commands.ts';
import { gatherText } from './gathered-text.ts';
import { isStepOpen } from './interrupts.ts';
import { isAtWork, processFields, ticksOf } from './process-fields.ts';

/** Where programs are looked for; never the caller's PATH. */
const DIRECTORIES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** All that a child gets from us. */
export const ENVIRONMENT = { LC_ALL: 'C', PATH: DIRECTORIES.join(':') };

type Outcome = CommandResult['outcome'];

/** Characters of standard error: warnings of every disk of a node, and no flood. What it prints is no reason to end it. */
const MOST_COMPLAINTS = 64 * 1024;

/**
 * Runs one command of the table. Its answer comes at the deadline at the latest, whatever the child does, or later where the
 * command may take longer and is at work: a process in uninterruptible sleep survives SIGKILL and never exits, so nothing
 * here waits for `exit` or `close` alone, and the child is left behind without holding this process.
 */
export function runCommand(command: ReadCommand): Promise<CommandResult> {
  const started = performance.now();
  const [name, ...args] = command.argv;
  const program = findProgram(name);
  const answer = (outcome: Outcome, exitCode: number | null, stdout = '', stderr = '', truncated = false) => ({
    ...{ argv: command.argv, outcome, exitCode, stdout, stderr, truncated },
    durationMs: Math.round(performance.now() - started),
  });
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
      resolve(answer(outcome, exitCode, stdout.text(), stderr.text(), stdout.overflowed()));
      if (outcome === 'timed-out' || outcome === 'killed') abandon(child);
    };
    let settled = false;
    const timer = whenStuck(child, command, () => settle('timed-out', null));
    const stdout = collect(child.stdout, command.maxBytes, () => settle('killed', null));
    const stderr = gatherText(child.stderr, MOST_COMPLAINTS);
    child.once('error', (error) => settle(startFailure(error), null));
    child.once('exit', (code) => {
      // Bun may deliver data after `exit` and even `close`; only the streams' own ends say that all of it is here.
      void Promise.all([stdout.ended, stderr.ended]).then(() => settle(code === null ? 'killed' : 'exited', code));
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
  withStreams(() =>
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

interface Collected {
  readonly text: () => string;
  readonly overflowed: () => boolean;
  readonly ended: Promise<void>;
}

function collect(stream: Readable, maxBytes: number, onOverflow: () => void): Collected {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    const room = maxBytes - bytes;
    chunks.push(chunk.length > room ? chunk.subarray(0, Math.max(room, 0)) : chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) onOverflow();
  });
  const ended = new Promise<void>((resolve) => {
    stream.once('end', resolve);
    stream.once('error', () => resolve());
  });
  return { text: () => Buffer.concat(chunks).toString('utf8'), overflowed: () => bytes > maxBytes, ended };
}

/** Ends a child that is no longer waited for, as far as it can be ended. */
function abandon(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function startFailure(error: NodeJS.ErrnoException): Outcome {
  if (error.code === 'ENOENT') return 'not-found';
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'denied';
  return 'failed';
}
