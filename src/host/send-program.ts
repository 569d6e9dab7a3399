import { type ChildProcess, spawn } from 'node:child_process';
import type { CommandResult } from '../model/command-result.ts';
import { withStreams } from './child-with-streams.ts';
import { gatherText } from './gathered-text.ts';
import { ENVIRONMENT, findProgram } from './run.ts';

/**
 * The programs that a message may be handed to, and nothing else: the node's mail program, and perl, in which Proxmox
 * VE's notifications are written. Neither reports nor messages ever stand among their arguments.
 */
export type SendProgram = 'sendmail' | 'perl';

export interface Feeding {
  readonly program: SendProgram;
  readonly args: readonly string[];
  readonly input: string | Uint8Array;
  readonly deadlineMs: number;
}

/**
 * How long the end of what a program says is waited for once it has ended: a daemon that it started may hold the pipes for
 * ever.
 */
const LAST_WORDS_MS = 1000;

/** Both say little. */
const MAX_CHARACTERS = 16 * 1024;

/**
 * Runs a program without a shell and gives it the input. The answer comes at the deadline at the latest: then the child is
 * killed as far as it can be (perl may wait for a dead /etc/pve) and left behind. `path` takes its place in tests.
 */
export function feedProgram(
  feeding: Feeding,
  path: string | null = findProgram(feeding.program),
): Promise<CommandResult> {
  const argv = [feeding.program, ...feeding.args];
  const started = performance.now();
  const answer = (
    outcome: CommandResult['outcome'],
    exitCode: number | null,
    stdout = '',
    stderr = '',
  ): CommandResult => ({
    ...{ argv, outcome, exitCode, stdout, stderr, truncated: false },
    durationMs: Math.round(performance.now() - started),
  });
  if (path === null) return Promise.resolve(answer('not-found', null));
  return new Promise((resolve) => {
    const child = withStreams(() =>
      spawn(path, feeding.args, { cwd: '/', env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] }),
    );
    if (child === null) {
      resolve(answer('failed', null, '', 'no process could be started'));
      return;
    }
    const timer = setTimeout(() => {
      abandon(child);
      resolve(answer('timed-out', null, stdout.text(), stderr.text()));
    }, feeding.deadlineMs);
    const stdout = gatherText(child.stdout, MAX_CHARACTERS);
    const stderr = gatherText(child.stderr, MAX_CHARACTERS);
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(answer(error.code === 'ENOENT' ? 'not-found' : 'failed', null, '', error.code ?? ''));
    });
    child.once('exit', (code) => {
      // Its status is what counts: a message that was taken must not be sent again because of who still holds a pipe.
      clearTimeout(timer);
      const patience = setTimeout(() => done(), LAST_WORDS_MS);
      const done = (): void => {
        clearTimeout(patience);
        letGo(child);
        resolve(answer(code === null ? 'killed' : 'exited', code, stdout.text(), stderr.text()));
      };
      void Promise.all([stdout.ended, stderr.ended]).then(done);
    });
    // A child that ends without reading all of it tells so by its exit status.
    child.stdin.on('error', () => undefined);
    child.stdin.end(feeding.input);
  });
}

function abandon(child: ChildProcess): void {
  child.kill('SIGKILL');
  letGo(child);
}

function letGo(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
