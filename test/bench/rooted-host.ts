import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readBulk } from '../../src/host/bulk-read.ts';
import { COMMANDS } from '../../src/host/commands.ts';
import { fileStat, link, names, type PathReader, wholeText } from '../../src/host/files.ts';
import type { Host } from '../../src/host/host.ts';
import { type HostContents, memoryHost } from '../../src/host/memory-host.ts';
import { probeAll } from '../../src/host/probe.ts';
import { runCommand } from '../../src/host/run.ts';
import { type Capture, decodeText, isFailure } from '../../src/model/capture.ts';

/** What is no file: read from here, beside the tree. */
const REST = 'rest.json';

/** Lays a capture out as files: `root/files/…` as paths, `root/commands/…` as outputs. */
export function layOut(root: string, capture: Capture): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const at = (path: string): string => `${root}/files${path}`;
  for (const [path, text] of Object.entries(capture.files ?? {})) {
    if (typeof text === 'string' || !isFailure(text)) write(at(path), decodeText(text));
  }
  for (const [path, target] of Object.entries(capture.links ?? {})) {
    mkdirSync(dirname(at(path)), { recursive: true });
    if (typeof target === 'string') symlinkSync(target, at(path));
  }
  for (const [path, entries] of Object.entries(capture.directories ?? {})) {
    mkdirSync(at(path), { recursive: true });
    for (const name of isFailure(entries) ? [] : entries) fillGap(`${at(path)}/${name}`);
  }
  for (const name of Object.keys(capture.probes ?? {})) fillGap(at(name.slice(name.indexOf(' ') + 1)));
  for (const [name, run] of Object.entries(capture.commands ?? {})) {
    if (!('length' in run)) write(`${root}/commands/${name}`, decodeText(run.stdout ?? ''));
  }
  const { openBlockDevices, rootCapacity, beneath, servers, takenAt } = capture;
  write(`${root}/${REST}`, JSON.stringify({ openBlockDevices, rootCapacity, beneath, servers, takenAt }));
}

/** A name that is only listed, or only asked. */
function fillGap(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, '', { flag: 'wx' });
  } catch {
    // It is there.
  }
}

/**
 * Reads such a tree with the readers of a live node: the same calls, the same threads, a child for each command and probe.
 * Only what nobody can make without being that node is answered from memory.
 */
export function rootedHost(root: string, rest: HostContents): Host {
  const inTree = <T>(reader: PathReader<T>): PathReader<T> => ({
    atOnce: (path, until) => reader.atOnce(`${root}/files${path}`, until),
    later: (path) => reader.later(`${root}/files${path}`),
  });
  const bulk = <T>(reader: PathReader<T>) => {
    const rooted = inTree(reader);
    return (paths: readonly string[]) => readBulk(paths, rooted, { deadlineMs: 60_000, refusal: () => null });
  };
  return {
    ...memoryHost(rest),
    run: async (command) => ({
      ...(await runCommand({ ...COMMANDS[command], argv: ['cat', `${root}/commands/${command}`] })),
      argv: COMMANDS[command].argv,
    }),
    readFiles: bulk(wholeText),
    listDirs: bulk(names),
    readLinks: bulk(link),
    stats: bulk(fileStat),
    probe: (requests) =>
      probeAll(
        requests.map((one) => ({ ...one, path: `${root}/files${one.path}` })),
        `${root}/probes`,
      ),
    now: () => new Date(),
    elapsedMs: () => performance.now(),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

export const restFile = (root: string): string => `${root}/${REST}`;
