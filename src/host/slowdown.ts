import { type ChildProcess, spawn } from 'node:child_process';
import { ENVIRONMENT, findProgram } from './run.ts';

/**
 * How much slower the machine is than one that has time. Measured by a child that does what a probe does, of a file system
 * that has no server: what it waits for, every other child waits for as well, and no server is to blame. One runs after the
 * other as long as somebody waits for a probe.
 */
interface Control {
  readonly began: number;
  ended: number | null;
}

const ARGV = ['-f', '-c', '%T', '--', '/proc'] as const;

/** Starting a process and asking takes 5 to 70 ms on a machine that is not busy (the latter in the lab). */
const USUAL_MS = 100;

/** A dead server on a busy machine is waited for at most so many times as long. */
const MOST = 15;

/** The default for one mount: what waits for a processor waits as long, whatever the limit for the server. */
const LONGEST_MULTIPLIED_MS = 2000;

/** Nothing is measured for a probe that is answered as fast as on a machine that has time. */
const BEFORE_FIRST_MS = 50;

const PAUSE_MS = 250;
const KEPT = 100;

let watchers = 0;
let soon: NodeJS.Timeout | null = null;
let current: { readonly child: ChildProcess; readonly control: Control } | null = null;
const controls: Control[] = [];

/** Measures from now on, until what it answers is called. */
export function watchSlowdown(): () => void {
  watchers += 1;
  if (current === null && soon === null) {
    soon = setTimeout(() => {
      soon = null;
      if (current === null) next();
    }, BEFORE_FIRST_MS).unref();
  }
  let isOver = false;
  return () => {
    if (!isOver) watchers -= 1;
    isOver = true;
    if (watchers === 0) current?.child.kill('SIGKILL');
  };
}

/** Longer by the slowdown since then, in milliseconds of `performance.now()`. A longer deadline has room for it already. */
export function deadlineSince(since: number, deadlineMs: number): number {
  const now = performance.now();
  const slowest = controls
    .filter(({ ended }) => ended === null || ended >= since)
    .reduce((most, { began, ended }) => Math.max(most, (ended ?? now) - began), 0);
  const slowdown = Math.min(MOST, Math.max(1, slowest / USUAL_MS));
  return deadlineMs + (slowdown - 1) * Math.min(deadlineMs, LONGEST_MULTIPLIED_MS);
}

function next(): void {
  const program = findProgram('stat');
  if (program === null || watchers === 0) return;
  const control: Control = { began: performance.now(), ended: null };
  controls.push(control);
  if (controls.length > KEPT) controls.shift();
  const child = spawn(program, [...ARGV], { cwd: '/', env: ENVIRONMENT, stdio: 'ignore' });
  child.unref();
  current = { child, control };
  const end = (): void => {
    if (control.ended !== null) return;
    control.ended = performance.now();
    current = null;
    setTimeout(() => {
      if (current === null) next();
    }, PAUSE_MS).unref();
  };
  child.once('exit', end);
  child.once('error', end);
}
