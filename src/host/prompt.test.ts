import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const DRIVER = fileURLToPath(new URL('../../test/terminal/ask-driver.ts', import.meta.url));
const HAS_SCRIPT = spawnSync('script', ['--version']).status === 0;

/** Types on a terminal: each text once the screen shows its mark. Answers what the screen showed in the end. */
function onTerminal(count: number, keys: readonly (readonly [mark: string, text: string])[]): Promise<string> {
  const command = `'${process.execPath}' '${DRIVER}' ${count}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const left = [...keys];
  let screen = '';
  let seen = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString('utf8');
    for (let [next] = left; next !== undefined && screen.indexOf(next[0], seen) >= 0; [next] = left) {
      seen = screen.indexOf(next[0], seen) + next[0].length;
      child.stdin.write(next[1]);
      left.shift();
    }
  });
  return new Promise((resolve) => child.on('close', () => resolve(screen)));
}

describe.skipIf(!HAS_SCRIPT)('a question on a terminal', () => {
  it('is not answered by what was typed before it: an unfinished line, a whole one, several, the end of the input', async () => {
    const typed = ['y', 'y\n', 'y\nyes\na', '\x04'];
    const keys = typed.flatMap((text, at) => [[`BUSY${at + 1}`, text] as const, [`ASK${at + 1}`, '\n'] as const]);
    const screen = await onTerminal(typed.length, keys);
    expect(screen.match(/DROPPED\d/g)).toEqual(['DROPPED1', 'DROPPED2', 'DROPPED3', 'DROPPED4']);
    expect(screen.match(/ANSWER\d=\S+/g)).toEqual(['ANSWER1=""', 'ANSWER2=""', 'ANSWER3=""', 'ANSWER4=""']);
  });

  it('is answered by what is typed at it, each by its own', async () => {
    const screen = await onTerminal(3, [
      ['ASK1', 'y\n'],
      ['BUSY2', 'n'],
      ['ASK2', 'a\n'],
      ['ASK3', '\x04'],
    ]);
    expect(screen.match(/ANSWER\d=.*\S/g)).toEqual(['ANSWER1="y"', 'ANSWER2="a"', 'ANSWER3=null']);
    expect(screen.match(/DROPPED\d/g)).toEqual(['DROPPED2']);
  });
});
