import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAPTURES } from '../capture-files.ts';
import { PROGRAM } from '../cli/program.ts';

const CAPTURE = join(CAPTURES, 'example-node', 'capture.json');

function textWith(environment: Readonly<Record<string, string>>): string {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const done = spawnSync(PROGRAM, ['check', '--from', CAPTURE], { encoding: 'utf8', cwd: '/', env });
  expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 1, stderr: '' });
  return done.stdout;
}

/** On a terminal so many columns wide, of which `script` (util-linux) makes one. */
function linesOnTerminal(columns: number): readonly string[] {
  const command = `stty cols ${columns}; exec ${PROGRAM} check --verbose --from ${CAPTURE}`;
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    ...{ encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  return stdout.split(/\r?\n/);
}

describe('the report is the same', () => {
  const plain = textWith({});

  it.each([
    ['Turkish', { LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'tr' }],
    ['German', { LANG: 'de_DE.UTF-8', LC_NUMERIC: 'de_DE' }],
    ['a locale that does not exist', { LC_ALL: 'xx_YY.bogus' }],
    ['a zone that is a file', { TZ: ':/etc/passwd' }],
    ['a zone far from here', { TZ: 'America/St_Johns' }],
    ['nonsense for sizes and places', { COLUMNS: '1e9', LINES: 'x', HOME: '', TMPDIR: '/nonexistent', TERM: '' }],
  ])('with %s', (_, environment) => {
    expect(textWith(environment as Readonly<Record<string, string>>)).toBe(plain);
  });
});

const hasScript = spawnSync('script', ['--version']).status === 0;

describe.runIf(hasScript)('on a terminal', () => {
  /** The widest line of what findings say of their impact: prose, with no name in it that cannot be broken. */
  const widest = (lines: readonly string[]): number => {
    const impacts = lines.join('\n').match(/^ {2}Impact .*?(?=^ {2}Remedy )/gms) ?? [];
    expect(impacts.length).toBeGreaterThan(5);
    return Math.max(
      ...impacts
        .join('')
        .split('\n')
        .map((line) => line.length),
    );
  };

  it('of 40 columns every sentence is broken', () => {
    expect(widest(linesOnTerminal(40))).toBeLessThanOrEqual(40);
  });

  it('that does not know its width it has 80', () => {
    const width = widest(linesOnTerminal(0));
    expect(width).toBeGreaterThan(70);
    expect(width).toBeLessThanOrEqual(80);
  });
});
