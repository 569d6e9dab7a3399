import { promises } from 'node:fs';
import type { Problem, Reading } from '../model/reading.ts';
import { type BulkOptions, readBulk } from './bulk-read.ts';
import { cephCommand } from './ceph.ts';
import { commandOf } from './commands.ts';
import { lookAtDataFile } from './data-file.ts';
import { fileStat, link, names, type PathReader, wholeText } from './files.ts';
import type { Host, NodeAddress } from './host.ts';
import { knockAll } from './knock.ts';
import { lookBeneath } from './look-beneath.ts';
import { openBlockDevices } from './open-block-devices.ts';
import { probeAll } from './probe.ts';
import { runCommand } from './run.ts';
import { askNodes, HOW_ARE_YOU, pinnedKey, type Question } from './ssh.ts';

/** For each bulk call. */
const READ_DEADLINE_MS = 5000;

const PMXCFS = '/etc/pve';
const PMXCFS_DEADLINE_MS = 2000;

/** This machine. */
export function liveHost({ fresh = false }: { readonly fresh?: boolean } = {}): Host {
  const pmxcfs = pmxcfsGuard();
  const bulk =
    <T>(reader: PathReader<T>) =>
    async (paths: readonly string[]): Promise<readonly Reading<T>[]> => {
      const problem = paths.some(isBelowPmxcfs) ? await pmxcfs() : null;
      const refusal = (path: string) => (problem !== null && isBelowPmxcfs(path) ? { ...problem, source: path } : null);
      return readBulk(paths, reader, { deadlineMs: READ_DEADLINE_MS, refusal });
    };
  return {
    run: (command, kernelNames) => runCommand(commandOf(command, kernelNames)),
    readFiles: bulk(wholeText),
    listDirs: bulk(names),
    readLinks: bulk(link),
    stats: bulk(fileStat),
    openBlockDevices,
    rootCapacity,
    probe: (requests) => probeAll(requests),
    lookBeneath: (requests) => Promise.all(requests.map(lookBeneath)),
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

/**
 * A hung pmxcfs (FUSE) would keep every thread that reads below it. One child asks it first, and when it does not answer
 * nothing else touches it. Whether the answer is right is not decided here.
 */
function pmxcfsGuard(): () => Promise<Problem | null> {
  let answer: Promise<Problem | null> | null = null;
  const ask = async (): Promise<Problem | null> => {
    const argv = ['stat', '-f', '-c', '%T', '--', PMXCFS] as const;
    const result = await runCommand({ argv, deadlineMs: PMXCFS_DEADLINE_MS, maxBytes: 4096 });
    if (result.outcome !== 'timed-out') return null;
    const detail = `${PMXCFS} does not answer within ${PMXCFS_DEADLINE_MS / 1000} s`;
    return { kind: 'timed-out', source: PMXCFS, detail };
  };
  return () => {
    answer ??= ask();
    return answer;
  };
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
  const options: BulkOptions = { deadlineMs: READ_DEADLINE_MS, refusal: () => null };
  const [reading] = await readBulk(['/'], capacity, options);
  if (reading === undefined) throw new Error('no answer for /');
  return reading;
}
