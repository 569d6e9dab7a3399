import { promises } from 'node:fs';
import type { Reading } from '../model/reading.ts';
import { nextTurn, readBulk } from './bulk-read.ts';
import { cephCommand } from './ceph.ts';
import { commandOf } from './commands.ts';
import { lookAtDataFile } from './data-file.ts';
import { fileStat, link, names, type PathReader, wholeText } from './files.ts';
import type { Host, NodeAddress } from './host.ts';
import { knockAll } from './knock.ts';
import { lookBeneath } from './look-beneath.ts';
import { openBlockDevices } from './open-block-devices.ts';
import { openFiles } from './open-files.ts';
import { probeAll } from './probe.ts';
import {
  type Asked,
  askInChild,
  type ChildAnswer,
  type FileQuestion,
  LINK,
  NAMES,
  readingOf,
  STAT,
  TEXT,
} from './read-in-child.ts';
import { runCommand } from './run.ts';
import { askNodes, HOW_ARE_YOU, pinnedKey, type Question } from './ssh.ts';

/** For each bulk call. */
const READ_DEADLINE_MS = 5000;

const PMXCFS = '/etc/pve';

/** This machine, for one look at it: a pmxcfs that did not answer is not asked again. */
export function liveHost({ fresh = false }: { readonly fresh?: boolean } = {}): Host {
  let hangs = false;
  let waiting: Asked[] = [];
  let asking: Promise<readonly ChildAnswer[]> | null = null;
  const askWaiting = async (): Promise<readonly ChildAnswer[]> => {
    // What is asked at the same time is asked in one child.
    await nextTurn();
    const asked = waiting;
    [waiting, asking] = [[], null];
    const answers = hangs ? asked.map(() => null) : await askInChild(asked);
    hangs ||= answers.includes(null);
    return answers;
  };
  const inChild = async <T>(paths: readonly string[], question: FileQuestion<T>): Promise<readonly Reading<T>[]> => {
    const from = waiting.length;
    waiting.push(...paths.map((path) => ({ word: question.word, path })));
    asking ??= askWaiting();
    const answers = await asking;
    return paths.map((path, at) => readingOf(path, answers[from + at] ?? null, question));
  };
  const bulk =
    <T>(reader: PathReader<T>, question: FileQuestion<T>) =>
    async (paths: readonly string[]): Promise<readonly Reading<T>[]> => {
      const below = paths.filter(isBelowPmxcfs);
      const others = below.length === 0 ? paths : paths.filter((path) => !isBelowPmxcfs(path));
      const [answers, readings] = await Promise.all([
        below.length === 0 ? [] : inChild(below, question),
        readBulk(others, reader, { deadlineMs: READ_DEADLINE_MS }),
      ]);
      if (below.length === 0) return readings;
      const [fromChild, fromHere] = [answers.values(), readings.values()];
      return paths.map((path) => next(isBelowPmxcfs(path) ? fromChild : fromHere));
    };
  return {
    run: (command, kernelNames) => runCommand(commandOf(command, kernelNames)),
    readFiles: bulk(wholeText, TEXT),
    listDirs: bulk(names, NAMES),
    readLinks: bulk(link, LINK),
    stats: bulk(fileStat, STAT),
    openBlockDevices,
    openFiles,
    rootCapacity,
    probe: (requests) => probeAll(requests),
    lookBeneath,
    knock: knockAll,
    askCeph: (requests) => Promise.all(requests.map((request) => runCommand(cephCommand(request)))),
    askNodes: fresh ? (nodes) => askMembers(nodes, HOW_ARE_YOU) : null,
    now: () => new Date(),
    elapsedMs: () => performance.now(),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/** Members were just read from a pmxcfs that answers. */
export const askMembers = (nodes: readonly NodeAddress[], question: Question) =>
  askNodes(
    nodes,
    (node) => lookAtDataFile(pinnedKey(node)).state !== 'absent',
    () => new Date(),
    question,
  );

const isBelowPmxcfs = (path: string): boolean => path === PMXCFS || path.startsWith(`${PMXCFS}/`);

function next<T>(readings: Iterator<Reading<T>>): Reading<T> {
  const { done, value } = readings.next();
  if (done === true) throw new Error('a path has no answer');
  return value;
}

const capacity: PathReader<{ readonly totalBytes: number; readonly availableBytes: number }> = {
  atOnce: () => {
    throw new Error('a file system is not asked at once');
  },
  later: async (path) => {
    const { blocks, bavail, bsize } = await promises.statfs(path);
    return { totalBytes: blocks * bsize, availableBytes: bavail * bsize };
  },
};

async function rootCapacity(): ReturnType<Host['rootCapacity']> {
  const [reading] = await readBulk(['/'], capacity, { deadlineMs: READ_DEADLINE_MS });
  if (reading === undefined) throw new Error('no answer for /');
  return reading;
}
