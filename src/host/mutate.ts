import { spawn } from 'node:child_process';
import type { CommandResult } from '../model/command-result.ts';
import { type Mutation, mutationArgv, mutationComplaint } from '../model/repair/mutation.ts';
import { withStreams } from './child-with-streams.ts';
import { gatherText } from './gathered-text.ts';
import { ENVIRONMENT, findProgram } from './run.ts';

/** How long a command that changes the node is waited for. `dmsetup remove --retry` tries for 5 s. */
const DEADLINE_MS = 60_000;

/** Both tools say little; a flood is cut. */
const MAX_CHARACTERS = 64 * 1024;

/**
 * The only place from which this program changes a node. Nothing but a Mutation can be run, without a shell, in a session
 * of its own, so that Ctrl-C on the terminal does not reach it. At the deadline it is left to end by itself: killing LVM
 * in the middle of a change would leave more behind than waiting does.
 */
export function mutate(mutation: Mutation, deadlineMs = DEADLINE_MS): Promise<CommandResult> {
  const complaint = mutationComplaint(mutation);
  if (complaint !== null) throw new Error(`refused to run ${mutation.does}: ${complaint}`);
  const argv = mutationArgv(mutation);
  const input = mutation.does === 'create-device' ? `${mutation.table.join('\n')}\n` : '';
  const started = performance.now();
  const answer = (outcome: CommandResult['outcome'], exitCode: number | null, stdout = '', stderr = '') => ({
    ...{ argv, outcome, exitCode, stdout, stderr, truncated: false },
    durationMs: Math.round(performance.now() - started),
  });
  const [name, ...args] = argv;
  const program = findProgram(name);
  if (program === null) return Promise.resolve(answer('not-found', null, '', `${name} is not installed`));
  return new Promise((resolve) => {
    const child = start(program, args);
    if (child === null) {
      resolve(answer('failed', null, '', 'the process could not be started'));
      return;
    }
    const timer = setTimeout(() => {
      child.unref();
      resolve(answer('timed-out', null, stdout.text(), `${stderr.text()}process ${child.pid ?? ''} is still running`));
    }, deadlineMs);
    const stdout = gatherText(child.stdout, MAX_CHARACTERS);
    const stderr = gatherText(child.stderr, MAX_CHARACTERS);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve(answer('failed', null, '', error.message));
    });
    child.once('exit', (code) => {
      void Promise.all([stdout.ended, stderr.ended]).then(() => {
        clearTimeout(timer);
        resolve(answer(code === null ? 'killed' : 'exited', code, stdout.text(), stderr.text()));
      });
    });
    // A child that ends without reading is told by its exit status.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

const start = (program: string, args: readonly string[]) =>
  withStreams(() =>
    spawn(program, args, { cwd: '/', env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'], detached: true }),
  );
