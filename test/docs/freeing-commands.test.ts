import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT, read } from '../repo/repository.ts';

/** What takes a volume, a snapshot or an image away for good. */
const FREES =
  /\bpvesm[ '",]+free\b|\brbd[ '",]+(?:rm|remove|(?:trash|snap)[ '",]+(?:rm|purge|remove))\b|'trash', 'rm'|\bzfs[ '",]+destroy\b|\blvremove\b|\bqemu-img[ '",]+snapshot\b[^\n`]* -d\b/;

/** What says that none is run or shown, or that a program of the node has one under way; decisions and notes of what was. */
const MAY_NAME_THEM =
  /^(?:docs\/never\.md|docs\/decisions\/.*|src\/model\/volumes\/volumes\.ts|src\/collectors\/.*|src\/parse\/.*|src\/model\/repair\/mutation\.ts)$/;

const files = globSync(['docs/**/*.md', 'README.md', 'src/**/*.ts', 'test/goldens/*.txt'], { cwd: ROOT }).filter(
  (path) => !path.endsWith('.test.ts') && !MAY_NAME_THEM.test(path),
);

describe('commands that free a volume, a snapshot or an image', () => {
  it('are looked for where texts are', () => {
    expect(files.length).toBeGreaterThan(500);
    for (const one of [
      'pvesm free a:b',
      'rbd trash rm 1',
      "['rbd', 'rm', 'x']",
      'zfs destroy a@b',
      'qemu-img snapshot -d a f',
    ])
      expect(one).toMatch(FREES);
    for (const one of ['rbd trash ls', 'qemu-img snapshot -U -l -f qcow2 f', 'zfs list'])
      expect(one).not.toMatch(FREES);
  });

  it('stand nowhere', () => {
    const found = files.flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, at) => (FREES.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });
});
