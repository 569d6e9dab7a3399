import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkNode } from '../../src/engine/check-node.ts';
import { EVERYTHING } from '../../src/engine/narrowing.ts';
import { COMMANDS } from '../../src/host/commands.ts';
import type { Host } from '../../src/host/host.ts';
import { memoryHost } from '../../src/host/memory-host.ts';
import type { Capture } from '../../src/model/capture.ts';
import { parseCapture } from '../../src/parse/capture.ts';
import { readCapture, reportOf, situations } from '../capture-files.ts';
import { madeUpNode } from '../redact/made-up-node.ts';
import { someOf } from '../sample.ts';
import { ROOT } from './repository.ts';

const MANUAL = readFileSync(join(ROOT, 'docs/capture.md'), 'utf8');

const sectionOf = (heading: string): string => {
  const start = MANUAL.indexOf(`\n${heading}\n`);
  const level = heading.split(' ')[0] ?? '';
  const end = MANUAL.slice(start + heading.length + 2).search(new RegExp(`^#{1,${level.length}} `, 'm'));
  return end < 0 ? MANUAL.slice(start) : MANUAL.slice(start, start + heading.length + 2 + end);
};

/** Paths that a table of the manual names, as patterns. */
const patternsIn = (heading: string): readonly RegExp[] =>
  sectionOf(heading)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[2] ?? '').matchAll(/`(\/[^`]*)`/g)])
    .map(
      ([, path = '']) =>
        new RegExp(
          `^${path
            .replace(/[.*+?^${}()[\]\\]/g, '\\$&')
            .replace(/<(?:pid|vmid)>/g, '\\d+')
            .replace(/<\w+>/g, '[^/]+')}$`,
        ),
    );

/** What the checks ask of a node, by the way in which they ask it. */
async function asked(capture: Capture): Promise<Readonly<Record<'files' | 'directories', ReadonlySet<string>>>> {
  const files = new Set<string>();
  const directories = new Set<string>();
  const note =
    <T>(into: Set<string>, read: (paths: readonly string[]) => T) =>
    (paths: readonly string[]): T => {
      for (const path of paths) into.add(path);
      return read(paths);
    };
  const inner = memoryHost(capture);
  const host: Host = { ...inner, readFiles: note(files, inner.readFiles), listDirs: note(directories, inner.listDirs) };
  await checkNode(host, 'test', EVERYTHING);
  return { files, directories };
}

const NODES: readonly (readonly [string, () => Capture])[] = [
  ['a made-up node', () => madeUpNode()],
  ...someOf(situations, 3).map((situation) => [situation, () => readCapture(situation)] as const),
];

describe('the manual of captures names', () => {
  it.each(NODES)('every file and directory that is read of %s', async (_, read) => {
    const { files, directories } = await asked(read());
    const unnamed = (paths: ReadonlySet<string>, heading: string) => {
      const patterns = patternsIn(heading);
      return [...paths].filter((path) => !patterns.some((pattern) => pattern.test(path)));
    };
    expect(unnamed(files, '### files')).toEqual([]);
    expect(unnamed(directories, '### directories')).toEqual([]);
  });

  it('every command', () => {
    const table = sectionOf('### commands');
    expect(Object.keys(COMMANDS).filter((name) => !table.includes(`| \`${name}\` |`))).toEqual([]);
  });

  it('every key of the document', () => {
    const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(sectionOf('## The document'))?.[1] ?? '');
    expect(parseCapture(JSON.stringify(example))).toHaveProperty('capture');
    const { note: _, ...keys } = madeUpNode();
    expect(Object.keys(keys).filter((key) => !(key in example))).toEqual([]);
  });
});

describe('the smallest capture of the manual', () => {
  const [smallest = '', failed = ''] = [
    ...sectionOf('## The smallest useful capture').matchAll(/```json\n([\s\S]*?)```/g),
  ].map(([, json = '']) => json);
  const parsed = (json: string): Capture => {
    const result = parseCapture(json);
    if ('complaint' in result) throw new Error(result.complaint);
    return result.capture;
  };

  it('has the verdict that the manual says', async () => {
    const report = await reportOf(parsed(smallest));
    expect(report.exitCode).toBe(3);
    expect(report.findings.map(({ code, subject }) => `${code} ${subject.id}`)).toEqual([
      'DM010 san-vm--101--disk--0-old',
      'NODE002 lvm fullreport',
    ]);
    expect(report.entries.map((entry) => entry.class)).toEqual(['valid', 'orphan']);
    expect(report.findings.every(({ repair }) => !repair.offered)).toBe(true);
  });

  it('accuses nothing when a configuration could not be read', async () => {
    const capture = parsed(smallest);
    const report = await reportOf({ ...capture, files: { ...capture.files, ...JSON.parse(failed).files } });
    expect(report.findings.map(({ code }) => code)).toEqual(['NODE002']);
    expect(report.entries.map((entry) => entry.class)).toEqual(['unknown', 'unknown']);
    expect([report.grade, report.exitCode]).toEqual(['?', 3]);
  });

  it('says what it takes to leave that configuration out', async () => {
    const capture = parsed(smallest);
    const { '/etc/pve/nodes/pve1/qemu-server/100.conf': _, ...files } = capture.files ?? {};
    const without = { ...capture, files };
    const codes = async (changed: Capture) => (await reportOf(changed)).findings.map(({ code }) => code);
    expect(await codes(without)).toEqual(['NODE001', 'NODE002']);
    const directories = { '/etc/pve/nodes/pve1/qemu-server': [] };
    expect(await codes({ ...without, directories })).toEqual(['NODE002']);
    const unlisted = { ...files, '/etc/pve/.vmlist': ['{"version": 1}'] };
    expect(await codes({ ...capture, files: unlisted, directories })).toEqual(['DM010', 'NODE002']);
  });
});
