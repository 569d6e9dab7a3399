import { describe, expect, it } from 'vitest';
import { exists, filesBelow, foldersOf, pathsBelow } from './repository.ts';
import { crossings, ENTRIES, GATES, gateCrossings, WALLS } from './walls.ts';

const SOURCES = filesBelow('src', '.ts');

/** What crosses a wall when this text is the file at that path. */
const crossed = (path: string, text: string) => crossings({ path: `src/${path}`, text }).join('\n');

describe('the walls between folders', () => {
  it('are crossed nowhere', () => {
    expect(SOURCES.flatMap((file) => crossings(file))).toEqual([]);
    expect(SOURCES.flatMap(gateCrossings)).toEqual([]);
  });

  it('stand around every folder of src, and around none that is gone', () => {
    expect(WALLS.map(({ folder }) => folder).toSorted()).toEqual(foldersOf('src'));
  });

  it('name folders and files that exist', () => {
    const named = [
      ...WALLS.flatMap(({ mayImport }) => mayImport.map((name) => (name.startsWith('docs/') ? name : `src/${name}`))),
      ...ENTRIES,
    ];
    expect([...named, ...GATES.map(({ file }) => file)].filter((path) => !exists(path))).toEqual([]);
  });

  it('leave no file of src outside, except the entries', () => {
    expect(
      pathsBelow('src')
        .filter((path) => path.split('/').length === 2)
        .toSorted(),
    ).toEqual([...ENTRIES].toSorted());
  });
});

describe('a wall is hit by', () => {
  it.each([
    ['model/a.ts', "import { x } from '../parse/x.ts';", 'imports src/parse/x.ts'],
    ['model/a.ts', "import type { X } from '../host/host.ts';", 'imports src/host/host.ts'],
    ['parse/a.ts', "import {\n  x,\n  y,\n} from 'node:path';", 'imports node:path'],
    ['checks/a.ts', "import { b } from './b.ts';", 'imports its neighbour src/checks/b.ts'],
    ['checks/a.ts', "export { b } from '../model/b.ts';", 'passes on what another file exports'],
    ['checks/a.ts', "export type { B } from '../model/b.ts';", 'passes on what another file exports'],
    ['checks/a.ts', "export * as b from '../model/b.ts';", 'passes on what another file exports'],
    ['checks/a.ts', 'export const now = () => Date.now();', 'reads the clock'],
    ['checks/a.ts', 'export async function f() {}', 'is not synchronous'],
    ['render/a.ts', "const fs = await import('node:fs');", 'imports node:fs'],
    ['render/a.ts', "import chalk from 'chalk';", 'imports the package chalk'],
    ['render/a.ts', "import { f } from './a.test.ts';", 'imports the test src/render/a.test.ts'],
    ['render/index.ts', 'export const a = 1;', 'is an index.ts outside a catalogue'],
    ['collectors/a.ts', "import { spawn } from 'node:child_process';", 'imports node:child_process'],
    ['collectors/a.ts', "import { live } from '../host/live-host.ts';", 'imports src/host/live-host.ts'],
    ['engine/a.ts', 'const debug = process.env.DEBUG;', 'reads process.env'],
    ['engine/a.ts', "import { live } from '../host/live-host.ts';", 'imports src/host/live-host.ts'],
    ['cli/a.ts', "import { readFileSync } from 'node:fs';", 'imports node:fs'],
    ['cli/a.ts', "const { c } = await import('../collectors/lvm.ts');", 'imports src/collectors/lvm.ts'],
    ['cli/a.ts', "const x = require('x');", 'calls require'],
    ['repair/a.ts', "import { collect } from '../engine/collect.ts';", 'imports src/engine/collect.ts'],
    ['apply/a.ts', "import { renderText } from '../render/text.ts';", 'imports src/render/text.ts'],
    ['engine/a.ts', "import { DatabaseSync } from 'node:sqlite';", 'imports node:sqlite'],
    ['store/a.ts', "import { readFileSync } from 'node:fs';", 'imports node:fs'],
    ['host/a.ts', "import { x } from '../../test/x.ts';", 'imports test/x.ts, which is not in src'],
    ['hub/a.ts', "import { collect } from '../engine/collect.ts';", 'imports src/engine/collect.ts'],
    ['hub/a.ts', "import { live } from '../host/live-host.ts';", 'imports src/host/live-host.ts'],
    ['cli/a.ts', "import { serve } from '@hono/node-server';", 'imports the package @hono/node-server'],
    ['attic/a.ts', '', 'stands in a folder without a wall'],
  ])('%s: %s', (path, text, problem) => {
    expect(crossed(path, text)).toContain(problem);
  });

  it('a command that changes the node, imported by anything but apply', () => {
    const text = "import { mutate } from '../host/mutate.ts';";
    expect(gateCrossings({ path: 'src/collectors/lvm.ts', text })).toHaveLength(1);
    expect(gateCrossings({ path: 'src/cli/clean.ts', text })).toHaveLength(1);
    expect(gateCrossings({ path: 'src/apply/step.ts', text })).toEqual([]);
  });
});

describe('a wall is not hit by', () => {
  it.each([
    ['checks/index.ts', "import { a } from './dm001-a.ts';"],
    ['checks/a.ts', "import type { Finding } from '../model/finding.ts';"],
    ['checks/a.ts', "const word = 'async await Date.now() process.env';"],
    ['checks/a.ts', '// Date.now() would be wrong here'],
    ['model/a.ts', 'export interface Mail {\n  readonly from: string;\n}'],
    ['checks/a.ts', "const at = new Date('2026-11-20T00:00:00Z');"],
    ['checks/a.test.ts', "import { readFileSync } from 'node:fs';"],
    ['collectors/a.ts', "import type { Host } from '../host/host.ts';\nawait host.run('dmsetup-info');"],
    ['store/a.ts', "import { DatabaseSync } from 'node:sqlite';"],
    ['cli/a.ts', "import { Command } from 'commander';\nimport { fileURLToPath } from 'node:url';"],
  ])('%s: %s', (path, text) => {
    expect(crossed(path, text)).toBe('');
  });
});
