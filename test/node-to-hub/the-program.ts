import { spawn } from 'node:child_process';
import { PROGRAM } from '../cli/program.ts';
import { scratchDirectory } from '../store/scratch.ts';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The program as a node that keeps its state there; `before` is a command that starts it as its last words. The hub is in this process,
 * so nothing here waits without letting it work.
 */
export function theProgram(path = `${scratchDirectory()}/state`, before: readonly string[] = []) {
  const start = (args: readonly string[], input = '') => {
    const env = { ...process.env, NO_COLOR: '1', PVE_DOCTOR_HISTORY_PATH: path };
    const [program = PROGRAM, ...words] = [...before, PROGRAM, ...args];
    const child = spawn(program, words, { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (status) => resolve({ status, stdout, stderr }));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return { child, ended };
  };
  const run = (args: readonly string[], input = ''): Promise<Ended> => start(args, input).ended;
  const enrol = (url: string, token: string) => run(['enrol', url, '--token-file', '-'], `${token}\n`);
  return { path, start, run, enrol };
}
