import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandResult } from '../model/command-result.ts';
import { answerTo, startChild } from './child-output.ts';
import { ENVIRONMENT, findProgram } from './run.ts';
import { STEP_VARIABLE } from './step-processes.ts';

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

/**
 * Runs a command that goes on without us: in a session of its own, so that no key reaches it, with files and no pipes, so
 * that it can write when nobody reads. At the deadline it is left to end by itself. `setsid --wait` stands beside it and keeps
 * the locks, since LVM closes every file that it inherits (lvm2 tools/lvmcmdline.c, _close_stray_fds).
 */
export function runLasting(command: LastingCommand): Promise<CommandResult> {
  const { argv, descriptors, token, deadlineMs } = command;
  const answer = answerTo(argv);
  const [name, ...args] = argv;
  const [program, keeper] = [findProgram(name), findProgram('setsid')];
  if (program === null || keeper === null)
    return Promise.resolve(
      answer('not-found', null, { stderr: `${program === null ? name : 'setsid'} is not installed` }),
    );
  const files = scratchFiles(command);
  const said = () => {
    const buffer = Buffer.alloc(MOST_BYTES);
    return { stderr: buffer.subarray(0, readSync(files.errors, buffer, 0, MOST_BYTES, 0)).toString('utf8') };
  };
  return new Promise<CommandResult>((resolve) => {
    const child = startChild(() =>
      spawn(keeper, ['--wait', program, ...args], {
        ...{ cwd: '/', detached: true, stdio: [files.input, 'ignore', files.errors, ...descriptors] },
        env: { ...ENVIRONMENT, LVM_SUPPRESS_FD_WARNINGS: '1', [STEP_VARIABLE]: token },
      }),
    );
    if (child === null) {
      resolve(answer('failed', null, { stderr: 'the process could not be started' }));
      return;
    }
    let isGivenUp = false;
    const timer = setTimeout(() => {
      isGivenUp = true;
      child.unref();
      resolve(answer('timed-out', null, said()));
    }, deadlineMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve(answer('failed', null, { stderr: error.message }));
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      if (isGivenUp) return;
      resolve(answer(code === null ? 'killed' : 'exited', code, said()));
    });
  }).finally(files.close);
}

/** A file to read from and one to write to, which have no name any more. */
function scratchFiles({ input, scratch }: LastingCommand) {
  const directory = mkdtempSync(join(scratch, 'step-'));
  const [from, to] = [join(directory, 'input'), join(directory, 'errors')] as const;
  writeFileSync(from, input, { flag: 'wx', mode: 0o600 });
  const files = { input: openSync(from, 'r'), errors: openSync(to, 'wx+', 0o600) };
  unlinkSync(from);
  unlinkSync(to);
  rmdirSync(directory);
  const close = () => {
    closeSync(files.input);
    closeSync(files.errors);
  };
  return { ...files, close };
}
