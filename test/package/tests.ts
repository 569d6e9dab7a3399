import { spawn } from 'node:child_process';

/** A part of the suite. What it needs is there when it runs; each of its tests is a sentence about the package. */
export interface Chapter {
  readonly name: string;
  readonly about: string;
  readonly run: (tests: Tests) => Promise<void>;
}

/** Counts tests, and prints each as it ends. A failed one never stops the others. */
export class Tests {
  passed = 0;
  failed = 0;
  readonly #where: string;

  constructor(where: string) {
    this.#where = where;
  }

  async test(sentence: string, body: () => Promise<void> | void): Promise<void> {
    const began = Date.now();
    try {
      await body();
      this.passed += 1;
      console.log(`passed  ${this.#where}: ${sentence}  ${((Date.now() - began) / 1000).toFixed(1)} s`);
    } catch (error) {
      this.failed += 1;
      console.log(`FAILED  ${this.#where}: ${sentence}`);
      console.log(String(error instanceof Error ? error.message : error).replace(/^/gm, '    '));
    }
  }

  /** All of a chapter; that it ends without one of its tests is a failure of its own. */
  async whole(body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      await this.test('could be run to its end', () => {
        throw error;
      });
    }
  }

  /** What this machine cannot show, and why; never silently. */
  leaveOut(what: string, why: string): void {
    console.log(`left out  ${this.#where}: ${what}: ${why}`);
  }
}

export interface Done {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a program to its end. A signal counts as the shell counts it, 128 and its number. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Done> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? '/',
      env: options.env ?? { ...process.env, NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (status, signal) =>
      resolve({ status: status ?? 128 + (SIGNALS[signal ?? ''] ?? 0), stdout, stderr }),
    );
  });
}

const SIGNALS: Readonly<Record<string, number>> = { SIGILL: 4, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** Runs a program that has to succeed. */
export async function succeed(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const done = await run(argv, options);
  if (done.status === 0) return done.stdout;
  throw new Error(`${argv.join(' ').slice(0, 300)}: exit ${done.status}\n${done.stdout}${done.stderr}`.slice(0, 4000));
}
