/** answer-driver.ts 'COMMAND' ANSWER...: runs a command on a terminal of its own and answers its questions in turn. */
import { spawn } from 'node:child_process';

const [command = '', ...answers] = process.argv.slice(2);
const child = spawn('script', ['-qec', `stty cols 80; ${command}`, '/dev/null'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
let unanswered = '';
child.stdout.on('data', (chunk: Buffer) => {
  process.stdout.write(chunk);
  unanswered += chunk.toString('utf8');
  if (!/\(y\/N[^)]*\) $/.test(unanswered)) return;
  unanswered = '';
  const answer = answers.shift();
  if (answer === 'ctrl-c') child.stdin.write('\x03');
  else child.stdin.write(answer === undefined ? '\x04' : `${answer === 'enter' ? '' : answer}\n`);
});
child.on('exit', (code) => process.exit(code ?? 1));
