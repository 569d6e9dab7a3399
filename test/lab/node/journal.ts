import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  /** A status other than 0 is expected: do not throw. */
  readonly mayFail?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Runs the commands that build a situation, one after the other, and writes each with what it said to a log. */
export class Journal {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    appendFileSync(file, '');
  }

  note(text: string): void {
    appendFileSync(this.#file, `# ${text}\n`);
  }

  run(argv: readonly string[], options: RunOptions = {}): Outcome {
    const [program = '', ...args] = argv;
    const began = Date.now();
    const done = spawnSync(program, args, {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      timeout: options.timeoutMs ?? 60_000,
      env: { ...process.env, LC_ALL: 'C', ...options.env },
      ...(options.input === undefined ? {} : { input: options.input }),
    });
    const outcome = { status: done.status ?? -1, stdout: done.stdout ?? '', stderr: done.stderr ?? '' };
    const problem = done.error ? ` (${done.error.message})` : '';
    this.#record(argv, outcome, problem, Date.now() - began);
    if (outcome.status !== 0 && options.mayFail !== true) {
      throw new Error(`${shown(argv)}: exit ${outcome.status}${problem}\n${outcome.stderr}${outcome.stdout}`);
    }
    return outcome;
  }

  /** Starts a process that goes on until the guest is powered off, and answers its pid. */
  background(argv: readonly string[]): number {
    const [program = '', ...args] = argv;
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
    child.unref();
    appendFileSync(this.#file, `$ ${shown(argv)} &\n[pid ${child.pid ?? 'none'}]\n`);
    if (child.pid === undefined) throw new Error(`${shown(argv)} did not start`);
    return child.pid;
  }

  #record(argv: readonly string[], outcome: Outcome, problem: string, ms: number): void {
    const output = [outcome.stdout, outcome.stderr].map((text) => text.trimEnd()).filter((text) => text !== '');
    const status = outcome.status === 0 ? [] : [`[exit ${outcome.status}${problem}]`];
    const time = ms < 300 ? '' : `   # ${(ms / 1000).toFixed(1)} s`;
    const lines = [`$ ${shown(argv)}${time}`, ...output.map((text) => abridged(text)), ...status];
    appendFileSync(this.#file, `${lines.join('\n')}\n`);
  }
}

const shown = (argv: readonly string[]): string =>
  argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${abridged(word)}'`)).join(' ');

const abridged = (text: string): string =>
  text.length > 2000 ? `${text.slice(0, 2000)}... (${text.length} characters)` : text;

/** Waits until a condition holds; what is awaited is named in the error. */
export function waitFor(what: string, holds: () => boolean, timeoutMs = 60_000): void {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain: ${what}`);
    pause(50);
  }
}

/** Sleeps without giving up the thread: builders are synchronous so that they read like the commands they run. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
