import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { gatherOutput, letGo, startChild } from './child-output.ts';
import { isAtWork, processFields } from './process-fields.ts';
import { ENVIRONMENT, findProgram } from './run.ts';
import { deadlineSince, watchSlowdown } from './slowdown.ts';

/** One child that may meet a dead file system. */
export interface GuardedCommand {
  readonly argv: readonly [string, ...string[]];
  readonly deadlineMs: number;
  /** Takes standard output as it comes; answers true when it has had enough. Without it the output is kept. */
  readonly onOutput?: (chunk: Buffer) => boolean;
  /**
   * It has nothing to do but to wait for an answer: one that has ended, or that wants to run, waits for us or for a
   * processor and not for a file system, so it is given more time.
   */
  readonly onlyWaits?: boolean;
  /** How many bytes of its output are kept; it is cut there. */
  readonly maxOutput?: number;
}

export interface GuardedResult {
  readonly outcome: 'exited' | 'killed' | 'timed-out' | 'enough' | 'not-started';
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** The process that SIGKILL did not end. */
  readonly survivor: number | null;
}

/** How long a killed child has to disappear before it counts as unkillable. */
const GRACE_MS = 150;

const MAX_OUTPUT = 256 * 1024;

/** Timers are early by less. */
const HARDLY_MS = 5;

/** How often a child that does not wait for its file system gets its deadline anew. */
const MOST_TURNS = 5;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Children that run now. Whatever ends this process ends them as well, so none is left without a note. */
const running = new Set<Child>();
let endsWithUs = false;

/** How many run at once. Thousands would take the node's memory, and each other's time. */
const MOST_CHILDREN = 200;

let started = 0;
const queue: (() => void)[] = [];

/**
 * Runs a child and answers at its deadline at the latest: by the clock, never by waiting for an exit, since a process in
 * uninterruptible sleep outlives SIGKILL. It has a process group of its own, so that what it started dies with it. The
 * deadline counts from its start, and in the time of a machine that is not busy: on one where a child without any server
 * takes ten times as long, it is ten times as long, but never by more than half a minute longer. Whoever comes when too many run waits for that.
 */
export async function runGuarded(command: GuardedCommand): Promise<GuardedResult> {
  if (started >= MOST_CHILDREN) await new Promise<void>((resolve) => queue.push(resolve));
  else started += 1;
  const unwatch = watchSlowdown();
  try {
    return await runNow(command);
  } finally {
    unwatch();
    // Whoever waits longest takes the place.
    const next = queue.shift();
    if (next === undefined) started -= 1;
    else next();
  }
}

function runNow(command: GuardedCommand): Promise<GuardedResult> {
  const began = performance.now();
  const child = start(command.argv);
  if (child === null) return Promise.resolve(notStarted(`${command.argv[0]} could not be started`));
  running.add(child);
  return new Promise((resolve) => {
    let settled = false;
    const settle = (outcome: GuardedResult['outcome'], exitCode: number | null, survivor: number | null, why = '') => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      running.delete(child);
      letGo(child);
      const [stdout, stderr] = [out.text(), err.text() + why];
      resolve({ outcome, exitCode, stdout, stderr, durationMs: Math.round(performance.now() - began), survivor });
    };
    const stop = (outcome: 'timed-out' | 'enough'): void => {
      kill(child);
      const grace = setTimeout(() => settle(outcome, null, child.pid ?? null), GRACE_MS);
      child.once('exit', () => {
        clearTimeout(grace);
        settle(outcome, null, null);
      });
    };
    let turns = 0;
    const atDeadline = (): void => {
      const left = deadlineSince(began, command.deadlineMs) - (performance.now() - began);
      if (left > HARDLY_MS) {
        timer = setTimeout(atDeadline, left);
        return;
      }
      turns += 1;
      if (command.onlyWaits !== true || isWaiting(child.pid)) stop('timed-out');
      else if (turns < MOST_TURNS) timer = setTimeout(atDeadline, command.deadlineMs);
      else {
        kill(child);
        settle('not-started', null, null, `it got no processor time within ${(turns * command.deadlineMs) / 1000} s`);
      }
    };
    let timer = setTimeout(atDeadline, command.deadlineMs);
    const { onOutput } = command;
    const out = gatherOutput(child.stdout, onOutput === undefined ? (command.maxOutput ?? MAX_OUTPUT) : 0);
    const err = gatherOutput(child.stderr, MAX_OUTPUT);
    if (onOutput !== undefined) child.stdout.on('data', (chunk: Buffer) => onOutput(chunk) && stop('enough'));
    child.once('error', (error) => settle('not-started', null, null, error.message));
    const ended = Promise.all([out.ended, err.ended]);
    child.once('exit', (code) => {
      if (code !== null) void ended.then(() => settle('exited', code, null));
      else setTimeout(() => settle('killed', null, null), 0);
    });
  });
}

const notStarted = (stderr: string): GuardedResult => ({
  ...{ outcome: 'not-started', exitCode: null, stdout: '', stderr, durationMs: 0, survivor: null },
});

function start([name, ...args]: readonly [string, ...string[]]): Child | null {
  const program = findProgram(name);
  if (program === null) return null;
  if (!endsWithUs) process.once('exit', () => running.forEach(kill));
  endsWithUs = true;
  // No inherited directory: one on a dead mount would hang the child at its start.
  const options = { cwd: '/', env: ENVIRONMENT, detached: true } as const;
  return startChild(() => spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
}

function isWaiting(pid: number | undefined): boolean {
  const fields = processFields(pid);
  return fields.length > 0 && !isAtWork(fields);
}

function kill(child: Child): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone already, or not yet the leader of its group.
    child.kill('SIGKILL');
  }
}
