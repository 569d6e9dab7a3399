import { expect, it } from 'vitest';
import { runCases } from './run-cases.ts';

it('goes on after a case that fails, and counts both', async () => {
  const lines: string[] = [];
  const cases = [
    { name: 'throws', run: () => Promise.reject(new Error('two is not three')) },
    { name: 'throws a word', run: () => Promise.reject('no error at all') },
    { name: 'holds', run: () => undefined },
  ];
  expect(await runCases(cases, (line) => lines.push(line))).toEqual({ passed: 1, failed: 2 });
  expect(lines.map((line) => line.replace(/\([\d.]+ s\)/, '(… s)'))).toEqual([
    'FAILED  throws\ntwo is not three',
    'FAILED  throws a word\nno error at all',
    'passed  holds (… s)',
  ]);
});
