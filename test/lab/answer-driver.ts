/**
 * answer-driver.ts COLUMNS 'COMMAND' ANSWER...: runs a command on a terminal of its own and answers its questions in turn.
 * `y then KEY after MS` answers, and presses a key some time after: `ctrl-c`, `ctrl-z`, or `hangup` (the terminal goes
 * away). `run COMMAND && ANSWER`: a shell runs the command first. `early TEXT` comes before the others: typed, without Enter, as soon as the command shows anything. `resize N`
 * makes the terminal so wide, then presses Enter.
 */
import { spawn, spawnSync } from 'node:child_process';

const KEYS: Readonly<Record<string, string>> = { 'ctrl-c': '\x03', 'ctrl-z': '\x1a', enter: '\n' };

const [columns = '80', command = '', ...answers] = process.argv.slice(2);
const early = answers[0]?.startsWith('early ') ? answers.shift()?.slice('early '.length) : undefined;
let isEarly = early !== undefined;
const child = spawn('script', ['-qec', `tty >/run/driven-tty; stty cols ${columns}; ${command}`, '/dev/null'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
let unanswered = '';

function press(key: string): void {
  const width = /^resize (\d+)$/.exec(key)?.[1];
  if (width !== undefined) spawnSync('sh', ['-c', `stty -F "$(cat /run/driven-tty)" cols ${width}`]);
  if (width !== undefined) child.stdin.write('\n');
  else if (key === 'hangup') child.kill('SIGKILL');
  else child.stdin.write(KEYS[key] ?? `${key}\n`);
}

child.stdout.on('data', (chunk: Buffer) => {
  process.stdout.write(chunk);
  if (isEarly) child.stdin.write(early ?? '');
  isEarly = false;
  unanswered += chunk.toString('utf8');
  if (!/\(y\/N[^)]*\) $/.test(unanswered)) return;
  unanswered = '';
  const [, first, rest = ''] = /^(?:run (.*) && )?(.*)$/.exec(answers.shift() ?? '\x04') ?? [];
  if (first !== undefined) spawnSync('sh', ['-c', first]);
  const [answer, key, ms] = rest.split(/ then | after /);
  if (answer === '\x04') child.stdin.write(answer);
  else press(answer ?? '');
  if (key !== undefined) setTimeout(() => press(key), Number(ms));
});
child.on('exit', (code) => process.exit(code ?? 1));
