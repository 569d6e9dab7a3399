import { spawn } from 'node:child_process';
import type { CommandResult } from '../model/command-result.ts';
import { answerTo, gatherOutput, letGo, startChild } from './child-output.ts';
import { isStepOpen } from './interrupts.ts';
import { ENVIRONMENT, findProgram } from './run.ts';

/**
 * The programs that a text may be handed to, and nothing else: the node's mail program, perl, in which Proxmox VE's
 * notifications are written, logger(1), and ssh, behind which another node reads a token. Neither reports, messages nor tokens ever
 * stand among their arguments.
 */
export type SendProgram = 'sendmail' | 'perl' | 'logger' | 'ssh';

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

/** All say little. */
const MOST_BYTES = 16 * 1024;

/**
 * Runs a program without a shell and gives it the input. The answer comes at the deadline at the latest: then the child is
 * killed as far as it can be (perl may wait for a dead /etc/pve) and left behind. `path` takes its place in tests.
 */
export function feedProgram(
  feeding: Feeding,
  path: string | null = findProgram(feeding.program),
): Promise<CommandResult> {
  const answer = answerTo([feeding.program, ...feeding.args]);
  if (path === null) return Promise.resolve(answer('not-found', null));
  return new Promise((resolve) => {
    const child = startChild(() =>
      spawn(path, feeding.args, {
        // As in run.ts: no key of the terminal ends what records a step.
        ...{ cwd: '/', env: ENVIRONMENT, detached: isStepOpen() },
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    );
    if (child === null) {
      resolve(answer('failed', null, { stderr: 'no process could be started' }));
      return;
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      letGo(child);
      resolve(answer('timed-out', null, said()));
    }, feeding.deadlineMs);
    const [out, err] = [gatherOutput(child.stdout, MOST_BYTES), gatherOutput(child.stderr, MOST_BYTES)];
    const said = () => ({ stdout: out.text(), stderr: err.text() });
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(answer(error.code === 'ENOENT' ? 'not-found' : 'failed', null, { stderr: error.code ?? '' }));
    });
    child.once('exit', (code) => {
      // Its status is what counts: a message that was taken must not be sent again because of who still holds a pipe.
      clearTimeout(timer);
      const patience = setTimeout(() => done(), LAST_WORDS_MS);
      const done = (): void => {
        clearTimeout(patience);
        letGo(child);
        resolve(answer(code === null ? 'killed' : 'exited', code, said()));
      };
      void Promise.all([out.ended, err.ended]).then(done);
    });
    // A child that ends without reading all of it tells so by its exit status.
    child.stdin.on('error', () => undefined);
    child.stdin.end(feeding.input);
  });
}
