import { spawn } from 'node:child_process';
import { ENVIRONMENT, findProgram } from './run.ts';

const DEADLINE_MS = 5000;

/** One line to the system's log, by logger(1) of util-linux. Whether it was taken. */
export function logToSystem(line: string): Promise<boolean> {
  const logger = findProgram('logger');
  if (logger === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(logger, ['-t', 'pve-doctor', '-p', 'daemon.notice', '--', line], {
      ...{ cwd: '/', env: ENVIRONMENT, stdio: 'ignore', detached: true },
    });
    const timer = setTimeout(() => {
      child.unref();
      resolve(false);
    }, DEADLINE_MS);
    child.once('error', () => resolve(false));
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}
