import type { Beneath } from '../model/mounts/mounts.ts';
import { absent, known, type Reading, unreadable } from '../model/reading.ts';
import { type GuardedCommand, runGuarded } from './guarded-child.ts';
import type { BeneathRequest } from './host.ts';

const DEADLINE_MS = 4000;
const MAX_FILES = 100_000;

/** Hidden in the child's namespace by what is looked at. It is always there, always the kernel's, and nothing needs it. */
const STAGE = '/sys';

/** How much is in a directory, in a child that reads and nothing else. */
export async function lookBeneath(request: BeneathRequest): Promise<Reading<Beneath>> {
  const summary = summarise(inside(request).length);
  const result = await runGuarded({
    argv: request.bindFrom === null ? walk(request) : walkUnmounted(request, request.bindFrom),
    deadlineMs: DEADLINE_MS,
    onOutput: summary.take,
  });
  const problem = (kind: 'failed' | 'timed-out', detail: string) => unreadable({ kind, source: request.path, detail });
  const whole = result.outcome === 'exited' && result.exitCode === 0 && (request.bindFrom === null || summary.ended());
  const beneath = summary.result(whole);
  if (beneath.files > 0 || (whole && summary.exists())) return known(beneath);
  if (whole) return absent(`${request.path} does not exist`);
  if (result.outcome === 'timed-out')
    return problem('timed-out', `it was not walked through within ${Math.round(result.durationMs / 1000)} s`);
  return problem('failed', result.stderr.trim().split('\n')[0] || 'could not be looked into');
}

/**
 * In a mount namespace of its own the file system beneath is mounted a second time, read-only and without what is
 * mounted in it, and vanishes with the child. `find` runs the two steps one after the other, so no shell is needed.
 */
function walkUnmounted(request: BeneathRequest, bindFrom: string): GuardedCommand['argv'] {
  const [, ...find] = walk({ ...request, root: STAGE, path: `${STAGE}/${inside(request)}` });
  const steps = [
    ...['-exec', 'mount', '-n', '-o', 'bind,ro', '--', bindFrom, STAGE, ';'],
    ...['-exec', 'find', ...find, ';'],
  ];
  return ['unshare', '-m', '--propagation', 'private', 'find', '/', '-maxdepth', '0', ...steps, '-printf', 'end\\0'];
}

/**
 * Goes down from `root` along the path without following a link, then through all below it on the same file system.
 * A container owns what is below its root, and could lead a path astray with a link.
 */
function walk({ root, path }: BeneathRequest): GuardedCommand['argv'] {
  const parts = path
    .slice(root.length)
    .split('/')
    .filter((part) => part !== '');
  const steps = parts.map((_, at) => pattern(`${root}/${parts.slice(0, at + 1).join('/')}`));
  const target = steps.at(-1) ?? pattern(root);
  const along = [
    ...steps.slice(0, -1).flatMap((step) => ['-path', step, '-o']),
    '-path',
    target,
    '-o',
    '-path',
    `${target}/*`,
  ];
  const files = [
    '(',
    '-type',
    'f',
    '-printf',
    'f %s %b %T@ %P\\0',
    '-o',
    '-path',
    target,
    '-printf',
    'd\\0',
    '-o',
    '-true',
    ')',
  ];
  return ['find', '-P', `${root}/`, '-xdev', '-mindepth', '1', '(', ...along, ')', ...files, '-o', '-prune'];
}

/** A path as a pattern of `find -path` that matches itself only. */
const pattern = (path: string): string => path.replace(/[\\*?[\]]/g, '\\$&');

/** The path as seen from where the walk starts, without a slash before it. */
function inside({ path, root, bindFrom }: BeneathRequest): string {
  const start = bindFrom ?? root;
  return start === '/' ? path.slice(1) : path.slice(start.length + 1);
}

interface Summary {
  readonly take: (chunk: Buffer) => boolean;
  readonly exists: () => boolean;
  /** The last step of all was reached. */
  readonly ended: () => boolean;
  readonly result: (complete: boolean) => Beneath;
}

/** Adds up records as they come, so that a directory of any size takes no memory. */
function summarise(prefixLength: number): Summary {
  let rest = '';
  let [files, bytes, newest] = [0, 0, 0];
  let [newestPath, exists, ended] = ['', false, false];
  const record = (line: string): void => {
    if (line === 'end') ended = true;
    if (line === 'd') exists = true;
    const [, size, blocks, modified, path] = /^f (\d+) (\d+) (\S+) ([\s\S]+)$/.exec(line) ?? [];
    if (path === undefined) return;
    files += 1;
    bytes += allocated(Number(size), Number(blocks));
    if (Number(modified) >= newest) [newest, newestPath] = [Number(modified), path.slice(prefixLength + 1)];
  };
  return {
    take: (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\0');
      rest = lines.pop() ?? '';
      for (const line of lines) record(line);
      return files >= MAX_FILES;
    },
    exists: () => exists,
    ended: () => ended,
    result: (complete) => {
      const newestAt = files === 0 ? '' : new Date(newest * 1000).toISOString();
      return { files, bytes, newestPath, newestAt, complete };
    },
  };
}

/** What a file takes on the disk; small files may have no block of their own. */
const allocated = (size: number, blocks: number): number => (blocks === 0 ? size : Math.min(size, blocks * 512));
