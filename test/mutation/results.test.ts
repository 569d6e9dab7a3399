import { expect, it } from 'vitest';
import { scoresOf } from './results.ts';

const at = (line: number, from: number, to: number, endLine = line) => ({
  start: { line, column: from },
  end: { line: endLine, column: to },
});

it('names what survived with its code, and counts what was killed, whatever was left out', () => {
  const source = 'const a = 1;\nif (a === 1 &&\n    b) stop();\n';
  const mutants = [
    { mutatorName: 'A', status: 'Killed', location: at(1, 1, 2) },
    { mutatorName: 'A', status: 'Timeout', location: at(1, 1, 2) },
    { mutatorName: 'A', status: 'Ignored', location: at(1, 1, 2) },
    { mutatorName: 'A', status: 'Survived', replacement: 'false', location: at(2, 5, 6, 3) },
    { mutatorName: 'A', status: 'NoCoverage', replacement: '', location: at(3, 8, 14) },
  ];
  const [score, ...others] = scoresOf({
    files: { 'src/b.ts': { source, mutants }, 'src/a.ts': { source, mutants: [] } },
  });
  expect(others).toEqual([]);
  expect(score).toMatchObject({ path: 'src/b.ts', mutants: 4, killed: 2, accepted: 0 });
  expect(score?.survivors).toEqual([
    { path: 'src/b.ts', line: 2, text: 'if (a === 1 &&', code: 'a === 1 && b', becomes: 'false' },
    { path: 'src/b.ts', line: 3, text: 'b) stop();', code: 'stop()', becomes: '' },
  ]);
});

it('leaves out what is accepted, on that line and for that change only', () => {
  const source = 'if (a.device.name < b.device.name) {}\n(a.device.name < b.device.name ? -1 : 1)\n';
  const mutant = (line: number, replacement: string) => ({
    ...{ mutatorName: 'A', status: 'Survived', replacement, location: at(line, 1, 2) },
  });
  const mutants = [1, 2].flatMap((line) => ['a.device.name <= b.device.name', 'true'].map((to) => mutant(line, to)));
  const [score] = scoresOf({ files: { 'src/repair/index.ts': { source, mutants } } });
  expect(score).toMatchObject({ mutants: 4, killed: 0, accepted: 1 });
  expect(score?.survivors.map(({ line, becomes }) => `${line} ${becomes}`)).toEqual([
    '1 a.device.name <= b.device.name',
    '1 true',
    '2 true',
  ]);
});
